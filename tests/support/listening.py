"""A program that listens for tones, on an emulated board."""

import functools

import tones

from tinyml_helpers import firmware
from tinyml_helpers.applications.keywords import Application
from tinyml_helpers.applications.keywords.spotter import Settings
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip

PROGRAM = Application(tones.tflite())

#: Types of messages; those of listen.h.
LISTEN, HEAR = 6, 7

#: Much happens in it: an inference every third hop, each with the chance of a report.
BUSY = Settings(hops_per_inference=3, average=2, threshold=1, refractory_hops=5)
SHORT = tones.stream()[: 71 * 320]  # 70 hops: the first takes 512 samples


@functools.cache
def image(board="nano33ble", listens=True):
    return firmware.build(PROGRAM if listens else tones.tflite(), board)


def port(board="nano33ble", listens=True):
    return for_chip(Chip(image(board, listens).elf, board))


def started(at, settings):
    """The client of a board or a link, told to listen."""
    at.client.reset(settings)
    return at.client
