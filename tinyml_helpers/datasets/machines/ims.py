"""The IMS bearing data: four bearings on a shaft that ran until one of them failed."""

import re
import warnings
from datetime import datetime
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.machines.recording import (
    Recording,
    fault_orders,
    resample,
    to_counts,
)

#: Samples a second, and in a snapshot of one second. The readme says 20 kHz, too, but at that rate
#: the second test's fault would be at 230.5 Hz and not at the 236 Hz of its bearing's geometry.
NATIVE_RATE = SNAPSHOT_SAMPLES = 20_480

#: Turns of the shaft a second, held constant.
SHAFT_HZ = 2000 / 60

#: Rexnord ZA-2115, double row: 16 rollers a row, diameters in inches. Source: H. Qiu et al.,
#: Journal of Sound and Vibration 289 (2006), 1066-1090.
ORDERS = fault_orders(16, 0.331, 2.815, 15.17)

BEARINGS = (1, 2, 3, 4)

#: When each test began, and what was found at its end: bearing -> kind. Source: the archive's
#: readme. A roller is a "ball" here.
_TESTS = (
    (np.datetime64("2003-10-22"), {3: "inner", 4: "ball"}),
    (np.datetime64("2004-02-12"), {1: "outer"}),
    (np.datetime64("2004-03-04"), {3: "outer"}),
)

_NAME = re.compile(r"\d{4}(\.\d\d){5}")


def ims_run(folder):
    """One of the three tests: the folder that `1st_test.rar`, ... was unpacked to.

    Only names are read here; each snapshot is read when it is asked for.

    Args:
        folder: where the files called `2004.02.12.10.32.39` are, in folders or not.

    Returns:
        An ImsRun.

    Raises:
        ValueError: there are no such files, they are in several folders, or a name is no time.
    """
    paths = [path for path in Path(folder).rglob("*") if _NAME.fullmatch(path.name)]
    paths = sorted((path for path in paths if path.is_file()), key=lambda path: path.name)
    if not paths:
        raise ValueError(
            f"{folder} holds no files with names such as 2004.02.12.10.32.39: give the folder "
            "that one test of the IMS archive was unpacked to"
        )
    folders = sorted({str(path.parent) for path in paths})
    if len(folders) > 1:
        raise ValueError(
            f"{folder} holds snapshots in {len(folders)} folders, such as {folders[0]} and "
            f"{folders[1]}: give the folder of one test"
        )
    return ImsRun(paths, np.array([_time(path) for path in paths], "datetime64[s]"))


class ImsRun:
    """A bearing test from its first snapshot to its last.

    Attributes:
        times: when each snapshot was taken, datetime64[s] [n], in order.
        failed: what was found broken at the end: number of the bearing -> "inner", "outer" or
            "ball"; {} of a test that isn't one of the three.
    """

    def __init__(self, paths, times):
        self.times = times
        self.failed = {}
        self._test = 0
        for number, (start, failed) in enumerate(_TESTS, start=1):
            if times[0] >= start:
                self._test, self.failed = number, dict(failed)
        self._paths = paths
        self._last = None, None

    def __len__(self):
        return len(self._paths)

    def __repr__(self):
        first, last = (str(time).replace("T", " ") for time in self.times[[0, -1]])
        return f"ImsRun: {len(self):,} snapshots from {first} to {last}"

    def snapshot(self, index, bearing, axis="x", rate=12_000):
        """A second of one bearing's vibration.

        Args:
            index: of the snapshot, as in `times`.
            bearing: 1 to 4.
            axis: "x" or "y"; only the first test has both.
            rate: samples a second, an int; NATIVE_RATE gives them as recorded.

        Returns:
            A Recording of a second. Its kind is None: when the fault began isn't known. The
            unit isn't documented and is taken for g.

        Raises:
            IndexError: there is no such snapshot.
            ValueError: there is no such bearing or axis, or the file is damaged; the message
                names it.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no snapshot {index}: there are {len(self)}, from 0")
        if bearing not in BEARINGS or axis not in ("x", "y"):
            raise ValueError(
                f"there is no bearing {bearing!r} with axis {axis!r}: give a bearing from 1 to 4 "
                'and "x" or "y"'
            )
        path = self._paths[index]
        if self._last[0] != path:  # one file has all bearings, usually asked for in turn
            self._last = path, _read(path)
        values = self._last[1]
        axes = values.shape[1] // len(BEARINGS)
        if axis == "y" and axes == 1:
            raise ValueError(f'{path} has one sensor for each bearing: ask for axis="x"')
        column = (bearing - 1) * axes + "xy".index(axis)
        sensor = f"bearing {bearing}" + (f" {axis}" if axes == 2 else "")
        return Recording(
            name=f"{path.name} {sensor}",
            samples=to_counts(resample(values[:, column], NATIVE_RATE, rate)),
            rate=int(rate),
            shaft_hz=SHAFT_HZ,
            sensor=sensor,
            machine=f"IMS test {self._test}, bearing {bearing}",
            orders=ORDERS,
        )


def _time(path):
    try:
        return datetime.strptime(path.name, "%Y.%m.%d.%H.%M.%S")
    except ValueError as error:
        raise ValueError(f"{path} is named after no time: take it out of the folder") from error


def _read(path):
    """A snapshot: float64 [20480, 4 or 8]."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of an empty file
            values = np.loadtxt(path, encoding="ascii", comments=None, ndmin=2)
    except (OSError, ValueError) as error:  # bytes that are no text, words, rows of several lengths
        raise ValueError(f"{path} is no table of numbers: unpack the archive again") from error
    if len(values) != SNAPSHOT_SAMPLES or values.shape[1] not in (4, 8):
        raise ValueError(
            f"{path} has {len(values):,} rows of {values.shape[1]} values and a snapshot has "
            f"{SNAPSHOT_SAMPLES:,} of 4 or 8: unpack the archive again"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{path} holds what is no finite number: unpack the archive again")
    return values
