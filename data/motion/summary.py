"""Prints who moved, for how long and at what rate: the figures in the datasheets of movements.

    python data/motion/summary.py                      # watch_exercises, which is installed
    python data/motion/summary.py SP_SW_HAR [WISDM]    # and the folders of these

A line for each place: people, recordings, minutes without gaps, and the least, middle and most
samples a second by the times. Then each activity's share of the time.
"""

import sys
from collections import Counter

import numpy as np

from tinyml_helpers.datasets import sp_sw_har, watch_exercises, wisdm


def places(motions):
    """A row for each place: its name, then the figures, all str."""
    for place in dict.fromkeys(motion.place for motion in motions):
        some = [motion for motion in motions if motion.place == place]
        people = {motion.person for motion in some}
        minutes = sum(len(motion.times) / motion.rate for motion in some) / 60
        rates = np.quantile([motion.rate for motion in some], (0, 0.5, 1))
        yield (
            place,
            str(len(people)),
            str(len(some)),
            f"{minutes:.1f}",
            *(f"{r:.1f}" for r in rates),
        )


def shares(motions):
    """Activity -> its share of the time, the largest first."""
    seconds = Counter()
    for motion in motions:
        labels = [motion.activity] * len(motion.times) if motion.labels is None else motion.labels
        for label, count in Counter(map(str, labels)).items():
            seconds[label] += count / motion.rate
    return {label: some / seconds.total() for label, some in seconds.most_common()}


def main(*folders, strict=False):
    sets = {"watch_exercises": watch_exercises()}
    for (name, read), folder in zip(
        {"sp_sw_har": sp_sw_har, "wisdm": wisdm}.items(), folders, strict=False
    ):
        sets[name] = read(folder)
    print("| set | place | people | recordings | minutes | least Hz | middle | most |")
    print("|---|---|---|---|---|---|---|---|")
    for name, motions in sets.items():
        for row in places(motions):
            print(f"| {name} | {' | '.join(row)} |")
    for name, motions in sets.items():
        print(f"\n{name}: " + ", ".join(f"{a} {s:.0%}" for a, s in shares(motions).items()))


if __name__ == "__main__":
    main(*sys.argv[1:3])
