"""Looks at simulated machines, drawn once: what the front end makes of healthy and faulty ones.

    train, test = machine_looks()

Drawing them takes minutes, so that they are bundled; `data/machines/make_looks.py` draws them.
"""

import io
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.machines.simulated import Fault, machine, recording
from tinyml_helpers.datasets.machines.simulated.faults import BEARING_FAULTS, SHAFT_FAULTS
from tinyml_helpers.files import write_whole
from tinyml_helpers.signals import vibration

#: The classes of a fault model, in the order of its outputs.
KINDS = ("normal", *BEARING_FAULTS)

#: Levels of the faults that are drawn, in decibels over the healthy noise. Below the least most
#: can't be heard, even if one knows where to listen.
DECIBELS = (-14.0, 10.0)

#: Where the bundled looks are.
FOLDER = Path(__file__).parents[3] / "data" / "machines"

#: How often a bearing is healthy, and how often its machine has another fault then.
_HEALTHY, _SHAFT_FAULT = 0.34, 0.15


class Looks(NamedTuple):
    """Looks at machines, one a row.

    Attributes:
        orders: int8 [n, 192], the front end's codes.
        bands: int8 [n, 32], the front end's codes.
        bearings: float32 [n, 4], FaultOrders of the bearing that is watched.
        kinds: int64 [n], what is wrong with it, an index into KINDS.
        decibels: float32 [n], the fault's level; nan where there is none.
        machines: int64 [n], the machine's number.
    """

    orders: np.ndarray
    bands: np.ndarray
    bearings: np.ndarray
    kinds: np.ndarray
    decibels: np.ndarray
    machines: np.ndarray

    def take(self, rows):
        """Some of them: `rows` is anything that indexes an array of length n."""
        return Looks(*(column[rows] for column in self))

    def __repr__(self):
        counts = np.bincount(self.kinds, minlength=len(KINDS))
        what = ", ".join(f"{count:,} {kind}" for kind, count in zip(KINDS, counts, strict=True))
        return f"Looks: {len(self.kinds):,} at {len(set(self.machines)):,} machines ({what})"


def machine_looks():
    """The bundled looks.

    Returns:
        (train, test): Looks at 1,200 machines, eight at each, and at 200 others.
    """
    return _load("train"), _load("test")


def draw(numbers, looks, workers=1):
    """Draw looks at machines.

    Args:
        numbers: the machines', a sequence of ints.
        looks: how many at each; healthy ones and faults at random, the same each time.
        workers: processes to share the work.

    Returns:
        Looks, machine by machine.
    """
    jobs = [(int(number), looks) for number in numbers]
    if workers == 1:
        parts = [_draw_machine(job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers) as pool:
            parts = list(pool.map(_draw_machine, jobs, chunksize=8))
    return Looks(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def save(name, looks):
    """Write the bundled looks "train" or "test"."""
    memory = io.BytesIO()
    np.savez_compressed(memory, **looks._asdict())
    write_whole(FOLDER / f"{name}.npz", memory.getvalue())


def _load(name):
    with np.load(FOLDER / f"{name}.npz") as columns:
        return Looks(**{column: columns[column] for column in Looks._fields})


def _draw_machine(job):
    number, looks = job
    one, rng = machine(number), np.random.default_rng([number, 9])
    samples = vibration.look_samples(12_000)
    rows = []
    for i in range(looks):
        fault = _fault(i, rng)
        made = recording(one, samples / 12_000, fault, rng.random(), [i])
        seen = vibration.look(made.samples, 12_000, made.shaft_hz)
        kind = KINDS.index(fault.kind) if fault and fault.kind in KINDS else 0
        level = fault.decibels if kind else np.nan
        rows.append((seen.orders[0], seen.bands[0], one.orders, kind, level, number))
    dtypes = (np.int8, np.int8, np.float32, np.int64, np.float32, np.int64)
    return [
        np.array(column, dtype)
        for column, dtype in zip(zip(*rows, strict=True), dtypes, strict=True)
    ]


def _fault(i, rng):
    level = float(rng.uniform(*DECIBELS))
    if rng.random() >= _HEALTHY:
        return Fault(str(rng.choice(BEARING_FAULTS)), level, i)
    if rng.random() < _SHAFT_FAULT:
        return Fault(str(rng.choice(SHAFT_FAULTS)), level, i)
    return None
