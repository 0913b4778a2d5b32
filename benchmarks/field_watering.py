"""Water at equal days of stress, for agriculture.py: rules swept from little water to much."""

import numpy as np

from tinyml_helpers.applications.fields import equal_stress, irrigation, rules, trained
from tinyml_helpers.datasets import simulated_fields as fields

LINES = np.arange(0.35, 0.96, 0.05).round(2)
DAILY_MM = (2, 3, 4, 5, 6, 7, 8)

#: Chosen on sites 0 to 59 in 2020: of 5, 8, 11, 15 and 25 mm, 3, 5 and 10 mm of rain within 24 or
#: 72 hours, quantiles of 10% and 50%, 24, 72 and 168 hours ahead; of timers every 1, 2 or 3 days.
DOSE_MM, WAIT_MM, HOURS, QUANTILE, EVERY_DAYS = 8, 5, 24, 0.1, 1

#: Days of stress in a season, mean over sites, at which water is compared.
STRESS_DAYS = (10, 15, 30)

YEAR, REFERENCE = 2020, "threshold"


def families():
    """Rules by the name of their family, each from little water to much."""
    tflite = trained.committed(trained.SIMULATED)

    def threshold(line, rain):
        return rules.threshold(line, DOSE_MM, rain, WAIT_MM, HOURS)

    def fastest_fall(line, rain):
        return rules.fastest_fall(line, DOSE_MM, rain, WAIT_MM, HOURS)

    def forecast(line, rain):
        return rules.forecast(tflite, line, DOSE_MM, QUANTILE, HOURS, rain)

    made = {"timer": [rules.timer(daily * EVERY_DAYS, EVERY_DAYS) for daily in DAILY_MM]}
    plain = (REFERENCE, threshold), ("fastest fall", fastest_fall)
    for name, rule in (*plain, ("forecast", forecast)):
        for rain in irrigation.RAIN:
            title = name if rain == irrigation.UNKNOWN else f"{name}, rain {rain}"
            made[title] = [rule(line, rain) for line in LINES]
    return made


def rows(quick):
    """Rows: each family's water at equal stress, with 95% intervals over sites."""
    count = 2 if quick else 60
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
                "mm_own_setting": _number(equal_stress.in_hindsight(sweeps[name], days)),
            }


def _number(value):
    return None if np.isnan(value) else round(float(value), 1)
