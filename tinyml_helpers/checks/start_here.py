"""Checks for the lesson Start here."""

import dataclasses
import itertools

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import NUMBER, TEXT, function
from tinyml_helpers.runtimes import litert

INK = {"#": 1.0, "+": 0.5, ".": 0.0}


@exercise(
    1,
    NUMBER,
    why="And a program, its variables and the network's arena have to fit as well: on such a "
    "chip every kilobyte is a decision",
)
def photographs(answer):
    """The number of whole 96 × 96 grey photographs in 256 KiB."""
    if answer != int(answer):
        raise Wrong("only whole photographs count, so leave out the part that doesn't fit")
    if int(answer) == 256_000 // 96**2:
        raise Wrong("close, but a KiB is 1,024 bytes, not 1,000")
    if int(answer) != 256 * 1024 // 96**2:
        raise Wrong("compare the bytes of one photograph with the bytes of the memory")


@exercise(
    2,
    function(NUMBER),
    why="So the famous quarter is a limit that large models come near, and small ones never see",
)
def int8_share(answer, float_bytes, int8_bytes, learned):
    """How large the int8 file of a model with more numbers would be, in percent of the float32's.

    Args:
        float_bytes, int8_bytes: of the two files at hand, whose wrapping stays.
        learned: how many numbers their model has.
    """
    wrapping, int8_wrapping = float_bytes - 4 * learned, int8_bytes - learned

    def share(numbers, around=int8_wrapping):
        return 100 * (around + numbers) / (wrapping + 4 * numbers)

    for numbers in (learned, 20_000, 1_000_000):
        result, right = answer(numbers), share(numbers)
        if _near(result, right):
            continue
        if numbers > learned and _near(result, share(learned)):
            raise Wrong(
                f"for {numbers:,} numbers you give what the two files at hand have, {result:.0f}%; "
                "their share changes when the numbers grow"
            )
        if _near(100 * result, right):
            raise Wrong("that is a fraction of one, and the question asks for percent")
        if _near(result, 100 - right):
            raise Wrong("that is how much smaller it became; the question is how large it is")
        if _near(result, 25):
            raise Wrong("that is the numbers alone, and both files have wrapping as well")
        if _near(result, share(numbers, around=wrapping)):
            raise Wrong("that gives both files the float32 file's wrapping: the int8 one has more")
        if np.isclose(result, 100 * 100 / right, rtol=0.02):
            raise Wrong("that is upside down: the float32 file in percent of the int8 one")
        raise Wrong(
            f"for {numbers:,} numbers you give {result:.3g}%; which bytes of each file stay, and "
            "which grow?"
        )


def _near(percent, other):
    """Whether two are as close as when the numbers that stay at 4 bytes count as wrapping."""
    return abs(percent - other) < 1.5


@exercise(
    3,
    dataclasses.replace(TEXT, wanted="a text between triple quotes, as in the comment"),
    why="The model has never seen your hand, and yet it reads it. Now move one pixel at a time "
    "and find where it changes its mind",
)
def drawing(answer, int8_file):
    """Eight lines of eight characters that the model reads as a 3."""
    lines = [line.strip() for line in answer.strip().splitlines()]
    if len(lines) != 8:
        raise Wrong(f"it should be 8 lines of 8 characters; yours are {len(lines):,} lines")
    if any(len(line) != 8 for line in lines):
        raise Wrong(f"it should be 8 lines of 8 characters; yours are {[len(n) for n in lines]}")
    strange = set("".join(lines)) - set(INK)
    if strange:
        raise Wrong(f"use only '#', '+' and '.'; yours has {' '.join(sorted(strange)[:8])}")
    image = np.array([[INK[mark] for mark in line] for line in lines], np.float32)
    seen = litert.predict(int8_file, image[None, :, :, None])[0].argmax()
    if seen != 3:
        raise Wrong(
            f"the model reads your drawing as a {seen}; the digits it learned from fill the "
            "height of the picture and are two pixels thick"
        )


@exercise(
    4,
    function(NUMBER),
    why="The hungriest operation decides, not the sum of all: so depth costs flash, and large "
    "pictures cost RAM",
)
def working_bytes(answer):
    """The most bytes that must be in the arena at once, from the sizes of arrays in a row."""
    for sizes in ([64, 576, 144, 144, 10, 10], [100, 10, 10, 90], [10, 20, 30], [30, 20, 10]):
        result, pairs = answer(sizes), [a + b for a, b in itertools.pairwise(sizes)]
        if result == max(pairs):
            continue
        if result == sum(sizes):
            raise Wrong(
                "that keeps all arrays to the end; the place of those that are done is free"
            )
        if result == max(sizes):
            raise Wrong("that is the largest array alone; what else is there while it is computed?")
        if result == 2 * max(sizes):
            raise Wrong("that is the largest array twice; its neighbours are smaller")
        if result == sum(sorted(sizes)[-2:]):
            raise Wrong("that adds the two largest, and no operation needs both at once")
        if result in pairs:
            raise Wrong(f"for {sizes} you give {result:g}: another operation needs more")
        raise Wrong(f"for {sizes} you give {result:g}; what does each operation read and write?")
