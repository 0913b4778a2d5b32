"""Predictive maintenance in figures: faults told from health, named, and days of warning.

    python benchmarks/predictive_maintenance.py [--json] [--test DIR] [--machines N] [--quick]

The fault model of `data/machine_models` was trained on simulated machines. It is tried on others,
and with --test on real bearings: DIR holds .mat files in the layout of Case Western Reserve
University, of any load and sensor. The anomaly model learns on each machine it watches; it is tried
on lives of simulated machines. Cycles, milliseconds and currents of boards are estimated from
emulated instructions; everything else is measured here. Takes five minutes or more on two cores.
"""

import command
import machine_boards
import machine_lives
import machine_rivals
import numpy as np
from machine_text import as_text

from tinyml_helpers.applications.machines import trained, training
from tinyml_helpers.applications.machines.measuring import real
from tinyml_helpers.applications.machines.measuring.separation import auc, partial_auc
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.datasets import cwru_bearing
from tinyml_helpers.datasets.machines.cwru import BEARINGS
from tinyml_helpers.datasets.machines.looks import KINDS, machine_looks


def main():
    options = command.parser(__doc__)
    options.add_argument("--test", metavar="DIR", help="real recordings, as CWRU's are")
    options.add_argument("--machines", type=int, default=24, help="to watch through healthy weeks")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    # Read first: nobody should wait to hear that it won't do.
    recordings = None if chosen.test is None else cwru_bearing(chosen.test)
    looks, others = machine_looks()
    if chosen.quick:
        looks, others = (
            each.take(slice(None, None, step)) for each, step in ((looks, 40), (others, 8))
        )
    models = {"float": trained.committed_keras(), "int8": trained.committed()}
    models |= machine_rivals.fitted(looks)
    scorers = {name: real.scorer(model) for name, model in models.items()}
    figures = {
        "model": machine_rivals.sizes(models),
        "simulated": [
            row for name, score in scorers.items() for row in on_looks(name, score, others)
        ],
    }
    if recordings is None:
        figures["says"] = ["nothing was tried on real bearings: add --test DIR"]
    else:
        figures["says"] = []
        figures["real"] = [
            row for name, score in scorers.items() for row in on_recordings(name, score, recordings)
        ]
        figures["real_health"] = on_health(scorers["int8"], recordings)
        figures["real_anomaly"] = on_strangers_health(recordings, looks)
    figures["lives"] = machine_lives.measured(chosen.machines, chosen.quick)
    figures["boards"] = [
        machine_boards.on_board(board, models["int8"], 2 if chosen.quick else 12)
        for board in ("nano33ble", "pico")
    ]
    return figures


def on_looks(name, score, looks):
    """Rows on simulated machines held out: by fault, and by how loud it is."""
    found = score(training.inputs(looks))
    suspicion, named = 1 - found[:, 0], 1 + found[:, 1:].argmax(axis=1) == looks.kinds
    faulty = looks.kinds > 0
    chosen = {"all": faulty} | {kind: looks.kinds == i for i, kind in enumerate(KINDS) if i}
    for low, high in ((-14, -6), (-6, 2), (2, 10)):
        chosen[f"{low} to {high} dB"] = faulty & (looks.decibels >= low) & (looks.decibels < high)
    for what, rows in chosen.items():
        if rows.any():
            yield {
                "model": name,
                "faults": what,
                "looks": int(rows.sum()),
                "auc": round(auc(suspicion[~faulty], suspicion[rows]), 4),
                "partial_auc": round(partial_auc(suspicion[~faulty], suspicion[rows]), 4),
                "named": round(float(named[rows].mean()), 4),
            }


def on_recordings(name, score, recordings):
    """Rows of real recordings; and of all of a sensor together."""
    rows = real.rows(score, recordings)
    for row in rows:
        yield {"model": name, "right": row.right, **row._asdict()}
    for sensor in sorted({row.sensor for row in rows}):
        some = [row for row in rows if row.sensor == sensor]
        means = {
            field: round(float(np.mean([getattr(row, field) for row in some])), 4)
            for field in ("auc", "partial_auc", "auc_of_looks", "right")
        }
        yield {"model": name, "name": f"all {len(some)}", "sensor": sensor, **means}


def on_health(score, recordings):
    """How often healthy recordings raise an alarm, whichever bearing is watched."""
    return [
        {"name": name, "bearing": bearing, "false_alarms": round(share, 4)}
        for name, bearing, share in real.false_alarms(
            score, recordings, BEARINGS, Settings().threshold / 255
        )
    ]


def on_strangers_health(recordings, looks):
    """The anomaly model, taught by simulated health instead of the machine's own."""
    bands = looks.bands[looks.kinds == 0]
    settings = Settings(learn=max(64, min(2048, len(bands) - 256)), settle=16)
    return [
        {"name": name, "auc": round(area, 3)}
        for name, area in real.strangers_health(recordings, bands, settings)
    ]


if __name__ == "__main__":
    main()
