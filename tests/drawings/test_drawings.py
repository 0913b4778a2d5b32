"""Schematics say in words what they show, and refuse what they can't draw."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tinyml_helpers import alt_text, drawings
from tinyml_helpers.drawings.road import STEPS
from tinyml_helpers.drawings.sketch import KINDS, Sketch


def test_a_sketch_is_announced_by_its_words():
    sketch = Sketch("A title", "Two boxes and an arrow between them")
    sketch.arrow(sketch.box(0, 0, 2, 1, "a").right, sketch.box(4, 0, 2, 1, "b").left, "then")
    assert alt_text.of(sketch.figure) == "Two boxes and an arrow between them"


def test_two_sketches_of_the_same_words_are_two_figures():
    assert Sketch("t", "same").figure is not Sketch("t", "same").figure


def test_kinds_of_boxes_differ_without_colour():
    def in_grey(kind):
        red, green, blue = plt.matplotlib.colors.to_rgb(kind["facecolor"])
        shade = 0.299 * red + 0.587 * green + 0.114 * blue
        return round(shade, 1), kind["linewidth"], kind.get("hatch")

    assert len({in_grey(kind) for kind in KINDS.values()}) == len(KINDS)


def test_a_grid_says_where_it_and_its_windows_are():
    sketch = Sketch("t", "w")
    place = sketch.grid(1, 2, np.arange(6).reshape(2, 3), cell=0.5, marked=(0, 1, 2, 2))
    assert (place.x, place.y, place.width, place.height) == (1, 2, 1.5, 1)
    window = sketch.window(1, 2, (0, 1, 2, 2), cell=0.5)
    assert (window.x, window.y, window.width, window.height) == (1.5, 2, 1, 1)
    assert window.left == (1.5, 2.5) and window.bottom == (2, 3)


def test_a_grid_leaves_out_what_is_not_a_number():
    sketch = Sketch("t", "w")
    sketch.grid(0, 0, [[1, np.nan]])
    assert [text.get_text() for text in sketch.figure.axes[0].texts] == ["1"]


@pytest.mark.parametrize(
    "draw, said",
    [
        (lambda: Sketch("t", "w").box(0, 0, 1, 1, kind="magic"), "choose one of data, work"),
        (lambda: Sketch("t", "w").grid(0, 0, [1, 2]), "give \\[rows, columns\\]"),
        (lambda: drawings.boot(256, 1, 0), "model has 0 bytes"),
        (lambda: drawings.road("deploy"), "choose one of data, train"),
        (lambda: drawings.neuron([1, 2], [1], 0), "one weight for each input"),
        (lambda: drawings.neuron([], [], 0), "one weight for each input"),
        (lambda: drawings.convolution(np.ones((2, 2)), np.ones((3, 3))), "doesn't fit into"),
        (lambda: drawings.receptive_field(4, (3, 3)), "leave nothing of 4 pixels"),
        (lambda: drawings.skip_connection(), "give their names"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()


@pytest.mark.parametrize("here", STEPS)
def test_the_road_points_at_a_step(here):
    assert alt_text.of(drawings.road(here)).endswith(f"We are at: {here}")


def test_each_drawing_has_words_of_its_own():
    """Those that draw without being told what; others are tested where their arguments are."""
    for name in set(drawings.__all__) - {"Sketch"}:
        draw = getattr(drawings, name)
        needed = [p for p in inspect.signature(draw).parameters.values() if p.default is p.empty]
        if not needed:
            assert alt_text.of(draw()) not in ("", alt_text.NO_WORDS), name


def test_a_start_says_how_large_each_part_is():
    words = alt_text.of(drawings.boot(256, 27_000, 57_176))
    assert "constants 27,000 bytes" in words and "model 57,176 bytes" in words
