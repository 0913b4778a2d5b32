"""A page for schematics: boxes, arrows, grids of numbers and notes."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

#: Inches of a unit. A page of 14 units is as wide as the workbook's plots.
UNIT = 0.5

#: What a box is -> how it looks. In grey they differ by shade, edge and hatch.
KINDS = {
    "data": {"facecolor": "white", "edgecolor": "black", "linewidth": 1.0},
    "work": {"facecolor": "#CFE3F1", "edgecolor": "black", "linewidth": 1.0},
    "store": {"facecolor": "white", "edgecolor": "#777777", "linewidth": 1.0, "hatch": "...."},
    "now": {"facecolor": "#F7C873", "edgecolor": "black", "linewidth": 2.2},
}


@dataclass(frozen=True)
class Box:
    """Where something is on a sketch, in units: x to the right, y downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self):
        return self.x, self.y + self.height / 2

    @property
    def right(self):
        return self.x + self.width, self.y + self.height / 2

    @property
    def top(self):
        return self.x + self.width / 2, self.y

    @property
    def bottom(self):
        return self.x + self.width / 2, self.y + self.height


class Sketch:
    """A page in units, x to the right and y downwards, as pixels are counted.

    Args:
        title: above the page.
        words: what the drawing shows, in a sentence or two, for who can't see it.
        width, height: in units of half an inch.

    Attributes:
        figure: the matplotlib figure.
    """

    def __init__(self, title, words, width=14, height=5):
        self.figure, self._axes = plt.subplots(figsize=(width * UNIT, height * UNIT + 0.3))
        self.figure.set_label(words)
        self._axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
        self._axes.set_title(title, loc="left")
        self._axes.axis("off")

    def box(self, x, y, width, height, text="", kind="data", size=10):
        """Draw a box with text in it.

        Args:
            kind: "data", what is passed on; "work", what is done; "store", what is kept; "now",
                where the reader should look.
            size: of the text, in points.

        Returns:
            Its place, a `Box`.

        Raises:
            ValueError: there is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"a box can't be {kind!r}: choose one of {', '.join(KINDS)}")
        self._axes.add_patch(Rectangle((x, y), width, height, **KINDS[kind]))
        place = Box(x, y, width, height)
        if text:
            shown = self.note(x + width / 2, y + height / 2, text, size)
            if "hatch" in KINDS[kind]:
                shown.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.5})
        return place

    def arrow(self, start, end, text="", bend=0.0):
        """Draw an arrow between two points (x, y), with text above its middle.

        Args:
            bend: 0 is straight; 0.3 turns to the left of its way, -0.3 to the right.
        """
        self._axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=13,
                shrinkA=2,
                shrinkB=2,
                linewidth=1.3,
                color="black",
                connectionstyle=f"arc3,rad={bend}",
            )
        )
        if text:
            (x0, y0), (x1, y1) = start, end
            self.note((x0 + x1) / 2, (y0 + y1) / 2 - 0.15, text, 9, vertical="bottom")

    def line(self, *points, color="black", style="-", width=1.3):
        """Draw a line through points (x, y), such as the way to an arrow."""
        across, down = zip(*points, strict=True)
        self._axes.plot(across, down, color=color, linewidth=width, linestyle=style)

    def grid(self, x, y, values, cell=0.6, marked=None, form="{:g}", size=9):
        """Draw numbers as a table of square cells, shaded from light (the smallest) to darker.

        Args:
            values: numbers [rows, columns]; NaN is an empty cell.
            cell: its side, in units.
            marked: (row, column, rows, columns) of a window that gets a thick frame; None for none.
            form: how a number is written; "" writes none.
            size: of the numbers, in points.

        Returns:
            Its place, a `Box`.

        Raises:
            ValueError: values isn't a table.
        """
        values = np.asarray(values, float)
        if values.ndim != 2:
            raise ValueError(f"values has shape {list(values.shape)}: give [rows, columns]")
        known = values[~np.isnan(values)]
        low, high = (known.min(), known.max()) if known.size else (0, 1)
        for (row, column), value in np.ndenumerate(values):
            share = 0 if np.isnan(value) or high == low else (value - low) / (high - low)
            self._axes.add_patch(
                Rectangle(
                    (x + column * cell, y + row * cell),
                    cell,
                    cell,
                    facecolor=str(1 - 0.35 * share),
                    edgecolor="#777777",
                    linewidth=0.8,
                )
            )
            if form and not np.isnan(value):
                self.note(
                    x + (column + 0.5) * cell, y + (row + 0.5) * cell, form.format(value), size
                )
        if marked:
            self.frame(self.window(x, y, marked, cell))
        return Box(x, y, values.shape[1] * cell, values.shape[0] * cell)

    @staticmethod
    def window(x, y, marked, cell=0.6):
        """The `Box` of a window (row, column, rows, columns) of a grid at (x, y)."""
        row, column, rows, columns = marked
        return Box(x + column * cell, y + row * cell, columns * cell, rows * cell)

    def frame(self, box, color="#D55E00", style="-"):
        """Draw a thick frame around a `Box`."""
        self._axes.add_patch(
            Rectangle(
                (box.x, box.y),
                box.width,
                box.height,
                fill=False,
                edgecolor=color,
                linewidth=2.6,
                linestyle=style,
                zorder=3,
            )
        )

    def note(self, x, y, text, size=10, horizontal="center", vertical="center", weight="normal"):
        """Write text at a point; returns matplotlib's text."""
        return self._axes.text(
            x, y, text, size=size, ha=horizontal, va=vertical, weight=weight, zorder=4
        )
