"""What Python knows of exercises and their live page must: settings, and a session to play."""

from pathlib import Path

from tinyml_helpers.applications.wearables.exercises import c_coach, coach, sessions
from tinyml_helpers.datasets import simulated_arms
from tinyml_helpers.datasets.motion.series import G
from website.page_data import base64_of

#: The model that the page coaches with.
COACHES = "exercise_models/any_way.tflite"

#: What a simulated arm does in the session: what the model names throughout, of seven exercises.
ARM = "left"
DONE = ("pendulum", "internal rotation", "trapezius row", "bent-over row")
REPETITIONS = 20
_PAUSES = 4.5, 6.5  # seconds

#: A phone that lies in the palm, its top to the fingertips: which of its axes are the wrist's. On
#: the right arm the wrist's x points to the elbow.
IN_THE_PALM = {"left": (2, 1, -3), "right": (-2, -1, -3)}


def session():
    """What the page plays: a `sessions.Session`, its arm simulated as its pauses are."""
    done = [simulated_arms.exercise(name, repetitions=REPETITIONS) for name in DONE]
    return sessions.session(done, pauses=_PAUSES)


def in_the_palm(arm):
    """A coach's settings for a phone: `coach.Settings`; samples in the wrist's units."""
    return coach.Settings.of(arm=arm, axes=IN_THE_PALM[arm])


def exercises():
    """How the coach looks at motion, and something for it to see."""
    played, settings = session(), coach.Settings.of(arm=ARM)
    return {
        "model": Path(COACHES).stem,
        "classes": c_coach.CLASSES,
        "none": c_coach.NONE,
        "rate": c_coach.RATE,
        "axes": c_coach.AXES,
        "hopSamples": c_coach.HOP_SAMPLES,
        "hopBytes": c_coach.HOP.itemsize,
        "hop": {name: place for name, (_, place) in c_coach.HOP.fields.items()},
        "threshold": settings.threshold,
        "stepsAG": c_coach.STEPS_A_G,
        "stepsARadian": c_coach.STEPS_A_RADIAN,
        "g": G,
        "phone": {arm: base64_of(in_the_palm(arm).pack()) for arm in IN_THE_PALM},
        "session": {
            "settings": base64_of(settings.pack()),
            "samples": base64_of(played.samples.astype("<i2").tobytes()),
            "series": [one._asdict() for one in played.series],
            "repetitions": REPETITIONS,
        },
    }
