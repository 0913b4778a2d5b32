"""Forecasts of soil moisture, for agriculture.py: on simulated fields and on real stations."""

import numpy as np

from tinyml_helpers.applications.fields import c_node, examples, offline, trained, training
from tinyml_helpers.applications.fields.measuring import rivals, skill
from tinyml_helpers.datasets import simulated_fields as fields
from tinyml_helpers.datasets import uscrn

#: Days with at least so much rain in the lead's time are wet, mm.
WET = 0.5

#: The station whose days up to a year were learned from: they are no test.
LEARNED, UNTIL = "KS_Manhattan_6_SSW", np.datetime64("2014-01-01")

MODELS = (trained.SIMULATED, trained.REAL)


def sizes():
    """Of each model: bytes and parameters."""
    return [
        {
            "model": name,
            "bytes": len(trained.committed(name)),
            "parameters": trained.committed_keras(name).count_params(),
        }
        for name in MODELS
    ]


def forecasters(quick):
    """What forecasts, by name: functions of int8 inputs [n, 24] to float [n, 4, 3]."""
    learned = examples.simulated(range(20 if quick else 150), [2017], seed=2)
    made = {
        "same change again": rivals.same_again,
        "ridge, simulated": _forgetting(learned, False),
    }
    for name in MODELS:
        keras, tflite = trained.committed_keras(name), trained.committed(name)
        made[f"{name}, float"] = lambda seen, model=keras: training.predicted(model, seen)
        made[f"{name}, int8"] = lambda seen, model=tflite: offline.forecasts(model, seen)
    return made


def _forgetting(learned, rain_ahead):
    """A ridge regression for each of what may be known: a straight line can't see what isn't."""
    known = rivals.Ridge(learned)
    unknown = rivals.Ridge(
        examples.Examples(training.knowing(learned.inputs, rain_ahead=rain_ahead), learned.changes)
    )
    return lambda seen: known(seen) if seen[:, c_node.RAIN_AHEAD].any() else unknown(seen)


def on_simulated(made, quick):
    """Rows on hours of simulated sites never learned from, in a year never learned from."""
    count = 10 if quick else 60
    some = examples.simulated(range(fields.TEST_SITES, fields.TEST_SITES + count), [2020], seed=3)
    hours = ~np.isnan(some.changes[:, 0])
    some = examples.Examples(some.inputs[hours], some.changes[hours])
    for name, forecast in made.items():
        if name == "same change again":
            continue  # by the day only
        for known, seen in _ways(some.inputs, blind=True):
            for one in skill.of(some.changes, forecast(seen)):
                yield {"model": name, "known": known, "weather": "all", **_row(one)}


def on_stations(made, path):
    """Rows on the days of real stations: a file of USCRN's, or a folder of them."""
    for soil in uscrn(path):
        for depth, centimetres in enumerate(soil.depths_cm):
            known = np.isfinite(soil.moisture[:, depth])
            if not known.any():
                continue
            days = examples.of_days(soil, depth)
            wanted = days.sound & ~np.isnan(days.rain).any(axis=1)
            if soil.site == LEARNED:
                wanted &= days.times >= UNTIL
            if wanted.sum() < 30:
                continue
            yield from _of_days(made, days, wanted, f"{soil.site}, {centimetres} cm")


def _of_days(made, days, wanted, name):
    first = np.argmax(wanted)  # no day that was learned from calibrates
    days = examples.Days(*(column[first:] for column in days))
    wanted = wanted[first:]
    changes = days.changes[wanted]
    wet = np.concatenate([np.full((len(changes), 1), False), days.rain[wanted] >= WET], axis=1)
    rows = {"all": ~wet | wet, "dry": ~wet, "wet": wet}
    for forecaster, forecast in made.items():
        for known, shown in _ways(days.inputs):
            said = forecast(shown)
            versions = {"": said[wanted]}
            if forecaster.endswith("int8"):
                versions[", calibrated"] = offline.calibrated(said, days.levels)[wanted]
            for ending, quantiles in versions.items():
                for weather, which in rows.items():
                    for one in skill.of(changes, quantiles, which):
                        yield {
                            "station": name,
                            "model": forecaster + ending,
                            "known": known,
                            "weather": weather,
                            **_row(one),
                        }


def _ways(inputs, blind=False):
    """What may be known, and inputs of one who knows it."""
    if blind:
        yield "moisture", training.knowing(inputs, weather=False)
    yield "weather", training.knowing(inputs)
    yield "rain to come", training.knowing(inputs, rain_ahead=True)


def _row(one):
    return {
        "hours": one.hours,
        "count": one.count,
        "persistence": round(one.persistence, 3),
        "error": round(one.error, 3),
        "skill": round(one.skill, 4),
        "below": [round(share, 3) for share in one.below],
    }
