"""Drawings of face detection and unlock say what they show, and refuse what they can't draw."""

import numpy as np
import pytest

from tinyml_helpers import alt_text, drawings

FRAME, BOX = np.zeros((96, 96), np.uint8), (34, 18, 60, 44)


def rectangles(figure):
    return [patch for patch in figure.axes[0].patches if hasattr(patch, "get_width")]


def test_a_grid_counts_its_windows_and_cells():
    words = alt_text.of(drawings.detector_grid(FRAME, BOX))
    assert "25 pixels, 4 apart, 18 in a row; the middle of the first is at pixel 12" in words
    assert "12 by 12 cells of 8 pixels" in words


def test_the_marked_cell_is_the_one_with_the_middle_of_the_face():
    box, cell = rectangles(drawings.detector_grid(FRAME, BOX))[-2:]
    pixel = cell.get_width() / 8
    left = box.get_x() - BOX[0] * pixel
    assert round((cell.get_x() - left) / pixel) == 40  # the face's middle is at 47, in cell 5
    assert round((cell.get_y() - box.get_y()) / pixel) == 24 - BOX[1]  # at 31, in cell 3


@pytest.mark.parametrize(
    "draw, said",
    [
        (lambda: drawings.detector_grid(FRAME[:, :80], BOX), "give a square one"),
        (lambda: drawings.detector_grid(FRAME, BOX, cell=7), "cells that divide it"),
        (lambda: drawings.detector_grid(FRAME, BOX, window=97), "windows that fit"),
        (lambda: drawings.unlock_chain(62), "is from -1 to 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()


def test_the_chain_says_from_where_on_it_opens():
    figure = drawings.unlock_chain(0.62)
    assert "opens from 0.62 on" in alt_text.of(figure)
    assert "open\n≥ 0.62" in [text.get_text() for text in figure.axes[0].texts]


def test_nothing_of_the_chain_is_beyond_the_page():
    figure = drawings.unlock_chain(0.62)
    (left, right), (bottom, top) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    for box in rectangles(figure):
        assert left <= box.get_x() and box.get_x() + box.get_width() <= right
        assert top <= box.get_y() and box.get_y() + box.get_height() <= bottom
