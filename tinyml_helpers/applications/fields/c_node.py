"""The node's C, compiled for this computer and loaded, and what a model for it must be."""

import ctypes
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.stream import c_library
from tinyml_helpers.applications.stream.c_library import ADDRESS, CODE, NUMBER
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of history.h and forecast.h.
INPUTS, AHEAD, UNKNOWN, WEEK = 24, 3, 0xFFFF, 168
LEAD_HOURS, AHEAD_HOURS, QUANTILES = (6, 24, 72, 168), (24, 72, 168), (0.1, 0.5, 0.9)

#: Constants of probe.h, water.h and node.h. A reading that is missing, a level that isn't known.
NO_READING = NO_LEVEL = -(2**15)
MOST_LINE, MOST_DOSE = 100.0, 100.0

#: What alarms are about, bit by bit from the lowest.
ALARMS = ("silent", "battery", "stuck", "spikes", "dry contact", "drift")

#: An hour's sample: moisture, temperature, rain, battery.
CHANNELS = 4

#: Constants of sender.h, message.h and gateway.h. What a level's status is, by the C's numbers.
FRAME_BYTES, ANSWER_BYTES, LEVEL_BYTES = 29, 10, 8
DELTA, HEARTBEAT = (0.05, 10.0), (1, 168)
STATUS = ("open", "told", "checked", "wrong", "silent")
BATTERY_VOLTS = 0.02

#: so_send_settings of sender.h.
SEND_SETTINGS = np.dtype([("delta", "<u2"), ("heartbeat", "<u2")])

#: The largest change the model can tell at each lead, percent by volume.
MOST_CHANGE = (6.4, 12.8, 25.6, 25.6)

#: Which inputs are the weather's, and which the rain's to come: 0 if they aren't known.
WEATHER, RAIN_AHEAD = slice(15, 20), slice(20, 24)

#: What the model takes and gives, and how its codes stand for real numbers.
INPUT, OUTPUT = (1, INPUTS), (1, len(LEAD_HOURS) * len(QUANTILES))
INPUT_SCALE, OUTPUT_SCALE = 1 / 32, 1 / 128

#: so_settings of node.h.
SETTINGS = np.dtype(
    [
        ("start", "<u4"),
        ("send", SEND_SETTINGS),
        ("line", "<i2"),
        ("dose", "<u2"),
        ("hour", np.uint8),
        ("lead", np.uint8),
        ("quantile", np.uint8),
        ("unused", np.uint8),
    ]
)

#: so_hour of node.h; the same bytes here, on a board, and on the line between them.
HOUR = np.dtype(
    [
        ("number", "<u4"),
        ("level", "<i2"),
        ("guess", "<i2"),
        ("changes", "<i2", (len(LEAD_HOURS), len(QUANTILES))),
        ("water", "<u2"),
        ("alarms", np.uint8),
        ("usable", np.uint8),
        ("battery", np.uint8),
        ("frame_bytes", np.uint8),
        ("frame", np.uint8, FRAME_BYTES),
        ("unused", np.uint8),
    ]
)


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for soil moisture; the message says why."""


#: What a model of soil moisture must be.
MODEL = stream.ModelSpec(
    name="a model of soil moisture",
    takes=stream.TensorSpec(
        INPUT,
        INPUT_SCALE,
        zero_point=0,
        words=f"int8 {list(INPUT)} with scale 1/32 and zero point 0, as history.h says",
    ),
    gives=stream.TensorSpec(
        OUTPUT,
        OUTPUT_SCALE,
        zero_point=0,
        words=f"int8 {list(OUTPUT)} with scale 1/128 and zero point 0, a tanh",
    ),
    sees="a week each time",
    wrong=WrongModel,
)


def sources():
    """Paths of the C files a node's program needs besides the interpreter's and the model."""
    moisture, radio = ("history", "forecast", "calibration"), ("shared", "message", "sender")
    names = (*moisture, *radio, "probe", "water", "node")
    return [FOLDER / f"{name}.c" for name in names]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, stream.FOLDER, *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    byte, level, truth = ctypes.c_uint8, ctypes.c_int16, ctypes.c_bool
    signatures = {
        "so_inputs_all": (None, *[ADDRESS] * 4, NUMBER, NUMBER, NUMBER, ADDRESS),
        "so_forecast_all": (None, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "so_calibrated_all": (None, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "so_node_bytes": c_library.STATE_BYTES,
        "so_start": c_library.START,
        "so_push_all": c_library.PUSH_ALL,
        "so_heard": (None, ADDRESS, ADDRESS, NUMBER),
        "so_sender_bytes": c_library.STATE_BYTES,
        "so_sender_start": (CODE, ADDRESS, ADDRESS),
        "so_sender_hour": (
            *(NUMBER, ADDRESS, ADDRESS, NUMBER, level, byte, byte),
            *(ADDRESS, ADDRESS),
        ),
        "so_sender_heard": (truth, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "so_gateway_bytes": c_library.STATE_BYTES,
        "so_gateway_start": c_library.START,
        "so_gateway_hour": (
            *(NUMBER, ADDRESS, ADDRESS, NUMBER, ADDRESS, NUMBER, ADDRESS),
            *(ADDRESS, ADDRESS, ADDRESS),
        ),
        "so_gateway_last": (None, ADDRESS, ADDRESS),
        "so_same_history": (truth, ADDRESS, ADDRESS),
        "so_link_all": (NUMBER, *[ADDRESS] * 5, NUMBER, NUMBER, ADDRESS, ADDRESS, ADDRESS),
    }
    here = ("gateway", "so_batch", "so_link_batch")
    files = [*sources(), *(FOLDER / f"{name}.c" for name in here)]
    return c_library.opened("fields", files, include(), signatures)


def loaded(tflite_bytes):
    """A model of soil moisture in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `MODEL.check`; micro.CannotRun: the interpreter doesn't run the model.
    """
    return Loaded(tflite_bytes, MODEL.check(tflite_bytes), code=load())
