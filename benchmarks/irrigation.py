"""How much water rules for irrigation take for the same stress, on simulated fields.

    python benchmarks/irrigation.py                  # 60 fields that no model and no choice saw
    python benchmarks/irrigation.py --first 0        # those that doses and horizons were chosen on

Each family of rules is swept, from little water to much. The first table is what each setting
gives and leaves; the second, read off between settings, the water at the same days of stress, means
over fields; in brackets, where 95% of draws of the fields lie. A day of stress is one whose mean Ks
is below 0.95 while the crop is in the field. `foretold` is rain of which a fifth of the days are
wrong altogether, and all amounts off by a factor of e to the ±0.5; `known` is all of it, right: no
forecast is as good.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from tinyml_helpers.applications.fields import equal_stress, irrigation, rules, trained
from tinyml_helpers.datasets.fields import simulated

LINES = np.arange(0.35, 0.96, 0.05).round(2)
DAILY_MM = (2, 3, 4, 5, 6, 7, 8)

#: Chosen on sites 0 to 59 in 2020: of 5, 8, 11, 15 and 25 mm, 3, 5 and 10 mm of rain within 24 or
#: 72 hours, quantiles of 10% and 50%, 24, 72 and 168 hours ahead; of timers every 1, 2 or 3 days.
DOSE_MM, WAIT_MM, HOURS, QUANTILE, EVERY_DAYS = 8, 5, 24, 0.1, 1

REFERENCE = "threshold"


def families(tflite_bytes):
    """dict of a family's name to its settings and its rules."""

    def threshold(line, rain):
        return rules.threshold(line, DOSE_MM, rain, WAIT_MM, HOURS)

    def fastest_fall(line, rain):
        return rules.fastest_fall(line, DOSE_MM, rain, WAIT_MM, HOURS)

    def forecast(line, rain):
        return rules.forecast(tflite_bytes, line, DOSE_MM, QUANTILE, HOURS, rain)

    timers = [rules.timer(daily * EVERY_DAYS, EVERY_DAYS) for daily in DAILY_MM]
    made = {"timer": (DAILY_MM, timers)}
    plain = (REFERENCE, threshold), ("fastest fall", fastest_fall)
    for name, rule in (*plain, ("forecast", forecast)):
        for rain in irrigation.RAIN:
            title = name if rain == irrigation.UNKNOWN else f"{name}, rain {rain}"
            made[title] = (LINES, [rule(line, rain) for line in LINES])
    return made


def swept(named, numbers, year):
    """dict of name to Sweep; prints what each setting did."""
    made = {}
    for name, (settings, of) in named.items():
        begun = time.perf_counter()
        made[name] = sweep = equal_stress.sweep(of, numbers, year)
        took = (time.perf_counter() - begun) / len(of)
        print(f"{name} ({took:.1f} s a setting): setting mm/days of stress")
        means = zip(settings, sweep.mm.mean(1), sweep.stressed_days.mean(1), strict=True)
        print("   " + "  ".join(f"{one:g} {mm:.0f}/{days:.1f}" for one, mm, days in means))
    return made


def cells(found):
    """A family's mm and mm more than the reference's, as text."""
    if np.isnan(found.mm):
        return "never"
    edges = "{:.0f} to {:.0f}", "{:+.0f} to {:+.0f}"
    mm, more = (
        edge.format(*of)
        for edge, of in zip(edges, (found.mm_interval, found.more_interval), strict=True)
    )
    return f"{found.mm:.0f} mm ({mm}), {found.more:+.0f} ({more})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=simulated.TEST_SITES, help="the first site")
    parser.add_argument("--sites", type=int, default=60, help="how many")
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--days", type=float, nargs="+", default=[8, 10, 15, 20, 30])
    parser.add_argument("--model", default=trained.SIMULATED, help="its name, or a .tflite file")
    asked = parser.parse_args()
    if asked.model.endswith(".tflite"):
        model = Path(asked.model).read_bytes()
    else:
        model = trained.committed(asked.model)
    numbers = range(asked.first, asked.first + asked.sites)
    nothing = equal_stress.sweep([None, None], numbers, asked.year)
    print(f"{asked.sites} fields, rain only: {nothing.stressed_days[0].mean():.1f} days of stress")
    sweeps = swept(families(model), numbers, asked.year)
    for days in asked.days:
        print(f"\nat {days:g} days of stress: mm of a season, and more than {REFERENCE}")
        for name, found in equal_stress.compare(sweeps, days, REFERENCE).items():
            own = equal_stress.in_hindsight(sweeps[name], days)
            print(f"   {name:28}{cells(found)}; each field its own setting {own:.0f}")


if __name__ == "__main__":
    main()
