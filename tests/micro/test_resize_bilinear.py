"""RESIZE_BILINEAR to sizes that rounding leads off the input's end, and with options that clash."""

import pytest
from random_models.graph import Graph

from tinyml_helpers import micro


def resized(height, width, align=False, half=False, scale=0.5):
    """A RESIZE_BILINEAR of an int8 picture of one pixel to another size."""
    g = Graph(0)
    x = g.input((1, 1, 1, 1), "int8", 0.5, 0)
    output = g.tensor((1, height, width, 1), "int8", scale, 0)
    sizes = g.integers((height, width))
    options = {"alignCorners": align, "halfPixelCenters": half}
    return g.pack(
        g.operator("RESIZE_BILINEAR", (x, sizes), [output], "ResizeBilinearOptions", **options)
    )


def test_sizes_with_which_tflm_reads_beyond_the_input_are_refused():
    micro.Interpreter(resized(68, 68))
    for height, width in ((70, 1), (1, 70)):
        # 1024 / 70 is rounded to 15, and 69 * 15 is over 1024: the last place lies behind.
        with pytest.raises(micro.CannotRun, match="reads beyond the input"):
            micro.Interpreter(resized(height, width))


def test_corners_aligned_and_centers_halved_are_refused():
    for options in ({"align": True}, {"half": True}):
        micro.Interpreter(resized(3, 3, **options))
    with pytest.raises(micro.CannotRun, match="don't go together"):
        micro.Interpreter(resized(3, 3, align=True, half=True))


def test_codes_of_another_scale_are_refused():
    with pytest.raises(micro.CannotRun, match="one scale and zero point"):
        micro.Interpreter(resized(3, 3, scale=0.25))
