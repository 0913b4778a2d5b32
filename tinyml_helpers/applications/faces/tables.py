"""Writes side_table.h, the sides of boxes for the C.

    python -m tinyml_helpers.applications.faces.tables

A chip then needs no powers of 2.
"""

from pathlib import Path

from tinyml_helpers.files import write_whole

#: Sides of boxes the detector can tell: the smallest, in pixels, and how often it doubles.
SMALLEST_SIDE, DOUBLINGS = 12, 3

#: The header, which compilers and readers find beside this file.
HEADER = Path(__file__).parent / "c" / "side_table.h"


def sides():
    """The side for each code of the detector + 128, in 1/16 pixel: 256 ints.

    None is so near to the middle between two integers that another computer could round it the
    other way: the nearest is 0.01 away.
    """
    return [round(16 * SMALLEST_SIDE * 2 ** (DOUBLINGS * code / 256)) for code in range(256)]


def header():
    """The text of side_table.h."""
    numbers = sides()
    rows = [
        "    " + " ".join(f"{side:>4}," for side in numbers[at : at + 12])
        for at in range(0, len(numbers), 12)
    ]
    return _HEAD + "\n".join(rows) + "\n};\n\n#endif\n"


_HEAD = """\
// side_table.h: what boxes.c would otherwise compute with powers of 2.
//
// Made by tables.py (python -m tinyml_helpers.applications.faces.tables): change it there.
#ifndef FD_SIDE_TABLE_H
#define FD_SIDE_TABLE_H

#include <stdint.h>

// 12 * 2^(3 u) pixels for u = 0/256 to 255/256, in 1/16 pixel.
static const uint16_t fd_sides[256] = {
"""


if __name__ == "__main__":
    write_whole(HEADER, header())
    print(f"wrote {HEADER.name}")
