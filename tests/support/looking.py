"""A program that finds spots and tells them apart, on an emulated board."""

import functools

import spots

from tinyml_helpers import firmware
from tinyml_helpers.applications.faces import Application
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip

OURS = [spots.frame((4, 4 + seed % 2), seed=seed) for seed in range(5)]  # five to enrol
THRESHOLD = 0.97

#: Frames for what is about the line: the fewer bytes, the sooner they are there.
SMALL = 32, 32
SMALL_PROGRAM = Application(spots.detector(*SMALL), spots.verifier())
SMALL_OURS = [spots.frame((1, 1 + seed % 2), seed=seed, size=SMALL) for seed in range(5)]


@functools.cache
def image():
    return firmware.build(SMALL_PROGRAM, "nano33ble")


def port():
    return for_chip(Chip(image().elf, "nano33ble"))


def seen(sight):
    """What was found, costs aside."""
    return sight.faces, sight.similarity, sight.unlocked, sight.enrolled
