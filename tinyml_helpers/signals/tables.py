"""Writes tables.h, the constants of the front end's C.

    python -m tinyml_helpers.signals.tables

Everything is rounded to integers, and no number lies so near to the edge between two integers that
another computer's `cos` or `log` could round it the other way: `rounded` sees to that.
"""

import math
from pathlib import Path

from tinyml_helpers.files import write_whole
from tinyml_helpers.signals import (
    BINS,
    CODE_OF_ONE,
    CODES_AN_OCTAVE,
    HIGHEST_HZ,
    LOWEST_HZ,
    SAMPLE_RATE,
    WINDOW,
)

#: log_mel.c computes power 2^44 times as large as from samples between -1 and 1, leaves out the
#: last 16 bits, and weights it with up to 2^15.
_SCALE_BITS = 44 - 16 + 15

#: The header, which compilers and readers find beside this file.
HEADER = Path(__file__).parent / "c" / "tables.h"


def mel(hz):
    """Mel of a frequency: HTK's formula (The HTK Book, section 5.4), as in tf.signal."""
    return 1127.0 * math.log(1.0 + hz / 700.0)


def hann():
    """The first half of a Hann window and its middle, × 2^15; the second half mirrors the first."""
    return [rounded((0.5 - 0.5 * math.cos(2 * math.pi * n / WINDOW)) * 2**15) for n in range(257)]


def twiddles():
    """(cos, -sin) of k turns / 512, × 2^15, for k = 0 to 383.

    The first, 2^15, is too large for 16 bits by one; the FFT doesn't use it.
    """
    angles = [2 * math.pi * k / WINDOW for k in range(WINDOW * 3 // 4)]
    pairs = [(rounded(math.cos(a) * 2**15), rounded(-math.sin(a) * 2**15)) for a in angles]
    return [(2**15 - 1, 0), *pairs[1:]]


def reversed_digits():
    """0 to 255, each with its four digits to base 4 in the opposite order."""
    return [n % 4 * 64 + n // 4 % 4 * 16 + n // 16 % 4 * 4 + n // 64 for n in range(256)]


def mel_slopes():
    """Where the spectrum's bins lie between the bands' edges.

    42 edges, equally far from each other in mel, make 41 slopes: over slope s, band s rises from 0
    to 1 while band s - 1 falls from 1 to 0.

    Returns:
        (first, weights): for each slope its first bin, with the bin behind the last slope at the
        end, 42 ints; and for each bin of the spectrum from first[0] on how far up its slope it is,
        × 2^15.
    """
    lowest = mel(LOWEST_HZ)
    step = (mel(HIGHEST_HZ) - lowest) / (BINS + 1)
    heights = [(mel(k * SAMPLE_RATE / WINDOW) - lowest) / step for k in range(WINDOW // 2)]
    used = [k for k, height in enumerate(heights) if 0 <= height < BINS + 1]
    for k in used:
        _check_edge(heights[k], heights[k] - round(heights[k]))
    first = [next(k for k in used if heights[k] >= slope) for slope in range(BINS + 1)]
    weights = [rounded(heights[k] % 1 * 2**15) for k in used]
    return [*first, used[-1] + 1], weights


def octave_edges():
    """From where on a number between 2^31 and 2^32 is nearer to the next eighth of an octave."""
    return [rounded(2 ** (31 + (k + 0.5) / CODES_AN_OCTAVE)) for k in range(CODES_AN_OCTAVE)]


def header():
    """The text of tables.h."""
    first, weights = mel_slopes()
    turns = [number for pair in twiddles() for number in pair]
    tables = [
        ("uint16_t fe_hann", hann(), "A Hann window's first half and its middle, × 2^15."),
        ("int16_t fe_twiddles", turns, "cos, -sin of k/512 of a turn, × 2^15, k = 0 to 383."),
        ("uint8_t fe_reversed", reversed_digits(), "0 to 255, their digits to base 4 reversed."),
        ("uint8_t fe_slope_start", first, "The first bin of each mel slope; the last one's end."),
        (
            "uint16_t fe_slope_weight",
            weights,
            f"How far up its slope each bin is, × 2^15, from bin {first[0]} on.",
        ),
        ("uint32_t fe_octave_edges", octave_edges(), "2^(31 + 1/16), 2^(31 + 3/16), ..."),
    ]
    offset = CODES_AN_OCTAVE * _SCALE_BITS - CODE_OF_ONE
    return "\n".join(
        [_HEAD.format(offset=offset), *(c_array(*each) for each in tables), "#endif\n"]
    )


_HEAD = """\
// tables.h: what the front end would otherwise compute with cos and log.
//
// Made by tables.py (python -m tinyml_helpers.signals.tables): change it there.
#ifndef FE_TABLES_H
#define FE_TABLES_H

#include <stdint.h>

// What is taken off 8 log2 of a band's power, as log_mel.c scales it.
#define FE_CODE_OFFSET {offset}
"""


def c_array(name, numbers, comment):
    """A C array with a line of comment, 12 numbers a line or as many as fit."""
    width = max(len(str(number)) for number in numbers)
    count = min(12, 96 // (width + 2))
    lines = [
        "    " + " ".join(f"{number:>{width}}," for number in numbers[at : at + count])
        for at in range(0, len(numbers), count)
    ]
    rows = "\n".join(lines)
    return f"// {comment}\nstatic const {name}[{len(numbers)}] = {{\n{rows}\n}};\n"


def rounded(number):
    """The nearest integer; ValueError if another computer might find another one nearest."""
    _check_edge(number, number % 1 - 0.5)
    return round(number)


def _check_edge(number, distance):
    if abs(distance) < 1e-14 * max(2**15, abs(number)):
        raise ValueError(f"{number!r} is too near to a rounding edge: change a constant a bit")


if __name__ == "__main__":
    write_whole(HEADER, header())
    print(f"wrote {HEADER.name}")
