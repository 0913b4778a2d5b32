"""Draws the bundled looks at simulated machines.

    python data/machines/make_looks.py

Takes some minutes. Another computer's sine may differ in the last bit, so that a few codes come out
one higher or lower there.
"""

import os

from tinyml_helpers.datasets.machines import looks
from tinyml_helpers.datasets.machines.simulated import TEST_MACHINES

PARTS = {"train": range(1200), "test": range(TEST_MACHINES, TEST_MACHINES + 200)}
LOOKS = 8  # at each machine


def main():
    for name, numbers in PARTS.items():
        drawn = looks.draw(numbers, LOOKS, workers=os.cpu_count() or 1)
        looks.save(name, drawn)
        print(f"{name}: {drawn}")


if __name__ == "__main__":
    main()
