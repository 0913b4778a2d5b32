"""The vibration front end: from a machine's vibration to what models of its health look at.

    looks = vibration.look(samples, 12_000, shaft_hz=29.95)
    looks.orders  # int8 [looks, 96], for a model of faults
    looks.bands  # int8 [looks, 32], for a model of what is usual

The C is in vibration.c, and exists once, as that of `signals`: its features are the same here and
on a board. This room knows a sensor's samples and the shaft's speed, and nothing of what a model
makes of the features.
"""

import ctypes
import functools
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers import signals, toolchain


class Rate(NamedTuple):
    """What the front end does with samples of one rate."""

    decimation: int  #: of so many samples of the envelope one is kept
    band_hz: tuple  #: the band whose envelope is computed, (low, high)
    low_pass_hz: float  #: what the envelope is low-passed at


#: By samples a second.
RATES = {
    12_000: Rate(8, (2000.0, 5500.0), 600.0),
    3_200: Rate(2, (500.0, 1500.0), 640.0),
    1_600: Rate(1, (200.0, 760.0), 640.0),
}
WINDOW = 2048  # numbers a spectrum is computed of
BAND_PASS_TAPS, LOW_PASS_TAPS = 65, 64

ORDERS = 96  # codes around 0, 1/8, 2/8, ... of the shaft's speed
ORDER_STEP = 1 / 8
BANDS = 32
#: Where the lowest band starts and the highest ends, as parts of the rate.
LOWEST_BAND_END, HIGHEST_BAND_END = 1 / 600, 0.49
#: Codes an octave of power (3.01 dB): from the loudest sine to a noise of one step bands span
#: 115 dB, for which steps of 0.5 dB are few enough; orders lie near each other.
BAND_CODES_AN_OCTAVE, ORDER_CODES_AN_OCTAVE = 6, 8
#: The band's code of the loudest sine, of amplitude 2^15, whose power lies in one bin.
LOUDEST_BAND_CODE = 122
#: Slowest and fastest speed of a shaft, turns a second.
SLOWEST_HZ, FASTEST_HZ = 1.0, 200.0
#: The slowest speed that `estimate_speed` can tell: its multiples are 7 bins apart.
SLOWEST_ESTIMATED_HZ = 5.0

#: Where the C and its headers are.
FOLDER = Path(__file__).parent / "c"

#: fe_vibration_frame of vibration.h.
FRAME = np.dtype(
    [("orders", np.int8, ORDERS), ("bands", np.int8, BANDS), ("clipped", "<u2"), ("span", "<u2")]
)


class Looks(NamedTuple):
    """What the front end makes of samples, a look after the other."""

    orders: np.ndarray  #: int8 [..., looks, 96]: the envelope's spectrum, less its median
    bands: np.ndarray  #: int8 [..., looks, 32]: loudness by frequency
    clipped: np.ndarray  #: uint16 [..., looks]: samples at either end of int16
    span: np.ndarray  #: uint16 [..., looks]: the largest sample less the least


class Speeds(NamedTuple):
    """How fast a shaft turned, a look after the other."""

    hz: np.ndarray  #: float64 [..., looks]: turns a second
    confidence: np.ndarray  #: uint8 [..., looks]: noise rarely reaches 40


def sources(speed=False):
    """Paths of the C files that a board's firmware needs, sorted.

    Args:
        speed: whether it also estimates the shaft's speed (speed.h).
    """
    names = ("filters", "spectrum", *(("speed",) if speed else ()), "vibration")
    return [FOLDER / f"{name}.c" for name in names]


def include():
    """Folders of the headers they need."""
    return [FOLDER, signals.FOLDER]


def look_samples(rate):
    """How many samples a look takes: 16,384, 4,096 or 2,048.

    Raises:
        ValueError: the front end doesn't know that rate.
    """
    if rate not in RATES:
        raise ValueError(
            f"{rate!r} samples a second: the front end takes 12000, 3200 or 1600; resample, for "
            "example with scipy.signal.resample_poly"
        )
    return WINDOW * RATES[rate].decimation


def look(samples, rate, shaft_hz):
    """Features of recordings, each from a fresh start.

    A look is 2,048 × 8, 2 or 1 samples; looks follow each other without overlap, and what is left
    at the end is not used. Orders: the vibration is band-passed, rectified, low-passed and
    decimated; the power of that envelope is averaged over intervals of 1/8 of the shaft's speed,
    and of its logarithm (8 codes an octave) the median of all is taken off. Orders above 0.9 of
    what the decimated rate can hold are 0. Bands: mean power in 32 bands from rate/600 to 0.49 ×
    rate, 6 codes an octave.

    Args:
        samples: int16 [..., samples].
        rate: samples a second: 12,000, 3,200 or 1,600.
        shaft_hz: turns a second, 1 to 200: a number, or one for each recording, [...].

    Returns:
        `Looks`.

    Raises:
        ValueError: the samples aren't int16, or have no axis; or rate or speed are none of these.
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    per_look, samples = look_samples(rate), _int16(samples)
    speeds = _millihertz(shaft_hz)
    recordings = samples.shape[:-1]
    if speeds.ndim and speeds.shape != recordings:
        raise ValueError(
            f"shaft_hz has shape {speeds.shape}: give one number, or one for each recording, "
            f"{recordings}"
        )
    speeds = np.ascontiguousarray(np.broadcast_to(speeds, recordings))
    frames = np.empty((*recordings, samples.shape[-1] // per_look), FRAME)
    if frames.size:
        _library().fe_vibration_recordings(
            _memory(_library().fe_vibration_bytes()), samples.ctypes.data, speeds.size,
            samples.shape[-1], rate, speeds.ctypes.data, frames.ctypes.data,
        )  # fmt: skip
    return _looks(frames)


def estimate_speed(samples, rate, low_hz, high_hz):
    """How fast the shaft turns, from the vibration alone.

    Of each look's spectrum, below 600 to 640 Hz: the speed whose first 12 multiples (fewer, if they
    lie higher) stick out most, on average of the logarithms of power. What may be a multiple of 50
    or 60 Hz, within 1.6 Hz, is left out: that may be the mains.

    Args:
        samples: int16 [..., samples].
        rate: samples a second: 12,000, 3,200 or 1,600.
        low_hz: the least speed to search for, in turns a second, from 5 on.
        high_hz: the highest, up to 200. Half and double of a speed can't be told from it: keep
            bounds narrow, such as the nominal speed ± 10%.

    Returns:
        `Speeds`.

    Raises:
        ValueError: the samples aren't int16, or have no axis; or rate or bounds are none of these.
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    per_look, samples = look_samples(rate), _int16(samples)
    if not SLOWEST_ESTIMATED_HZ <= low_hz < high_hz <= FASTEST_HZ:
        raise ValueError(
            f"a speed between {low_hz:g} and {high_hz:g} turns a second can't be searched for: "
            "give bounds from 5 to 200, the lower one first"
        )
    recordings = samples.shape[:-1]
    estimates = np.empty((*recordings, samples.shape[-1] // per_look, 2), np.uint32)
    if estimates.size:
        _library().fe_speed_recordings(
            _memory(_library().fe_speed_bytes()), samples.ctypes.data, math.prod(recordings),
            samples.shape[-1], rate, *(round(1000 * hz) for hz in (low_hz, high_hz)),
            estimates.ctypes.data,
        )  # fmt: skip
    return Speeds(estimates[..., 0] / 1000, estimates[..., 1].astype(np.uint8))


class Vibration:
    """The front end fed with samples as they come, as on a board.

    Args:
        rate: samples a second: 12,000, 3,200 or 1,600.
        shaft_hz: turns a second, 1 to 200.

    Raises:
        ValueError: rate or speed are none of these.
    """

    def __init__(self, rate, shaft_hz):
        self._per_look, self._rate = look_samples(rate), rate
        self._state, self._samples = _memory(_library().fe_vibration_bytes()), 0
        self.shaft_hz = shaft_hz
        self.reset()

    @property
    def shaft_hz(self):
        """Turns a second; set it for looks that are completed from now on."""
        return self._millihertz / 1000

    @shaft_hz.setter
    def shaft_hz(self, shaft_hz):
        self._millihertz = int(_millihertz(float(shaft_hz)))
        _library().fe_vibration_set_speed(self._state, self._millihertz)

    def reset(self):
        """Forget all samples: the next look is complete after a look's samples."""
        _library().fe_vibration_start(self._state, self._rate, self._millihertz)
        self._samples = 0

    def push(self, samples):
        """Take samples.

        Args:
            samples: int16 [n]; any number of them.

        Returns:
            `Looks`, of the looks they completed. Of samples pushed one after the other they are
            those that `look` makes of all of them together.

        Raises:
            ValueError: the samples aren't int16, or not in one dimension.
        """
        samples = _int16(samples)
        if samples.ndim != 1:
            raise ValueError(f"push samples of one sensor, [n], not of shape {samples.shape}")
        self._samples += len(samples)
        count, self._samples = divmod(self._samples, self._per_look)
        frames = np.empty(count, FRAME)
        _library().fe_vibration_frames(
            self._state, samples.ctypes.data, len(samples), frames.ctypes.data
        )
        return _looks(frames)


def _looks(frames):
    return Looks(*(np.ascontiguousarray(frames[name]) for name in Looks._fields))


def _int16(samples):
    """Samples as a C array of int16."""
    samples = np.asarray(samples)
    if samples.dtype != np.int16 or samples.ndim == 0:
        raise ValueError(
            f"samples are an int16 array [..., samples], not {samples.dtype} of shape "
            f"{samples.shape}; for accelerations in g: np.round(g * 2048).astype(np.int16) takes "
            "up to 16 g"
        )
    return np.ascontiguousarray(samples)


def _millihertz(shaft_hz):
    """Speeds as the C takes them, uint32."""
    speeds = np.asarray(shaft_hz, np.float64)
    if not ((speeds >= SLOWEST_HZ) & (speeds <= FASTEST_HZ)).all():
        raise ValueError(
            f"a shaft of {speeds.tolist()} turns a second: give 1 to 200, in Hz (rpm / 60)"
        )
    return np.round(speeds * 1000).astype(np.uint32)


def _memory(size):
    """Memory of a state, aligned to 64-bit numbers."""
    return (ctypes.c_uint64 * (size // 8 + 1))()


@functools.cache
def _library():
    """The C, compiled for this computer; ctypes releases Python's lock while it runs."""
    files = [*sources(speed=True), FOLDER / "vibration_computer.c"]
    library = ctypes.CDLL(str(toolchain.shared_library(files, "vibration", include())))
    address, number, small = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32
    recordings = (address, address, number, number, small)
    for name, returned, *arguments in (
        ("fe_vibration_bytes", number),
        ("fe_vibration_start", None, address, small, small),
        ("fe_vibration_set_speed", None, address, small),
        ("fe_vibration_frames", None, address, address, number, address),
        ("fe_vibration_recordings", None, *recordings, address, address),
        ("fe_speed_bytes", number),
        ("fe_speed_recordings", None, *recordings, small, small, address),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = returned, arguments
    return library
