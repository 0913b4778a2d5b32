"""Water at equal days of stress, for agriculture.py."""

import numpy as np

from tinyml_helpers.applications.fields import equal_stress, irrigation, rules, trained
from tinyml_helpers.datasets import simulated_fields as fields

DOSE = 15.0
LINES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
INTERVALS = (2, 3, 4, 5, 7, 10, 14, 21)

#: Days of stress in a season, mean over sites, at which water is compared.
STRESS_DAYS = (5, 10, 15)

YEAR, REFERENCE = 2023, "threshold"


def families():
    """Rules by the name of their family, each from little water to much."""
    tflite = trained.committed(trained.SIMULATED)
    made = {"timer": [rules.timer(DOSE, days) for days in reversed(INTERVALS)]}
    for rain in irrigation.RAIN:
        name = "" if rain == irrigation.UNKNOWN else f", rain {rain}"
        made["threshold" + name] = [rules.threshold(line, DOSE, rain) for line in LINES]
        made["forecast" + name] = [
            rules.forecast(tflite, line, DOSE, hours=24, quantile=0.1, rain=rain) for line in LINES
        ]
    return made


def rows(quick):
    """Rows: each family's water at equal stress, with 95% intervals over sites."""
    count = 6 if quick else 60
    numbers = range(fields.TEST_SITES, fields.TEST_SITES + count)
    sweeps = {
        name: equal_stress.sweep(some[:: 4 if quick else 1], numbers, YEAR)
        for name, some in families().items()
    }
    for days in STRESS_DAYS:
        for name, one in equal_stress.compare(sweeps, days, REFERENCE).items():
            yield {
                "rule": name,
                "sites": count,
                "stressed_days": days,
                "mm": _number(one.mm),
                "mm_interval": [_number(edge) for edge in one.mm_interval],
                "more": _number(one.more),
                "more_interval": [_number(edge) for edge in one.more_interval],
            }


def _number(value):
    return None if np.isnan(value) else round(value, 1)
