"""Hearts that don't exist: their rhythm, their beats, early ones too, and what disturbs a lead.

    from tinyml_helpers.datasets.hearts import simulated

    person = simulated.heart(7)
    person.rate, person.sdnn, person.ventricular_chance
    made = simulated.recording(person, 60)            # an Ecg, with this person's usual noise
    simulated.recording(person, 60, noise=simulated.Noise(muscle=0.05))
    simulated.recording(person._replace(ventricular_chance=0.1), 60, rate=250)

A heart is a number: the same number is the same heart everywhere. Numbers from `TEST_HEARTS` on are
for tests; no model trains on them. The datasheet, `data/hearts.md`, says what is modelled, from
which sources, and what is not. This folder knows how a heart beats and what an electrode sees of
it, and nothing of what a model makes of it. Teaching material, not a medical device; it diagnoses
nothing.
"""

from tinyml_helpers.datasets.hearts.simulated.heart import TEST_HEARTS, Heart, heart
from tinyml_helpers.datasets.hearts.simulated.noise import Noise
from tinyml_helpers.datasets.hearts.simulated.recording import recording
from tinyml_helpers.datasets.hearts.simulated.waves import Shape, Wave, qrs_width

__all__ = ["TEST_HEARTS", "Heart", "Noise", "Shape", "Wave", "heart", "qrs_width", "recording"]
