"""One neuron: inputs, weights, the sum, ReLU."""

import numpy as np

from tinyml_helpers.drawings.sketch import Sketch


def neuron(inputs, weights, bias):
    """Draw what a neuron computes.

    Args:
        inputs, weights: numbers [n], at least one.
        bias: a number.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there isn't one weight for each input.
    """
    inputs, weights = np.asarray(inputs, float), np.asarray(weights, float)
    if inputs.ndim != 1 or inputs.shape != weights.shape or not inputs.size:
        raise ValueError(
            f"{inputs.size} inputs and {weights.size} weights: give one weight for each input"
        )
    total = inputs @ weights + bias
    passed = max(total, 0.0)
    middle = 0.75 * inputs.size
    sketch = Sketch(
        "A neuron: multiply, add, bend",
        f"A neuron: each of {inputs.size} inputs times its weight, plus the bias {bias:g}, makes "
        f"{total:g}; ReLU passes on {passed:g}",
        width=15,
        height=max(1.5 * inputs.size + 1.6, 4),
    )
    for place, text in ((0.9, "inputs"), (3.4, "weights"), (6.1, "products"), (9.0, "sum")):
        sketch.note(place, 0.35, text, 10, weight="bold")
    sketch.note(11.75, 0.35, "ReLU", 10, weight="bold")
    sketch.note(14.1, 0.35, "output", 10, weight="bold")
    add = sketch.box(8.2, middle + 0.3, 1.6, 1.2, _number(total), kind="work", size=12)
    for row, (value, weight) in enumerate(zip(inputs, weights, strict=True)):
        y = 0.9 + 1.5 * row
        start = sketch.box(0.3, y, 1.2, 0.9, _number(value), size=12)
        product = sketch.box(5.5, y, 1.2, 0.9, _number(value * weight), size=12)
        sketch.arrow(start.right, product.left, f"× {_number(weight)}")
        sketch.arrow(product.right, add.left)
    below = sketch.box(8.4, middle + 2.2, 1.2, 0.7, _number(bias), size=11)
    sketch.note(8.2, middle + 2.55, "bias", 10, horizontal="right")
    sketch.arrow(below.top, add.bottom)
    bend = sketch.box(10.9, middle + 0.3, 1.7, 1.2, "max(0, · )", kind="work", size=10)
    sketch.arrow(add.right, bend.left)
    end = sketch.box(13.5, middle + 0.45, 1.2, 0.9, _number(passed), kind="now", size=12)
    sketch.arrow(bend.right, end.left)
    return sketch.figure


def _number(value):
    return f"{value:g}".replace("-", "−")
