"""Models on emulated boards, for tests."""

import functools

import numpy as np

from tinyml_helpers import firmware, model_file
from tinyml_helpers.emulator.chip import Chip


@functools.cache
def image(tflite_bytes, board):
    """The firmware for a model: a `firmware.Image`."""
    return firmware.build(tflite_bytes, board)


def chip(tflite_bytes, board="nano33ble"):
    """A chip with a model, switched off."""
    return Chip(image(tflite_bytes, board).elf, board)


def codes(tflite_bytes, seed=0):
    """Random codes for a model's first input: int8 in its shape."""
    shape = model_file.read(tflite_bytes).inputs[0].shape
    return np.random.default_rng(seed).integers(-128, 128, shape).astype(np.int8)
