"""What the accelerometers and gyroscopes of the two Nanos give, and how that becomes SI units.

    >>> acceleration, rotation = LSM9DS1.from_library(g, degrees_a_second)

The Nano 33 BLE Sense has another sensor in its second revision: other counts, other axes. Both come
out in one frame here, right-handed, the one printed on the Rev2. At rest the axis that points up
reads +9.8 m/s². `notes` say what of it nobody has tried here.
"""

from dataclasses import dataclass

import numpy as np

G = 9.80665  # m/s²: SI Brochure, 9th edition
DEGREE = np.pi / 180

#: Counts of a sample as programs on boards have it, in the common frame: to g, and to rad/s; those
#: of firmware/c/sensor.h.
COUNTS_PER_G, COUNTS_PER_RADIAN = 4096, 1024


@dataclass(frozen=True)
class MotionSensor:
    """An accelerometer and gyroscope on a board, set as Arduino's library sets it.

    An axis is told as "+x", "-y", ...: which of the sensor's own, and which way.

    Attributes:
        part: the sensor's part number.
        board: id of the board it is on, as in `boards`.
        rate_hz: samples a second.
        range_g: the most acceleration it can tell from more, along each axis, in g.
        range_dps: the most rotation that its maker promises, in degrees a second.
        counts_per_g: of the int16 it gives.
        counts_per_dps: the same, by its data sheet.
        library_counts_per_g: what the library divides by.
        library_counts_per_dps: the same.
        axes: the sensor's axes that are the frame's x, y, z.
        library_axes: the sensor's axes that the library calls x, y, z.
        library: the library's name and the commit that was read.
        source: document of the sensor's figures.
        notes: tuple of sentences, what one must know to use it.
    """

    part: str
    board: str
    rate_hz: int
    range_g: int
    range_dps: int
    counts_per_g: float
    counts_per_dps: float
    library_counts_per_g: float
    library_counts_per_dps: float
    axes: tuple
    library_axes: tuple
    library: str
    source: str
    notes: tuple

    def from_counts(self, acceleration, rotation):
        """What the sensor's registers hold, in SI units and in the common frame.

        Args:
            acceleration: int16 [n, 3], along the sensor's own x, y, z.
            rotation: int16 [n, 3], about them.

        Returns:
            float64 [n, 3] in m/s², and float64 [n, 3] in rad/s.

        Raises:
            ValueError: an array is no [n, 3].
        """
        acceleration, rotation = _three(acceleration), _three(rotation)
        return (
            _turned(acceleration, self.axes) * (G / self.counts_per_g),
            _turned(rotation, self.axes) * (DEGREE / self.counts_per_dps),
        )

    def from_library(self, acceleration, rotation):
        """What the library's readAcceleration and readGyroscope give, likewise.

        Args:
            acceleration: float [n, 3], in g.
            rotation: float [n, 3], in degrees a second, as the library has them.

        Returns:
            float64 [n, 3] in m/s², and float64 [n, 3] in rad/s, by the sensor's data sheet.

        Raises:
            ValueError: an array is no [n, 3].
        """
        return self.from_counts(
            _turned_back(_three(acceleration), self.library_axes) * self.library_counts_per_g,
            _turned_back(_three(rotation), self.library_axes) * self.library_counts_per_dps,
        )

    def __str__(self):
        low = self.library_counts_per_dps / self.counts_per_dps
        lines = [
            f"{self.part} on {self.board}: {self.rate_hz} samples a second",
            f"  acceleration: within {self.range_g} g, {self.counts_per_g:,.0f} counts a g",
            f"  rotation: within {self.range_dps:,} degrees a second, {self.counts_per_dps:.3f} "
            f"counts each; the library's are to be multiplied by {low:.3f}",
            f"  x, y, z are the sensor's {' '.join(self.axes)}; the library's x, y, z its "
            f"{' '.join(self.library_axes)}",
            f"  {self.library}; {self.source}",
        ]
        return "\n".join([*lines, *self.notes])


def _three(values):
    values = np.asarray(values, np.float64)
    if values.ndim != 2 or values.shape[1] != 3:
        raise ValueError(f"values are {list(values.shape)}: give [n, 3], along x, y and z")
    return values


def _turned(values, axes):
    """The columns that `axes` name, each with its sign."""
    return np.stack([_sign(axis) * values[:, "xyz".index(axis[1])] for axis in axes], axis=1)


def _turned_back(values, axes):
    """The columns of which `axes` were made."""
    found = np.empty_like(values)
    for column, axis in enumerate(axes):
        found[:, "xyz".index(axis[1])] = _sign(axis) * values[:, column]
    return found


def _sign(axis):
    return 1 if axis[0] == "+" else -1


_UNTRIED = (
    "Where x, y and z point on the board is by others' reports, not tried here: lay the board "
    "still, each side up in turn, and see which axis reads 9.8."
)

LSM9DS1 = MotionSensor(
    part="LSM9DS1",
    board="nano33ble",
    rate_hz=119,
    range_g=4,
    range_dps=2000,
    counts_per_g=32768 / 4,
    counts_per_dps=1 / 0.070,
    library_counts_per_g=32768 / 4,
    library_counts_per_dps=32768 / 2000,
    axes=("-y", "-x", "+z"),
    library_axes=("+x", "+y", "+z"),
    library="Arduino_LSM9DS1, src/LSM9DS1.cpp, commit 0466c9d",
    source="LSM9DS1 data sheet, sensor characteristics: 0.122 mg (rounded) and 70 mdps a count",
    notes=(
        "The library takes the rounded 2,000 degrees a second for the end of the int16; a count is "
        "70 mdps by the data sheet, so its rotations are 13% too small. Arduino mended the same in "
        "Arduino_LSM6DS3 (issue 64). A later version that is mended here, too, wants from_counts.",
        "The data sheet itself could not be opened where this was written: both figures are as "
        "others quote them (sparkfun/LSM9DS0_Breakout issue 10, the same gyroscope's scales).",
        "The sensor's own axes are left-handed (reported in aster94/SensorFusion, issue 7), and "
        "the library leaves them so: gravity would seem to turn against the rotation.",
        "The axes here are what makes them equal to the Rev2's if Arduino's two libraries agree, "
        "as the second is said to intend (Arduino_BMI270_BMM150, pull request 68).",
        _UNTRIED,
    ),
)

BMI270 = MotionSensor(
    part="BMI270",
    board="nano33ble_rev2",
    rate_hz=100,
    range_g=4,
    range_dps=2000,
    counts_per_g=8192,
    counts_per_dps=16.384,
    library_counts_per_g=8192,
    library_counts_per_dps=16.384,
    axes=("+x", "+y", "+z"),
    library_axes=("-y", "-x", "+z"),
    library="Arduino_BMI270_BMM150, src/BMI270.cpp, commit 0b6018e",
    source="the library's constants; the data sheet's, rounded, are 8,192 and 16.4 (from memory)",
    notes=(
        "The library swaps x and y and turns both round, which mirrors the frame (its issue 44 and "
        "pull request 68): gravity seems to turn against the rotation. Here it is undone. A "
        "version without the swap wants from_counts.",
        "The sensor's own axes are those printed on the board (pull request 68).",
        _UNTRIED,
    ),
)

#: id of a board -> its MotionSensor.
MOTION_SENSORS = {sensor.board: sensor for sensor in (LSM9DS1, BMI270)}
