"""Prints what simulated hearts are like: the table in data/hearts.md.

    python data/hearts/summary.py [HEARTS] [SECONDS]     # 20 and 1800

Of each figure the least, the middle and the most among hearts. Intervals are those between two
normal beats that follow each other while the lead is on: SDNN is their standard deviation.
"""

import sys
import time

import numpy as np

from tinyml_helpers.datasets.hearts.simulated import heart, qrs_width, recording


def figures(made, person):
    """dict of a figure's name to its value, of a recording of a Heart."""
    normal = made.symbols == "N"
    between = np.diff(made.beats) / made.rate
    gaps = [note.place for note in made.notes]
    seen = np.searchsorted(gaps, made.beats[1:]) == np.searchsorted(gaps, made.beats[:-1])
    between = between[normal[1:] & normal[:-1] & seen]
    shares = {name: 100 * np.mean(made.symbols == name) for name in "AV"}
    return {
        "rate between normal beats, a minute": 60 / between.mean(),
        "SDNN, ms": 1000 * between.std(),
        "QRS of a normal beat, ms": 1000 * qrs_width(person.beat),
        "QRS of a ventricular beat, ms": 1000 * qrs_width(person.ventricular[0]),
        "early atrial beats, %": shares["A"],
        "early ventricular beats, %": shares["V"],
    }


def main(count=20, seconds=1800):
    begun = time.process_time()
    people = [heart(number) for number in range(count)]
    rows = [figures(recording(person, seconds), person) for person in people]
    took = time.process_time() - begun
    print("| | least | middle | most |\n|---|---|---|---|")
    for name in rows[0]:
        values = [row[name] for row in rows]
        digits = 2 if "%" in name else 0
        cells = (f"{value:.{digits}f}" for value in np.quantile(values, (0, 0.5, 1)))
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"{count * seconds / 3600 / took:.1f} hours of ECG a second", file=sys.stderr)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
