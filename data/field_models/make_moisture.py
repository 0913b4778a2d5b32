"""Makes the trained models of soil moisture, and measures them on fields never seen.

    python data/field_models/make_moisture.py --real FILE

FILE is a station's days, such as USCRN's of Manhattan, Kansas (`data/uscrn.md`); only days up to
2013 are learned from. Without it only the model that knows simulated fields alone is made. Takes
some minutes. Training differs a little between machines, and so do the models.
`benchmarks/agriculture.py` tries them on real stations' later days, which have no say in them.
"""

import argparse
import json

import numpy as np

from tinyml_helpers.applications.fields import examples, offline, training
from tinyml_helpers.applications.fields.measuring import skill
from tinyml_helpers.applications.fields.trained import FOLDER, REAL, SIMULATED
from tinyml_helpers.datasets import simulated_fields as fields
from tinyml_helpers.datasets import uscrn
from tinyml_helpers.files import write_whole

#: Sites and years to learn from, and to measure on.
SITES, YEARS = range(150), [2017, 2018]
HELD_OUT, HELD_OUT_YEARS = range(fields.TEST_SITES, fields.TEST_SITES + 60), [2020]

#: The last year of the station that is learned from; its depths; how often each of its days counts.
LAST_YEAR, DEPTHS, TIMES = 2013, 3, 30


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--real", metavar="FILE", help="a station's days, USCRN's daily01")
    chosen = parser.parse_args()
    simulated = examples.simulated(SITES, YEARS)
    wanted = {SIMULATED: simulated}
    if chosen.real:
        wanted[REAL] = examples.joined([simulated, *TIMES * [station(chosen.real)]])
    others = examples.simulated(HELD_OUT, HELD_OUT_YEARS, seed=1)
    figures = {}
    for name, some in wanted.items():
        model, _ = training.train(some)
        tflite = training.to_int8(model, some)
        write_whole(FOLDER / f"{name}.tflite", tflite)
        model.save(FOLDER / f"{name}.keras")
        figures[name] = measured(model, tflite, others)
    write_whole(FOLDER / "metrics.json", json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def station(path):
    """Examples of a station's days, at all depths, up to LAST_YEAR."""
    soil = uscrn(path)[0]
    parts = [examples.of_days(soil, depth) for depth in range(DEPTHS)]
    first_of_test = np.datetime64(f"{LAST_YEAR + 1}-01-01") - np.timedelta64(7, "D")
    return examples.joined([days.examples(days.times < first_of_test) for days in parts])


def measured(model, tflite, others):
    """Skill of the model in float and in int8 on simulated fields held out: a dict."""
    made = {}
    for rain_ahead in (False, True):
        seen = training.knowing(others.inputs, rain_ahead=rain_ahead)
        said = {
            "float": training.predicted(model, seen),
            "int8": offline.forecasts(tflite, seen),
        }
        made["rain known" if rain_ahead else "rain unknown"] = {
            name: [_row(one) for one in skill.of(others.changes, quantiles)]
            for name, quantiles in said.items()
        }
    return made


def _row(one):
    return {
        "hours": one.hours,
        "persistence": round(one.persistence, 3),
        "skill": round(one.skill, 4),
        "below": [round(share, 3) for share in one.below],
    }


if __name__ == "__main__":
    main()
