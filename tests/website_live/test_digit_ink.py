"""Strokes become ink as web_digit.h says: by another program, in exact fractions, and by eye."""

import math

import numpy as np
import pytest
import website_c
from hypothesis import given, settings
from hypothesis import strategies as st

PIXEL, SIDE = 16, 32 * 16
PLACES = st.integers(0, 1023)
STROKES = st.lists(st.tuples(PLACES, PLACES, PLACES, PLACES), min_size=1, max_size=12)


def fit(strokes, pen):
    """A function from a point to its place in the picture, in 1/16 pixel."""
    places = np.array(strokes).reshape(-1, 2)
    least, most = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    boxes = (20 * PIXEL, SIDE)
    own = [
        (box - pen) * 4096 // max(high - low, 1)
        for box, low, high in zip(boxes, least, most, strict=True)
    ]
    across = min(own[0], 2 * own[1])
    scales = across, min(own[1], 2 * own[0])

    def place(point):
        return [
            SIDE // 2 + int((2 * value - low - high) * scale / 8192)
            for value, low, high, scale in zip(point, least, most, scales, strict=True)
        ]

    return place


def expected(strokes):
    """Ink, uint8 [64]: pixels whose middle is within half a pen of a line."""
    place = fit(strokes, 5 * PIXEL)
    lines = [(place(stroke[:2]), place(stroke[2:])) for stroke in strokes]
    length = sum(math.isqrt((c - a) ** 2 + (d - b) ** 2) for (a, b), (c, d) in lines)
    pen = min(max(312 * PIXEL**2 // max(length, 1), 3 * PIXEL), 10 * PIXEL)
    place = fit(strokes, pen)
    y, x = np.mgrid[8:SIDE:PIXEL, 8:SIDE:PIXEL]
    drawn = np.zeros((32, 32), bool)
    for stroke in strokes:
        (ax, ay), (bx, by) = place(stroke[:2]), place(stroke[2:])
        whole = (bx - ax) ** 2 + (by - ay) ** 2
        along = np.clip((x - ax) * (bx - ax) + (y - ay) * (by - ay), 0, whole)
        # Distances times `whole`, so that there are only whole numbers.
        across = (x - ax) * max(whole, 1) - along * (bx - ax)
        down = (y - ay) * max(whole, 1) - along * (by - ay)
        drawn |= across**2 + down**2 <= (pen // 2 * max(whole, 1)) ** 2
    return drawn.reshape(8, 4, 8, 4).sum(axis=(1, 3)).astype(np.uint8).ravel()


@settings(max_examples=200, deadline=None)
@given(STROKES)
def test_ink_is_what_another_program_draws(strokes):
    assert website_c.ink(strokes).tolist() == expected(strokes).tolist()


@pytest.mark.parametrize("end", [(0, 0), (5, 0), (0, 5), (1023, 1023), (1023, 0), (0, 1)])
def test_the_smallest_and_the_largest_drawings(end):
    strokes = [(0, 0, *end)]
    assert website_c.ink(strokes).tolist() == expected(strokes).tolist()


def test_a_page_with_nothing_drawn_has_no_ink():
    assert not website_c.ink([]).any()


def test_a_line_is_a_thick_one_in_the_middle_wherever_and_however_large_it_was_drawn():
    ink = website_c.ink([(300, 100, 300, 900)]).reshape(8, 8)
    assert np.array_equal(ink, website_c.ink([(50, 40, 50, 44)]).reshape(8, 8))
    assert (ink[:, 3:5].sum(axis=1) > 16).all() and not ink[:, [0, 1, 6, 7]].any()
    assert np.array_equal(ink, ink[:, ::-1]) and np.array_equal(ink, ink[::-1])


def test_long_strokes_are_drawn_with_a_thinner_pen():
    turns = np.linspace(0, 4 * np.pi, 80)
    places = np.stack([512 + 300 * np.cos(turns), 512 + 90 * turns / 4 * np.sin(turns)], axis=1)
    spiral = np.hstack([places[:-1], places[1:]]).astype(int)
    line = website_c.ink([(300, 100, 300, 900)]).sum()
    assert abs(int(website_c.ink(spiral).sum()) - int(line)) < 120


def test_very_many_strokes_are_no_trouble():
    strokes = np.random.default_rng(0).integers(0, 1024, (4096, 4))
    assert website_c.ink(strokes).max() == 16
