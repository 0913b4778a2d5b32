"""A skip connection: what goes into some layers is added to what comes out."""

from tinyml_helpers.drawings.sketch import Sketch


def skip_connection(*layers):
    """Draw layers in a row, and the way around them.

    Args:
        layers: their names, at least one.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there is no layer.
    """
    if not layers:
        raise ValueError("a skip connection needs layers to skip: give their names")
    sketch = Sketch(
        "A skip connection: the layers only learn what to change",
        f"What goes into {', then '.join(layers)}, is added to what comes out",
        width=4.6 + 3.6 * len(layers),
        height=3.3,
    )
    start = sketch.box(0.2, 1.8, 1.2, 1, "x", kind="data", size=12)
    before = start
    for number, name in enumerate(layers):
        box = sketch.box(2.3 + 3.6 * number, 1.8, 2.7, 1, name, kind="work", size=10)
        sketch.arrow(before.right, box.left)
        before = box
    end = sketch.box(before.x + 3.6, 1.8, 1.2, 1, "+", kind="now", size=15)
    sketch.arrow(before.right, end.left)
    corner = 0.9
    sketch.line((start.top[0], start.y), (start.top[0], corner), (end.top[0], corner))
    sketch.arrow((end.top[0], corner), end.top)
    sketch.note((start.top[0] + end.top[0]) / 2, corner - 0.35, "x, as it was", 10)
    return sketch.figure
