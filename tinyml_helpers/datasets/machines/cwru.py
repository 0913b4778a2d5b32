"""Case Western Reserve University's bearing data: a motor with damaged bearings, at one rate."""

import re
import warnings
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.machines.cwru_files import official_file
from tinyml_helpers.datasets.machines.recording import (
    FULL_SCALE_G,
    Recording,
    clipped,
    fault_orders,
    resample,
    to_counts,
)

SENSORS = ("DE", "FE", "BA")

#: The motor's bearings by end: SKF 6205-2RS and 6203-2RS, diameters in inches. Source: the page
#: "Bearing Information" at engineering.case.edu/bearingdatacenter.
BEARINGS = {"DE": fault_orders(9, 0.3126, 1.537), "FE": fault_orders(8, 0.2656, 1.122)}

#: Turns a minute by horsepower, as published, for files that don't say.
_SPEEDS = (1797, 1772, 1750, 1730)

_VARIABLE = re.compile(r"X(\d+)(?:_(DE|FE|BA)_time|RPM)")


def cwru_bearing(folder, sensors=("DE", "FE"), rate=12_000, as_recorded=False):
    """The recordings in a folder of CWRU's .mat files, as they are downloaded one by one.

    The university recorded healthy bearings at 48 kHz and most damaged ones at 12 kHz, and its
    files don't say so: the numbers of the files do. All come out at one rate, low-passed first
    (see `data/cwru_bearing.md`). A file without one of the sensors gives the others; one without
    the shaft's speed gets the speed published for its load.

    Args:
        folder: where the files are, in folders or not: `105.mat`, or common names such as
            `IR007_0.mat` and `12k_Drive_End_IR007_0_105.mat`.
        sensors: of "DE" (at the drive end), "FE" (fan end) and "BA" (base).
        rate: samples a second of all recordings, an int.
        as_recorded: each at its own rate instead.

    Returns:
        A list of Recording, in the order of the files' numbers, then of `sensors`. The damaged
        bearing is the machine, at any load, rate and sensor, and wherever an outer race's fault
        sits; all healthy recordings are one machine. The orders are the damaged bearing's; in a
        healthy recording those of the bearing at the sensor.

    Raises:
        ValueError: there are no such files or no such sensor, a file is damaged, can't be told
            what it is, or is there twice; the message names it.
    """
    sensors = (sensors,) if isinstance(sensors, str) else tuple(sensors)
    if not sensors or not set(sensors) <= set(SENSORS):
        raise ValueError(f"sensors are {sensors}: give some of {', '.join(SENSORS)}")
    files = {}
    for path in _mat_files(folder):
        numbers, variables = _read(path)
        entry = official_file(path.stem, numbers, (Path(folder).name, *_between(folder, path)))
        if entry is None:
            raise ValueError(
                f"{path} can't be placed among CWRU's recordings: name it by its number, such as "
                "105.mat, or take it out of the folder"
            )
        if entry.number in files:
            raise ValueError(
                f"{path} and {files[entry.number][0]} are both CWRU's recording {entry.number}: "
                "take one out of the folder"
            )
        files[entry.number] = path, entry, _own(variables, numbers, entry.number, path)
    recordings = []
    for _, (path, entry, variables) in sorted(files.items()):
        for sensor in sensors:
            if sensor in variables:
                wanted = entry.rate if as_recorded else rate
                recordings.append(_recording(path, entry, variables, sensor, wanted))
    if not recordings:
        raise ValueError(
            f"{folder} holds no .mat file with a recording of {' or '.join(sensors)}: give the "
            "folder that CWRU's files were downloaded to"
        )
    return recordings


def _mat_files(folder):
    """All .mat files below a folder; not those that macOS adds beside them ("._105.mat")."""
    paths = sorted(Path(folder).rglob("*"))
    return [
        path
        for path in paths
        if path.suffix.lower() == ".mat" and not path.name.startswith(".") and path.is_file()
    ]


def _between(folder, path):
    return path.relative_to(folder).parts[:-1]


def _read(path):
    """The numbers that have signals in a file, and (number, sensor or None for RPM) -> array."""
    from scipy.io import loadmat

    try:
        content = loadmat(path)
    except Exception as error:  # damaged files make scipy raise nearly anything
        raise ValueError(f"{path} can't be read as a .mat file: download it again") from error
    variables = {}
    for name, value in content.items():
        match = _VARIABLE.fullmatch(name)
        if match:
            variables[int(match[1]), match[2]] = np.asarray(value).reshape(-1)
    return sorted({number for number, sensor in variables if sensor}), variables


def _own(variables, numbers, number, path):
    """A file's own variables, sensor -> array. Some hold a neighbour's, too, or only another's."""
    if number not in numbers:
        if len(numbers) != 1:
            found = " and ".join(f"X{other:03d}" for other in numbers) or "nothing"
            raise ValueError(
                f"{path} should hold the variables X{number:03d}_DE_time, ... and holds {found}: "
                "download it again"
            )
        (number,) = numbers
    return {sensor: value for (of, sensor), value in variables.items() if of == number}


def _recording(path, entry, variables, sensor, rate):
    name = f"{entry.number} {sensor}"
    values = variables[sensor]
    if values.dtype.kind not in "fiu" or not len(values) or not np.isfinite(values).all():
        raise ValueError(f"{path} holds no acceleration for {sensor}: download it again")
    samples = to_counts(resample(values, entry.rate, rate))
    if clipped(samples):
        warnings.warn(
            f"{name} exceeds {FULL_SCALE_G} g: {clipped(samples)} of its {len(samples):,} samples "
            "are clipped",
            stacklevel=3,
        )
    return Recording(
        name=name,
        samples=samples,
        rate=int(rate),
        shaft_hz=_speed(variables, entry.load) / 60,
        kind=entry.kind,
        size=entry.size,
        load=entry.load,
        sensor=sensor,
        machine=f"{entry.end} {entry.kind} {entry.size:.3f}" if entry.end else "healthy",
        orders=BEARINGS[entry.end or ("FE" if sensor == "FE" else "DE")],
    )


def _speed(variables, load):
    """Turns a minute: what the file says, if that can be, else the published."""
    said = variables.get(None, np.zeros(0))
    if said.size == 1 and said.dtype.kind in "fiu" and 0 < said[0] < 100_000:
        return float(said[0])
    return float(_SPEEDS[load])
