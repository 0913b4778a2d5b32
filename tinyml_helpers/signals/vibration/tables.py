"""Writes filter_tables.h, band_tables.h and spectrum_tables.h, constants of the C.

    python -m tinyml_helpers.signals.vibration.tables

Numbers are rounded as in `signals.tables`: so that every computer finds the same integers.
"""

import math

from scipy.signal import firwin

from tinyml_helpers.files import write_whole
from tinyml_helpers.signals.tables import c_array, rounded
from tinyml_helpers.signals.vibration import (
    BAND_CODES_AN_OCTAVE,
    BAND_PASS_TAPS,
    BANDS,
    FOLDER,
    HIGHEST_BAND_END,
    LOUDEST_BAND_CODE,
    LOW_PASS_TAPS,
    LOWEST_BAND_END,
    RATES,
    WINDOW,
)


def twiddles():
    """(cos, -sin) of k turns / 2,048, × 2^15, for k = 0 to 1,535; cut to 16 bits."""
    angles = [2 * math.pi * k / WINDOW for k in range(WINDOW * 3 // 4)]
    pairs = [(rounded(math.cos(a) * 2**15), rounded(-math.sin(a) * 2**15)) for a in angles]
    return [(min(cos, 2**15 - 1), min(sin, 2**15 - 1)) for cos, sin in pairs]


def logarithms():
    """log2 of 1, 1 + 1/32, ... 2, × 2^15."""
    return [rounded(math.log2(1 + k / 32) * 2**15) for k in range(33)]


def band_pass(hz):
    """The first half of a band-pass filter and its middle, × 2^13.

    The sum of all its taps is 0: a constant, such as gravity, leaves nothing.
    """
    taps = firwin(BAND_PASS_TAPS, RATES[hz].band_hz, fs=hz, pass_zero=False)
    half = [rounded(tap * 2**13) for tap in taps[: BAND_PASS_TAPS // 2]]
    return [*half, -2 * sum(half)]


def low_pass(hz):
    """The first half of a low-pass filter, × 2^15; an envelope's constant part comes through."""
    taps = firwin(LOW_PASS_TAPS, RATES[hz].low_pass_hz, fs=hz)
    return [rounded(tap * 2**15) for tap in taps[: LOW_PASS_TAPS // 2]]


def scale(hz):
    """Positions a millihertz in the decimated signal's spectrum (see spectrum.h), × 2^24."""
    return rounded(2**40 * WINDOW * RATES[hz].decimation / (1000 * hz))


def band_ends():
    """Where in a spectrum bands start, and the last ends: 33 positions, equal steps in octaves."""
    low, high = LOWEST_BAND_END * WINDOW, HIGHEST_BAND_END * WINDOW
    ends = [low * (high / low) ** (band / BANDS) for band in range(BANDS + 1)]
    return [rounded((end + 0.5) * 2**16) for end in ends]


def headers():
    """The text of each header, by its name."""
    turns = [number for pair in twiddles() for number in pair]
    filters = "".join(
        f"    {{\n        {hz}, {RATES[hz].decimation}, {scale(hz)}u,\n"
        f"        {{{_numbers(band_pass(hz))}}},\n        {{{_numbers(low_pass(hz))}}},\n    }},\n"
        for hz in RATES
    )
    loudest = BAND_CODES_AN_OCTAVE * math.log2((WINDOW / 4 * 2**15) ** 2)
    return {
        "spectrum_tables.h": _header(
            "spectrum_tables.h: cos, sin and log",
            c_array(
                "int16_t fe_twiddles_2048",
                turns,
                "cos, -sin of k/2048 of a turn, × 2^15, k = 0 to 1535.",
            ),
            c_array("uint16_t fe_logarithms", logarithms(), "log2 of 1 + k/32, × 2^15."),
        ),
        "filter_tables.h": _header(
            "filter_tables.h: the filters for each rate, after filters.h",
            "// See filters.h for what the numbers are.\n"
            f"static const fe_filters fe_all_filters[{len(RATES)}] = {{\n{filters}}};\n",
        ),
        "band_tables.h": _header(
            "band_tables.h: where the bands are",
            "// What is taken off 6 log2 of a band's mean power.\n"
            f"#define FE_BAND_OFFSET {round(loudest - LOUDEST_BAND_CODE)}\n",
            c_array(
                "uint32_t fe_band_ends",
                band_ends(),
                "Where bands start, and the last ends: positions as in spectrum.h.",
            ),
        ),
    }


def _numbers(numbers):
    """Numbers of an array in a struct, ten a line."""
    lines = [numbers[at : at + 11] for at in range(0, len(numbers), 11)]
    return ",\n         ".join(", ".join(map(str, line)) for line in lines)


def _header(title, *parts):
    guard = f"FE_{title.split('.')[0].upper()}_H"
    return "\n".join(
        [
            f"// {title}.\n//",
            "// Made by vibration/tables.py (python -m tinyml_helpers.signals.vibration.tables): "
            "change it",
            f"// there.\n#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>\n",
            *parts,
            "#endif\n",
        ]
    )


if __name__ == "__main__":
    for name, text in headers().items():
        write_whole(FOLDER / name, text)
        print(f"wrote {name}")
