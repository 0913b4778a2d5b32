"""Signal front ends: from a sensor's samples to what a model looks at, with the C a board runs.

    features = signals.log_mel(clips.audio)  # int8 [n, 49, 40]

The C is in log_mel.c and fft.c, and exists once: for datasets it is compiled for this computer, for
a board into the firmware. It computes with integers only, so that both get the same features.
Sound is here; a machine's vibration has a front end of its own, `signals.vibration`.
This room knows a sensor's samples, and nothing of what a model makes of the features.
"""

import ctypes
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import toolchain

SAMPLE_RATE = 16_000  # samples a second
WINDOW = 512  # samples a spectrum is computed of: 32 ms
HOP = 320  # samples from one window to the next: 20 ms
BINS = 40  # mel bands

#: Ends of the lowest and the highest band, in Hz. A constant offset of the microphone (0 Hz) leaks,
#: through a Hann window, into the neighbouring 31 Hz only: above 60 Hz nothing is left of it, and
#: little of what rumbles. Of speech, hisses such as the s of "yes" reach highest; above 7,600 Hz
#: comes what filters in front of converters cut off.
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0

#: Codes an octave of power (3.01 dB): 256 codes cover 32 octaves, 96 dB.
CODES_AN_OCTAVE = 8
#: The code of power 1, where samples lie between -1 and 1. The loudest sine, of amplitude 1 in the
#: middle of a wide band, has power 1.5 × 2^14, and so code 127.
CODE_OF_ONE = 10

#: Samples of a clip, a second.
CLIP_SAMPLES = SAMPLE_RATE
#: Frames of a clip.
FRAMES = (CLIP_SAMPLES - WINDOW) // HOP + 1

#: Where the C and its headers are.
FOLDER = Path(__file__).parent / "c"


class _State(ctypes.Structure):
    """fe_log_mel of log_mel.h."""

    _fields_ = (
        ("spectrum", ctypes.c_int32 * WINDOW),
        ("samples", ctypes.c_int16 * WINDOW),
        ("filled", ctypes.c_uint32),
    )


def sources():
    """Paths of the front end's C files, as a board's firmware needs them, sorted."""
    return sorted(path for path in FOLDER.glob("*.c") if path.name != "fe_computer.c")


def log_mel(audio):
    """Log-mel features of recordings, each from a fresh start.

    Every 320 samples the power of the last 512 is summed into 40 bands, from 60 to 7,600 Hz, and
    its logarithm taken: 8 codes an octave of power (0.376 dB a code). -128 is 96 dB below the
    loudest sine there can be, or anything quieter.

    Args:
        audio: int16 [..., samples], 16 kHz; a clip of 16,000 samples gives 49 frames.

    Returns:
        int8 [..., frames, 40], frames = (samples - 512) // 320 + 1, or 0 below 512 samples.

    Raises:
        ValueError: the audio isn't int16, or has no axis.
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    audio = _samples(audio)
    samples = audio.shape[-1]
    frames = max(0, (samples - WINDOW) // HOP + 1)
    features = np.empty((*audio.shape[:-1], frames, BINS), np.int8)
    if features.size:
        clips = audio.size // samples
        _library().fe_clips(
            ctypes.byref(_State()), audio.ctypes.data, clips, samples, features.ctypes.data
        )
    return features


class LogMel:
    """The front end fed with samples as they come, as on a board."""

    def __init__(self):
        self._state = _State()
        self.reset()

    def reset(self):
        """Forget all samples: the next frame is complete after 512."""
        _library().fe_reset(ctypes.byref(self._state))

    def push(self, samples):
        """Take samples.

        Args:
            samples: int16 [n], 16 kHz; any number of them.

        Returns:
            int8 [k, 40]: the frames they completed. Of samples pushed one after the other they are
            those that `log_mel` makes of all of them together.

        Raises:
            ValueError: the samples aren't int16, or not in one dimension.
        """
        samples = _samples(samples)
        if samples.ndim != 1:
            raise ValueError(f"push samples of one microphone, [n], not of shape {samples.shape}")
        frames = max(0, (self._state.filled + len(samples) - WINDOW) // HOP + 1)
        features = np.empty((frames, BINS), np.int8)
        _library().fe_go_on(
            ctypes.byref(self._state), samples.ctypes.data, len(samples), features.ctypes.data
        )
        return features


def _samples(audio):
    """Audio as a C array of int16."""
    audio = np.asarray(audio)
    if audio.dtype != np.int16 or audio.ndim == 0:
        raise ValueError(
            f"audio is an int16 array [..., samples], not {audio.dtype} of shape {audio.shape}; "
            "for floats between -1 and 1: (32767 * audio).astype(np.int16)"
        )
    return np.ascontiguousarray(audio)


@functools.cache
def _library():
    """The C, compiled for this computer; ctypes releases Python's lock while it runs."""
    path = toolchain.shared_library([*sources(), FOLDER / "fe_computer.c"], "log_mel", [FOLDER])
    library = ctypes.CDLL(str(path))
    address, number = ctypes.c_void_p, ctypes.c_uint64
    library.fe_reset.argtypes = (address,)
    library.fe_go_on.argtypes = (address, address, number, address)
    library.fe_clips.argtypes = (address, address, number, number, address)
    for function in (library.fe_reset, library.fe_go_on, library.fe_clips):
        function.restype = None
    return library
