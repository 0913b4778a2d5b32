"""A gate in front of a keyword spotter that opens when it gets louder: the C of wake.h.

    open_hops = wake.awake(sound.blocks())
    rows = spotter.scores(tflite_bytes, wake.kept(sound.blocks(), open_hops))
    found = spotter.detect(rows, through=open_hops)

While the gate is closed neither the front end nor the model runs, and time stands still for them:
they get the open stretches joined together. Sound from just before it opened comes along, from a
buffer of `lookback` hops, so that no word loses its beginning.

`spotter.Settings(gate=Settings())` has the spotter itself do all this, on boards too: the C of
gated.h. What is here is for hours of sound.
"""

import ctypes
import functools
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers import toolchain
from tinyml_helpers.applications import stream
from tinyml_helpers.emulator.snippet import run_c

FOLDER = Path(__file__).parent / "c"
HOP = 320  # samples

#: The most hops of look-back that a spotter has room for: gated.h.
MAX_LOOKBACK = 10


class Settings(NamedTuple):
    """What the gate opens for.

    Attributes:
        ratio: how many times louder than the background a hop must be, 1 to 256.
        hangover: hops of 20 ms the gate stays open after the last loud one. The spotter looks at
            a second, and averages: a word it is to know must have been over for a while.
        quiet: the mean magnitude of a sample that is never loud, 0 to 32767.
        lookback: hops from before the gate opened that are kept for then, 640 bytes of RAM each. A
            spotter with a gate takes up to MAX_LOOKBACK, and tells what it hears so much later.
    """

    ratio: float = 3.0
    hangover: int = 40
    quiet: int = 8
    lookback: int = 10

    def pack(self):
        """The bytes of the gate's fields of a kw_gated_settings.

        Raises:
            ValueError: a number is out of its range; `lookback` ends at MAX_LOOKBACK.
        """
        if not 1 <= self.ratio <= 256:
            raise ValueError(f"ratio is a number from 1 to 256, not {self.ratio!r}")
        stream.check_whole_numbers(
            self, hangover=(0, 65535), quiet=(0, 32767), lookback=(0, MAX_LOOKBACK)
        )
        return np.array([round(16 * self.ratio), *self[1:]], "<u2").tobytes()


_STATE = np.dtype(
    [
        *((name, np.uint16) for name in ("ratio", "hangover", "quiet")),
        ("offset", np.int32),
        *((name, np.uint32) for name in ("level", "floor", "remain")),
    ],
    align=True,
)


class Gate:
    """The gate, hop by hop.

    Args:
        settings: `Settings`; `lookback` isn't the gate's business.

    Raises:
        ValueError: a setting is out of its range.
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """

    def __init__(self, settings=None):
        settings = settings or Settings()
        numbers = np.array([round(16 * settings.ratio), settings.hangover, settings.quiet])
        in_range = (numbers >= 0).all() and (numbers <= [4096, 65535, 32767]).all()
        self._state = np.zeros(1, _STATE)
        if not in_range or _load().kw_wake_start(
            self._state.ctypes.data, numbers.astype(np.uint16).ctypes.data
        ):
            raise ValueError(
                f"ratio is 1 to 256, hangover 0 to 65535 and quiet 0 to 32767, not {settings}"
            )
        self._rest = np.zeros(0, np.int16)

    def push(self, samples):
        """Take more of the sound.

        Args:
            samples: int16 [n]; what is left of a hop waits for the next call.

        Returns:
            bool [hops]: for each hop that is complete now whether the gate is open.
        """
        waiting = np.concatenate([self._rest, np.asarray(samples, np.int16)])
        hops = len(waiting) // HOP
        self._rest = waiting[hops * HOP :]
        is_open = np.zeros(hops, np.uint8)
        _load().kw_wake_hops(
            self._state.ctypes.data, waiting.ctypes.data, hops, is_open.ctypes.data
        )
        return is_open.astype(bool)

    @property
    def level(self):
        """The mean magnitude of a sample of the last hop."""
        return int(self._state["level"][0]) / HOP

    @property
    def floor(self):
        """The same of the background, as the gate takes it."""
        return int(self._state["floor"][0]) / HOP / 16


def awake(blocks, settings=None):
    """Which hops of a sound are let through: those for which the gate is open, and look-back.

    Args:
        blocks: int16 arrays, one after another.
        settings: `Settings`.

    Returns:
        bool [hops]; what is left after the last whole hop isn't let through.

    Raises:
        ValueError: a setting is out of its range.
    """
    settings = settings or Settings()
    gate = Gate(settings)
    is_open = np.concatenate([np.zeros(0, bool), *(gate.push(block) for block in blocks)])
    through = is_open.copy()
    for hops in range(1, min(settings.lookback, len(is_open)) + 1):
        through[:-hops] |= is_open[hops:]
    return through


def kept(blocks, through):
    """The sound that is let through.

    Args:
        blocks: int16 arrays, one after another; of whole hops, but for the last.
        through: bool [hops], of `awake`.

    Yields:
        int16 arrays.

    Raises:
        ValueError: a block other than the last isn't of whole hops.
    """
    at = 0
    for block in blocks:
        hops = len(block) // HOP
        yield block[: hops * HOP].reshape(hops, HOP)[through[at : at + hops]].reshape(-1)
        at += hops
        if len(block) % HOP and at < len(through):
            raise ValueError(f"cut blocks at whole hops: {len(block)} samples are no multiple")


def cycles(board="nano33ble", samples=None):
    """What a hop costs on a board: cycles, estimated from emulated instructions.

    The gate by itself, compiled to be fast. A closed hop of a program, which is compiled to be
    small and copies the sound, costs more: the `cycles` of `spotter.Hop`.

    Args:
        board: "nano33ble" or "pico".
        samples: int16 [320]; noise if None.
    """
    if samples is None:
        samples = np.random.default_rng(0).integers(-1000, 1000, HOP).astype(np.int16)
    source = (FOLDER / "wake.c").read_text(encoding="utf-8")
    header = (FOLDER / "wake.h").read_text(encoding="utf-8")
    state = np.frombuffer(Gate()._state.tobytes(), np.uint8).copy()
    source = source.replace('#include "wake.h"', header)
    return run_c(source, "kw_wake_hop", state, samples, board=board).cycles


@functools.cache
def _load():
    library = ctypes.CDLL(str(toolchain.shared_library([FOLDER / "wake.c"], "wake", [FOLDER])))
    address, number = ctypes.c_void_p, ctypes.c_uint32
    library.kw_wake_start.argtypes = (address, address)
    library.kw_wake_start.restype = ctypes.c_int32
    library.kw_wake_hops.argtypes = (address, address, number, address)
    library.kw_wake_hops.restype = None
    return library
