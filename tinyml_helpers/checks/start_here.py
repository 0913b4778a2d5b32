"""Checks for the lesson Start here."""

import dataclasses

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
    why="Note that 75% smaller and a quarter of the size are the same thing, and that a ratio "
    "alone never says whether the result fits",
)
def percent_smaller(answer):
    """How much smaller a file became, in percent of its size before."""
    for before, after in ((1000, 250), (8000, 6000), (500, 500)):
        result, right = answer(before, after), 100 * (before - after) / before
        if np.isclose(result, right):
            continue
        if np.isclose(result, 100 * after / before):
            raise Wrong(
                f"for {before} and {after} bytes you give what is left, {result:g}%; "
                "the question is how much went away"
            )
        if np.isclose(result, right / 100):
            raise Wrong("that is a fraction of one, and the question asks for percent")
        raise Wrong(f"for {before} and {after} bytes you give {result:g}; try that case by hand")


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
