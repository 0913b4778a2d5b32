"""A kernel of one layer, made smaller in four ways."""

import numpy as np

from tinyml_helpers.drawings.sketch import Sketch

#: A made-up kernel: inputs downwards, output channels to the right.
KERNEL = np.array(
    [
        [0.9, -0.1, 0.5, 0.0],
        [-0.2, 0.1, -0.8, 0.3],
        [0.4, 0.0, 0.7, -0.1],
        [-0.7, 0.2, 0.1, 0.6],
    ]
)

#: The same with the smallest weights at zero.
PRUNED = np.where(np.abs(KERNEL) < 0.35, 0, KERNEL)

#: Four values that stand for all sixteen.
TABLE = np.array([-0.7, -0.1, 0.2, 0.65])


def indices():
    """For each weight the place in `TABLE` of the value nearest to it, int array [4, 4]."""
    return np.abs(KERNEL[..., np.newaxis] - TABLE).argmin(axis=-1)


def ways_to_shrink():
    """Draw what pruning, channel pruning, clustering and distillation make of 4 × 4 weights.

    Returns:
        A matplotlib figure.
    """
    sketch = Sketch(
        "Sixteen weights, and four ways to shrink them",
        "A grid of 4 by 4 weights as it was; pruned, with zeros among them and as large as before; "
        "with channels removed, 4 by 2; clustered, as 16 short indices and a table of "
        "four values; and a small network that learns from a large one's answers",
        width=16,
        height=4.8,
    )
    cell, y = 0.62, 1.2
    pictures = [
        (0.1, "as it was", KERNEL, "16 bytes"),
        (3.25, "pruned", PRUNED, "16 bytes,\n9 of them zero"),
        (7.0, "channels removed", KERNEL[:, [0, 2]], "8 bytes,\nhalf of the work"),
        (9.7, "clustered", indices(), "16 × 2 bits and\na table of 4"),
    ]
    width = 4 * cell
    for x, name, values, below in pictures:
        middle = x + values.shape[1] * cell / 2
        sketch.note(middle, 0.7, name, 10, weight="bold")
        sketch.grid(x, y, values, cell, form="{:g}", size=8)
        sketch.note(middle, y + width + 0.3, below, 9, vertical="top")
    sketch.grid(9.7 + width + 0.3, y, TABLE[:, np.newaxis], cell, size=8)
    x = 13.6
    sketch.note(x + 1.1, 0.7, "distilled", 10, weight="bold")
    teacher = sketch.box(x, y, 2.2, 1.1, "teacher", size=9)
    student = sketch.box(x + 0.5, y + width - 0.62, 1.2, 0.62, "student", "now", size=9)
    sketch.arrow(teacher.bottom, student.top)
    sketch.note(x + 1.1, y + width + 0.3, "a network of any\nsize, taught", 9, vertical="top")
    return sketch.figure
