"""A chain of steps from a sensor's samples to an event, with what each hands on."""

from typing import NamedTuple

from tinyml_helpers.drawings.sketch import Sketch

_A_ROW = 5
_WIDE, _HIGH, _STEP, _DOWN = 2.0, 0.95, 2.98, 3.1


class Stage(NamedTuple):
    """A step of a signal chain.

    Attributes:
        name: what it is.
        leaves: what it hands on, in words.
        rate: how often a second; None if only now and then.
        size: bytes each time.
        kind: how its box looks, as `Sketch.box`.
    """

    name: str
    leaves: str
    rate: float | None
    size: int
    kind: str = "work"

    @property
    def how_often(self):
        return "now and then" if self.rate is None else f"{self.rate:g} a second"

    @property
    def bytes_a_second(self):
        return None if self.rate is None else round(self.rate * self.size)


def signal_chain(stages, title="From sound to a word"):
    """Draw steps one after another, five a row, and below each what it hands on and how fast.

    Args:
        stages: `Stage`s, or tuples of their fields, in order.
        title: above the drawing.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there are no stages.
    """
    stages = [Stage(*one) for one in stages]
    if not stages:
        raise ValueError("a chain without stages can't be drawn: give one at least")
    rows = -(-len(stages) // _A_ROW)
    sketch = Sketch(title, f"{title}: {_words(stages)}", width=14.8, height=rows * _DOWN - 0.3)
    before = None
    for number, stage in enumerate(stages):
        row, column = divmod(number, _A_ROW)
        x, y = 0.2 + column * _STEP, 0.2 + row * _DOWN
        box = sketch.box(x, y, _WIDE, _HIGH, stage.name, stage.kind)
        _note(sketch, box, stage)
        if before and column:
            sketch.arrow(before.right, box.left)
        elif before:
            _turn(sketch, before, box)
        before = box
    return sketch.figure


def _note(sketch, box, stage):
    """Below a box: what it leaves, how often, and the bytes a second."""
    x, y = box.bottom
    sketch.note(x, y + 0.3, stage.leaves, 8.5)
    sketch.note(x, y + 0.68, f"{stage.size:,} B, {stage.how_often}", 8.5)
    if stage.rate is not None:
        sketch.note(x, y + 1.08, f"{stage.bytes_a_second:,} B/s", 9, weight="bold")


def _turn(sketch, before, box):
    """From the end of a row to the start of the next: right, down, back, and in from above."""
    right, middle = before.x + before.width + 0.42, box.y - 0.45
    corners = [before.right, (right, before.right[1]), (right, middle), (box.top[0], middle)]
    sketch.line(*corners)
    sketch.arrow(corners[-1], box.top)


def _words(stages):
    return ", then ".join(
        f"{' '.join(stage.name.split())} ({_handed_on(stage)})" for stage in stages
    )


def _handed_on(stage):
    size = f"{stage.size:,} byte{'' if stage.size == 1 else 's'} {stage.how_often}"
    total = "" if stage.rate is None else f", {stage.bytes_a_second:,} bytes a second"
    return f"hands on {stage.leaves}, {size}{total}"
