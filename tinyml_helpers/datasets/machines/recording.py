"""What every vibration data set is read as, and the fault orders of a bearing."""

import math
from typing import NamedTuple

import numpy as np

#: What the int16's ends stand for: an accelerometer of ±16 g on SPI gives 2,048 counts a g.
FULL_SCALE_G = 16

#: The low-pass filter before a lower rate: its edge as a share of the new Nyquist frequency, half
#: its length in samples of the lower rate, and Kaiser's beta for 70 dB. It stops at the Nyquist
#: frequency, not beyond it as SciPy's own does: nothing folds back.
_EDGE, _HALF_LENGTH, _BETA = 0.93, 40, 6.755


class FaultOrders(NamedTuple):
    """How often a fault is rolled over, in multiples of the shaft's speed.

    Attributes:
        inner: impulses of a fault on the inner race (BPFI).
        outer: impulses of a fault on the outer race (BPFO).
        ball: impulses of a fault on a ball or roller, which meets both races each time it spins:
            twice the spin (2 × BSF).
        cage: turns of the cage (FTF).
    """

    inner: float
    outer: float
    ball: float
    cage: float


class Recording(NamedTuple):
    """Vibration from one sensor while one machine ran.

    Attributes:
        name: str, such as "105 DE".
        samples: int16 [n], FULL_SCALE_G at full scale.
        rate: samples a second, an int.
        shaft_hz: turns of the shaft a second, or None where nobody knows.
        kind: "normal", "inner", "outer", "ball", ...; None where nobody knows.
        size: the fault's diameter in inches, or None.
        load: the motor's in horsepower, or None.
        sensor: where it sits, such as "DE".
        machine: str; recordings with the same one must not be on both sides of a split.
        orders: FaultOrders of the bearing that matters here, or None.
    """

    name: str
    samples: np.ndarray
    rate: int
    shaft_hz: float | None = None
    kind: str | None = None
    size: float | None = None
    load: int | None = None
    sensor: str = ""
    machine: str = ""
    orders: FaultOrders | None = None


def fault_orders(balls, ball_diameter, pitch_diameter, contact_degrees=0):
    """The fault orders of a bearing whose inner race turns with the shaft and nothing slips.

    Source: R. B. Randall and J. Antoni, "Rolling element bearing diagnostics: a tutorial",
    Mechanical Systems and Signal Processing 25 (2011), section 2. Real balls slip by 1 to 2%.

    Args:
        balls: how many balls or rollers a row has.
        ball_diameter: theirs; in inches or millimetres, as the next.
        pitch_diameter: of the circle through their middles.
        contact_degrees: between the load's line through a ball and the bearing's plane.

    Returns:
        FaultOrders.

    Raises:
        ValueError: there is no such bearing.
    """
    ratio = ball_diameter / pitch_diameter if pitch_diameter else math.nan
    if not (balls >= 1 and 0 < ratio < 1 and 0 <= contact_degrees < 90):
        raise ValueError(
            f"{balls} balls of {ball_diameter} on a circle of {pitch_diameter} at "
            f"{contact_degrees} degrees are no bearing: give the balls' diameter first, then the "
            "pitch diameter, and an angle below 90"
        )
    along = ratio * math.cos(math.radians(contact_degrees))
    return FaultOrders(
        inner=balls / 2 * (1 + along),
        outer=balls / 2 * (1 - along),
        ball=(1 - along**2) / ratio,
        cage=(1 - along) / 2,
    )


def to_counts(g):
    """What an accelerometer of ±FULL_SCALE_G gives for `g`, in g: int16, rounded and clipped.

    Raises:
        ValueError: a value is no finite number.
    """
    g = np.asarray(g, np.float64)
    if not np.isfinite(g).all():
        raise ValueError("an acceleration is no finite number: leave out what wasn't measured")
    return _rounded(g * (32768 / FULL_SCALE_G))


def clipped(samples):
    """How many of int16 samples are at an end of the scale, where the true value is unknown."""
    return int(np.count_nonzero((samples == -32768) | (samples == 32767)))


def check_rate(rate):
    """Raise ValueError unless `rate` is a whole number above 0."""
    if not isinstance(rate, int | np.integer) or rate < 1:
        raise ValueError(f"rate is {rate!r}: give a whole number of samples a second above 0")


def resample(values, rate, wanted):
    """Values at another rate, free of what that can't hold.

    Args:
        values: float [n].
        rate: of `values`, samples a second, an int.
        wanted: the rate they should have, an int.

    Returns:
        float64 [n * wanted / rate, rounded up].

    Raises:
        ValueError: `wanted` isn't a whole number above 0.
    """
    check_rate(wanted)
    values = np.asarray(values, np.float64)
    divisor = math.gcd(rate, wanted)
    up, down = int(wanted // divisor), int(rate // divisor)
    if up == down:
        return values
    from scipy import signal

    most = max(up, down)
    taps = 2 * _HALF_LENGTH * most + 1
    window = signal.firwin(taps, _EDGE / most, window=("kaiser", _BETA))
    return signal.resample_poly(values, up, down, window=window, padtype="mean")


def resampled(recording, rate):
    """A Recording at another rate, anti-aliased, then rounded.

    Args:
        recording: a Recording.
        rate: samples a second, an int: 12000, 3200 and 1600 are what sensors give.

    Raises:
        ValueError: `rate` isn't a whole number above 0.
    """
    samples = _rounded(resample(recording.samples, recording.rate, rate))
    return recording._replace(samples=samples, rate=int(rate))


def _rounded(counts):
    return np.clip(np.rint(counts), -32768, 32767).astype(np.int16)
