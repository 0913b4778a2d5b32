"""Ordinary, depthwise and pointwise convolutions: which output looks at which inputs."""

import math

import numpy as np

from tinyml_helpers.drawings.sketch import Sketch

CELL, SIDE = 0.3, 5
INPUTS, OUTPUTS = 3, 4

#: A kind -> (the window's side, which inputs an output looks at, how many outputs, in words).
KINDS = {
    "ordinary": (3, "all", OUTPUTS, "every output looks at every\ninput, through 3 × 3"),
    "depthwise": (3, "own", INPUTS, "every output looks at one\ninput, through 3 × 3"),
    "pointwise": (1, "all", OUTPUTS, "every output looks at every\ninput, through 1 × 1"),
}


def weights_of(kind):
    """How a kind's weights are counted in the drawing: (the sum in words, how many)."""
    window, inputs, outputs, _ = KINDS[kind]
    factors = [window, window, *([INPUTS] if inputs == "all" else []), outputs]
    return " × ".join(map(str, factors)), math.prod(factors)


def kinds_of_convolution():
    """Draw three kinds of convolution from 3 channels, two of them to 4.

    Returns:
        A matplotlib figure.
    """
    counts = {kind: weights_of(kind) for kind in KINDS}
    words = "; ".join(
        f"{kind}: {' '.join(said.split())}, {counts[kind][1]} weights"
        for kind, (*_, said) in KINDS.items()
    )
    sketch = Sketch(
        "Three kinds of convolution, and the weights they need", words, width=18, height=10.8
    )
    for number, (kind, (window, inputs, outputs, said)) in enumerate(KINDS.items()):
        left = 0.4 + 6.1 * number
        sketch.note(left + 2.5, 0.35, kind, 12, weight="bold")
        sources = _planes(sketch, left, INPUTS, window)
        targets = _planes(sketch, left + 3.5, outputs, 1)
        for x, channels in ((left + 0.75, f"{INPUTS} in"), (left + 4.25, f"{outputs} out")):
            sketch.note(x, 1.1, channels, 10)
        for place, target in enumerate(targets):
            seen = sources if inputs == "all" else [sources[place]]
            if inputs == "all" and place:
                continue  # the arrows of one output are enough, and can be followed
            for source in seen:
                sketch.arrow(source.right, target.left)
        sketch.note(left + 2.5, 9.2, said, 10)
        sketch.note(left + 2.5, 10.4, f"{counts[kind][0]} = {counts[kind][1]} weights", 10)
    return sketch.figure


def _planes(sketch, x, count, window):
    """Draw channels below one another; returns the `Box` of the window in each."""
    marks = []
    for place in range(count):
        y = 1.5 + 1.75 * place + 0.875 * (OUTPUTS - count)
        start = (SIDE - window) // 2
        shades = np.zeros((SIDE, SIDE))
        shades[start : start + window, start : start + window] = 1
        marked = (start, start, window, window)
        sketch.grid(x, y, shades, CELL, marked, form="")
        marks.append(sketch.window(x, y, marked, CELL))
    return marks
