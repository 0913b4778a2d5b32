"""Messages against error at the gateway, for agriculture.py."""

import numpy as np

from tinyml_helpers.applications.fields import c_node, sending, trained
from tinyml_helpers.datasets import simulated_fields as fields

#: By how much a guess may be off, percent by volume.
DELTAS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)

#: Hours of simulated years that are looked at: April to October.
SEASON = slice(24 * 90, 24 * 304)

#: Shares of messages that are lost.
LOSSES = (0.1, 0.3)


def simulated(quick):
    """Series of simulated sites never learned from: (times, readings) each."""
    count = 4 if quick else 30
    years = fields.years(range(fields.TEST_SITES, fields.TEST_SITES + count), 2021)
    return [(year.times[SEASON], fields.readings(year).values[SEASON]) for year in years]


def hourly(stations):
    """Series of those real stations, a list of Soil, that have hours."""
    series = [soil for soil in stations if soil.step_hours == 1]
    return [(soil.times, soil.moisture[:, 0]) for soil in series if _measured(soil)]


def park(sensors):
    """Series of SIMPaCT's sensors, a list of Soil."""
    return [(soil.times, soil.moisture[:, 0]) for soil in sensors]


def _measured(soil):
    return np.isfinite(soil.moisture[:, 0]).sum() > 30 * 24


def curve(series, name):
    """Rows: every hour, on change, and as both ends guess, by delta; means over the series."""
    tflite = trained.committed(trained.SIMULATED)
    often = {delta: _mean([sending.on_change(z, delta) for _, z in series]) for delta in DELTAS}
    ways = {"every hour": {0.0: _mean([sending.every_hour(z) for _, z in series])}}
    ways["on change"] = often
    ways["both guess"] = {
        delta: _mean([sending.dual(tflite, z, times[0], delta) for times, z in series])
        for delta in DELTAS
    }
    less = sending.saved(list(ways["both guess"].values()), list(often.values()))
    for way, by_delta in ways.items():
        for (delta, one), share in zip(by_delta.items(), less, strict=False):
            known = way == "both guess" and np.isfinite(share)
            saved = {"saved": round(float(share), 3) if known else None}
            yield {"series": name, "way": way, "delta": delta, **_rounded(one), **saved}


def losing(series, name, delta=0.5):
    """Rows: what the gateway makes of hours when messages are lost, both ways alike."""
    tflite = trained.committed(trained.SIMULATED)
    for loss in LOSSES:
        made = [
            sending.dual(tflite, z, times[0], delta, loss, seed=number, heartbeat=24)
            for number, (times, z) in enumerate(series)
        ]
        words = np.concatenate([one.status for one in made])
        off = np.concatenate(
            [np.abs(one.estimates - z) for one, (_, z) in zip(made, series, strict=True)]
        )
        trusted = np.isin(words, ("told", "checked"))
        yield {
            "series": name,
            "loss": loss,
            "delta": delta,
            **_rounded(_mean(made)),
            "hours": {word: round(float((words == word).mean()), 4) for word in c_node.STATUS},
            "largest_error_trusted": round(float(np.nanmax(off[trusted], initial=0)), 3),
        }


def _mean(made):
    """The mean Sending of several series, figures only."""
    figures = np.mean([one[:5] for one in made], axis=0)
    return sending.Sending(*map(float, figures), None)


def _rounded(one):
    return {
        "messages": round(one.messages, 3),
        "bytes": round(one.bytes, 2),
        "millijoules": round(one.millijoules, 3),
        "mean_error": round(one.mean_error, 4),
    }
