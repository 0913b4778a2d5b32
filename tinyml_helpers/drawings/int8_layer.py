"""A layer in whole numbers: what becomes of codes on their way through it."""

from tinyml_helpers.drawings.sketch import Sketch


def int8_layer(x_zero_point=None, multiplier=None, shift=None, y_zero_point=None):
    """Draw the steps of a quantized layer, from int8 codes to int8 codes.

    Args:
        x_zero_point: of the layer's input; None leaves this and any other number out.
        multiplier: a whole number below 2**31 that the sum is multiplied by.
        shift: the power of two, 0 or below; the sum is shifted to the right by its size.
        y_zero_point: of the layer's output.

    Returns:
        A matplotlib figure.
    """
    sketch = Sketch(
        "One output of an int8 layer",
        "A chain of boxes: int8 codes, minus the zero point, times the weights' codes and summed "
        "in 32 bits with the bias, times a multiplier, shifted to the right, plus the output's "
        "zero point, saturated to int8 codes",
        width=15.2,
        height=4.6,
    )

    def given(form, number):
        return "" if number is None else form.format(number).replace("-", "−")

    steps = [
        ("data", "input\ncodes", 1.5, "int8"),
        ("work", "− zero\npoint", 1.6, given("{}", x_zero_point)),
        ("now", "Σ × weights\n+ bias", 2.5, "int32: the\naccumulator"),
        ("work", "× multiplier", 2.2, given("{:,}\nof 2³¹", multiplier)),
        ("work", "shift", 1.3, given("{} bits\nto the right", None if shift is None else -shift)),
        ("work", "+ zero\npoint", 1.5, given("{}", y_zero_point)),
        ("data", "output\ncodes", 1.5, "int8,\nsaturated"),
    ]
    x, before, places = 0.1, None, []
    for kind, text, width, below in steps:
        box = sketch.box(x, 1.2, width, 1.1, text, kind=kind)
        sketch.note(x + width / 2, 2.5, below, 9, vertical="top")
        if before:
            sketch.arrow(before.right, box.left)
        before, x = box, x + width + 0.47
        places.append(box)
    summing = places[2]
    weights = sketch.box(summing.x - 1.2, 3.5, 2.3, 0.8, "weights' codes", "store", 9)
    bias = sketch.box(summing.x + 1.4, 3.5, 1.7, 0.8, "bias, int32", "store", 9)
    sketch.arrow(weights.top, (summing.x + 0.12, 2.35))
    sketch.arrow(bias.top, (summing.x + 2.38, 2.35))
    first, last = places[3], places[6]
    sketch.note((first.x + last.right[0]) / 2, 0.55, "requantization", 10)
    sketch.line((first.x, 0.85), (last.right[0], 0.85))
    return sketch.figure
