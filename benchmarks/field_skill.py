"""Forecasts of soil moisture, for agriculture.py: on simulated fields and on real stations."""

import numpy as np

from tinyml_helpers.applications.fields import c_node, examples, offline, trained, training
from tinyml_helpers.applications.fields.measuring import rivals, skill
from tinyml_helpers.datasets import simulated_fields as fields
from tinyml_helpers.datasets.fields.series import Soil

#: Days with at least so much rain in the lead's time are wet, mm.
WET = 0.5

#: The station whose days up to a year were learned from: they are no test.
LEARNED, UNTIL = "KS_Manhattan_6_SSW", np.datetime64("2014-01-01")

#: What may be known of the weather.
_WAYS = ("moisture", "weather", "rain to come")

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
        for known in _WAYS:
            for one in skill.of(some.changes, forecast(_shown(some.inputs, known))):
                yield {"model": name, "known": known, "weather": "all", **_row(one)}


def on_simulated_days(made, quick):
    """Rows on the days of simulated sites never learned from, as if they were stations."""
    count = 4 if quick else 60
    parts = []
    for year in fields.years(range(fields.TEST_SITES, fields.TEST_SITES + count), 2020):
        read = fields.readings(year)
        soil = Soil(
            site="simulated",
            times=year.times,
            step_hours=1,
            moisture=read.values[:, None],
            depths_cm=(5,),
            rain=year.rain,
            temperature=year.temperature,
        )
        days = examples.of_days(soil)
        parts.append((days, days.sound & ~np.isnan(days.rain).any(axis=1)))
    yield from _of_days(made, parts, f"{count} simulated fields, 5 cm")


def on_stations(made, stations, says):
    """Rows on the days of real stations, a list of Soil, at their first depth.

    Adds to `says` which stations can't be tried.
    """
    for soil in stations:
        wanted = np.zeros(0, bool)
        if np.isfinite(soil.moisture[:, 0]).any():
            days = examples.of_days(soil)
            wanted = days.sound & ~np.isnan(days.rain).any(axis=1)
            if soil.site == LEARNED:
                wanted &= days.times >= UNTIL
        if not wanted.any():
            says.append(
                f"{soil.site} has no eight days in a row of moisture and weather, or none that "
                "weren't learned from: nothing was tried there"
            )
        else:
            first = wanted.argmax()  # no day that was learned from calibrates
            days = examples.Days(*(column[first:] for column in days))
            yield from _of_days(made, [(days, wanted[first:])], f"{soil.site}, 5 cm")


def _of_days(made, parts, name):
    """Rows on probes together: parts is a list of (Days, which are wanted)."""
    changes = np.concatenate([days.changes[wanted] for days, wanted in parts])
    rain = np.concatenate([days.rain[wanted] for days, wanted in parts])
    wet = np.concatenate([np.full((len(rain), 1), False), rain >= WET], axis=1)
    rows = {"all": ~wet | wet, "dry": ~wet, "wet": wet}
    for model, forecast in made.items():
        for known in _WAYS[1:] if model != "same change again" else _WAYS[1:2]:
            said = [forecast(_shown(days.inputs, known)) for days, _ in parts]
            versions = {"": said}
            if model.endswith("int8"):
                versions[", calibrated"] = [
                    offline.calibrated(each, days.levels)
                    for each, (days, _) in zip(said, parts, strict=True)
                ]
            for ending, some in versions.items():
                quantiles = np.concatenate(
                    [each[wanted] for each, (_, wanted) in zip(some, parts, strict=True)]
                )
                for weather, which in rows.items():
                    for one in skill.of(changes, quantiles, which):
                        yield {
                            "station": name,
                            "model": model + ending,
                            "known": known,
                            "weather": weather,
                            **_row(one),
                        }


def _shown(inputs, known):
    """Inputs as who knows so much sees them; known: of _WAYS."""
    return training.knowing(inputs, known != _WAYS[0], known == _WAYS[2])


def _row(one):
    return {
        "hours": one.hours,
        "count": one.count,
        "persistence": round(one.persistence, 3),
        "error": round(one.error, 3),
        "skill": round(one.skill, 4),
        "below": [round(share, 3) for share in one.below],
    }
