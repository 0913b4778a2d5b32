"""A Nano's sensor under Arduino, called by its functions where this computer plays the board."""

import ctypes
import shutil

import numpy as np


class Sensor:
    """The functions of sensor.h.

    Args:
        library: what `nano_sketch.sensor_library` made.
        folder: an empty one, for a copy of its own: a library is loaded once, and remembers.

    Attributes:
        code: all of the library.
    """

    def __init__(self, library, folder):
        self.code = code = ctypes.CDLL(str(shutil.copy(library, folder)))
        code.sensor_start.restype = ctypes.c_char_p
        code.sensor_read.restype = code.sensor_lost.restype = ctypes.c_uint32
        self.channels = ctypes.c_uint32.in_dll(code, "sensor_channels").value
        self.rate = ctypes.c_uint32.in_dll(code, "sensor_rate_hz").value
        self.name = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(code, "sensor_name")))
        self.lost = code.sensor_lost

    def start(self):
        self.problem = self.code.sensor_start()
        return self.problem is None

    def read(self, count=1 << 16):
        values = np.full(count, 12345, np.int16)
        read = self.code.sensor_read(values.ctypes.data_as(ctypes.c_void_p), count)
        assert (values[read:] == 12345).all()
        return values[:read]

    def wait(self, milliseconds):
        self.code.delay(ctypes.c_ulong(milliseconds))

    def played(self, name, value=None):
        """A number of played_core.h, an int; set before if a value is given."""
        number = ctypes.c_int.in_dll(self.code, f"played_{name}")
        if value is not None:
            number.value = value
        return number.value

    def vibrates(self, samples):
        self.kept = np.ascontiguousarray(samples, np.int16)
        self.code.played_vibration(self.kept.ctypes.data_as(ctypes.c_void_p), len(self.kept))

    def hears(self, samples):
        self.kept = np.ascontiguousarray(samples, np.int16)
        self.code.played_sound(self.kept.ctypes.data_as(ctypes.c_void_p), len(self.kept))

    def moves(self, readings, period=10):
        self.kept = np.ascontiguousarray(readings, np.float32)
        pointer = self.kept.ctypes.data_as(ctypes.c_void_p)
        self.code.played_motion(pointer, len(self.kept), period)
