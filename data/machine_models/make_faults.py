"""Makes the trained fault model, and measures it on simulated machines never seen.

    python data/machine_models/make_faults.py

Takes a minute or two. Training differs a little between machines, and so does the model.
`benchmarks/predictive_maintenance.py` tries it on real bearings, which have no say in it.
"""

import json

import numpy as np

from tinyml_helpers.applications.machines import training
from tinyml_helpers.applications.machines.measuring.separation import auc, partial_auc
from tinyml_helpers.applications.machines.trained import FOLDER
from tinyml_helpers.datasets.machines.looks import KINDS, machine_looks
from tinyml_helpers.files import write_whole


def main():
    looks, others = machine_looks()
    model, _ = training.train(looks)
    tflite = training.to_int8(model, looks)
    write_whole(FOLDER / "faults.tflite", tflite)
    model.save(FOLDER / "faults.keras")
    figures = {"simulated machines held out": measured(model, tflite, others)}
    write_whole(FOLDER / "metrics.json", json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def measured(model, tflite, looks):
    """Figures of the model in float and in int8: a dict."""
    seen = training.inputs(looks)
    return {
        name: figures(training.predict(one, seen), looks)
        for name, one in (("float", model), ("int8", tflite))
    }


def figures(probabilities, looks):
    """Of all faults, of each kind, and of faults as loud as the noise or louder."""
    suspicion = 1 - probabilities[:, 0]
    healthy = suspicion[looks.kinds == 0]
    loud = looks.decibels >= 0
    rows = {"all": looks.kinds > 0, "0 dB and louder": loud}
    rows |= {kind: looks.kinds == number for number, kind in enumerate(KINDS) if number}
    named = 1 + probabilities[:, 1:].argmax(axis=1) == looks.kinds
    return {
        name: {
            "AUC": round(auc(healthy, suspicion[chosen]), 4),
            "partial AUC": round(partial_auc(healthy, suspicion[chosen]), 4),
            "named": round(float(np.mean(named[chosen])), 4),
        }
        for name, chosen in rows.items()
    }


if __name__ == "__main__":
    main()
