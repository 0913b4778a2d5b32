"""A spotter behind a gate: words with silence in between, and what must become of each hop."""

import functools

import numpy as np
import tones
from listening import BUSY
from streaming import Stream

from tinyml_helpers.applications.keywords import GatedApplication, c_spotter, spotter, wake
from tinyml_helpers.applications.keywords.wake import HOP

PROGRAM = GatedApplication(tones.tflite())

#: It opens again while the hops from before it closed still wait.
RESTLESS = wake.Settings(hangover=2, lookback=3)
#: Much happens in it, see BUSY.
SETTINGS = BUSY._replace(gate=RESTLESS)


@functools.cache
def sound():
    """Faint noise; in it tones of different lengths, some close together: int16 [n]."""
    rng = np.random.default_rng(4)
    made = rng.normal(0, 3, 12 * 16_000)
    for first, hops, pitch in ((60, 3, 900), (67, 33, 250), (108, 60, 2000), (300, 80, 4500)):
        time = np.arange(hops * HOP) / 16_000
        made[first * HOP :][: len(time)] += 9000 * np.sin(2 * np.pi * pitch * time)
    return made.round().astype(np.int16)


def expected(samples, settings):
    """What a spotter behind a gate makes of a sound, by way of what the gate would have kept."""
    through = wake.awake([samples], settings.gate)
    kept = list(wake.kept([samples], through))
    made = spotter.Spotter(tones.tflite(), settings._replace(gate=None)).push(np.concatenate(kept))
    heard = dict(zip(np.flatnonzero(through)[1:] - 1, made, strict=True))
    rows = spotter.scores(tones.tflite(), kept, settings.hops_per_inference)
    told = {one.number: one.detected for one in spotter.detect(rows, settings, through=through)}
    numbers = range(len(through) - 1 - settings.gate.lookback)
    return [
        heard[number]._replace(
            number=number, seconds=spotter.seconds(number), detected=told.get(number)
        )
        if number in heard
        else closed(number)
        for number in numbers
    ]


def closed(number):
    """A hop for which the gate is closed."""
    record = np.zeros(1, c_spotter.HOP)
    record["number"], record["closed"], record["detected"] = number, 1, c_spotter.NONE
    return spotter.Hop.of(record[0])


#: The first words, for boards.
SHORT = sound()[55 * HOP : 155 * HOP]

STREAM = Stream(PROGRAM, SETTINGS, SHORT, spotter.Spotter, "spotter", slowest=0.02)
