"""Prints what a year on some simulated sites is like: the table in data/fields.md.

    python data/fields/summary.py [SITES] [YEAR]     # 20 and 2020, rain only

Of each figure the least, the middle and the most among sites. "A day ahead" is how far a day's mean
moisture at 5 cm is from that of the day before, from April to October, by whether it rains on that
day: the error of persistence, which a forecast has to beat.
"""

import sys
import time

import numpy as np

from tinyml_helpers.datasets.fields.simulated import years


def figures(year):
    """dict of a figure's name to its value, of a Year without irrigation."""
    upper = year.moisture_5cm
    moisture, rain = upper.reshape(-1, 24).mean(1), year.rain.reshape(-1, 24).sum(1)
    growing = slice(90, 304)
    ahead, rain = np.abs(np.diff(moisture, prepend=moisture[0]))[growing], rain[growing]
    return {
        "rain, mm": year.rain.sum(),
        "ET₀, mm": year.et0.sum(),
        "evaporation and transpiration, mm": year.evaporation.sum() + year.transpiration.sum(),
        "drainage and runoff, mm": year.drainage.sum() + year.runoff.sum(),
        "temperature, mean, °C": year.temperature.mean(),
        "moisture at 5 cm, mean, %": upper.mean(),
        "moisture at 5 cm, driest hour, %": upper.min(),
        "moisture of the root zone, mean, %": year.moisture_root.mean(),
        "days with stress (Ks < 0.95)": np.sum(year.stress.reshape(-1, 24).min(1) < 0.95),
        "a day ahead, without rain, %": ahead[rain == 0].mean(),
        "a day ahead, with rain, %": ahead[rain > 0].mean(),
        "a day ahead, %": ahead.mean(),
    }


def main(count=20, year=2020):
    begun = time.process_time()
    made = years(range(count), year)
    took = time.process_time() - begun
    rows = [figures(one) for one in made]
    print("| | least | middle | most |\n|---|---|---|---|")
    for name in rows[0]:
        values = [row[name] for row in rows]
        digits = 0 if "mm" in name or "days" in name else 1
        cells = (f"{value:.{digits}f}" for value in np.quantile(values, (0, 0.5, 1)))
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"{count / took:.0f} site-years a second", file=sys.stderr)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
