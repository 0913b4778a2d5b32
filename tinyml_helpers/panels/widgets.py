"""Pictures that follow a slider."""

import anywidget
import traitlets

from tinyml_helpers.panels import still
from tinyml_helpers.panels.panel import browser_code, styles


class Slider(traitlets.HasTraits):
    """A labelled slider of an `Explorer`; `slider` and `log_slider` make one.

    Attributes:
        value: the present value, an int or a float; what lies beyond an end becomes that end.
        label, low, high, step: as given.
        log: whether it moves in powers of ten.
    """

    value = traitlets.Any()  # a Float would make 3 a 3.0

    def __init__(self, label, value, low, high, step, log=False):
        if not low < high:
            raise ValueError(f"the slider {label!r} needs ends apart, not {low} and {high}.")
        self.label, self.low, self.high, self.step, self.log = label, low, high, step, log
        super().__init__(value=value)

    @traitlets.validate("value")
    def _within(self, proposal):
        value = min(max(proposal["value"], self.low), self.high)
        return round(value) if isinstance(self.step, int) else float(value)


class Explorer(anywidget.AnyWidget):
    """Sliders above a picture that is drawn again while one of them moves.

    Where widgets can't be shown (a page on the web, a notebook opened but not yet run), the
    picture stands alone.

    Attributes:
        sliders: a `Slider` for each argument of `draw`, by its name.
        png: the picture as it stands, PNG bytes.
        alt: what it shows, in words, from its titles and axes.
        complaint: what `draw` raised for the present values; empty if nothing.
    """

    _esm = browser_code("explorer.js")
    _css = styles("panel.css", "explorer.css")
    looks = traitlets.List(traitlets.Dict()).tag(sync=True)
    moved = traitlets.List(traitlets.Float()).tag(sync=True)
    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    complaint = traitlets.Unicode().tag(sync=True)
    drawn = traitlets.Int().tag(sync=True)  # how often: the browser waits for it to rise

    def __init__(self, draw, sliders):
        self._draw, self.sliders = draw, sliders
        png, alt = still.drawn(draw(**self.values))
        looks = [
            {"label": s.label, "low": s.low, "high": s.high, "step": s.step, "log": s.log}
            for s in sliders.values()
        ]
        super().__init__(looks=looks, moved=list(self.values.values()), png=png, alt=alt)
        for one in sliders.values():
            one.observe(self._show, names="value")
        self.observe(self._move, names="moved")

    @property
    def values(self):
        """The sliders' present values, by the name `draw` knows them under."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def _show(self, _change):
        """Have the browser show a value that was set in Python."""
        self.moved = list(self.values.values())

    def _move(self, change):
        """Draw once for the values that the browser, or Python, has moved to."""
        for slider, value in zip(self.sliders.values(), change["new"], strict=True):
            slider.unobserve(self._show, names="value")
            slider.value = value
            slider.observe(self._show, names="value")
        # An exception in a callback would end in the browser's log, where no student looks.
        try:
            self.png, self.alt = still.drawn(self._draw(**self.values))
            self.complaint = ""
        except Exception as error:
            self.complaint = f"{type(error).__name__}: {error}"
        self.drawn += 1

    def __repr__(self):
        return f"A picture to explore: run this cell, then move {', '.join(self.sliders)}."

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = still.beside(super()._repr_mimebundle_(**kwargs), self.png, self.alt)
        return {**data, "text/plain": repr(self)}, metadata


def explore(draw, **sliders):
    """Show a picture with sliders above it, drawn again while one of them moves.

    Args:
        draw: called with one keyword argument a slider; returns the matplotlib figure to show.
        **sliders: what `slider` and `log_slider` make, under the names of `draw`'s arguments.

    Returns:
        The `Explorer`; as the last line of a cell it shows itself.

    Raises:
        ValueError: there is no slider.
        Whatever `draw` raises for the sliders' first values.
    """
    if not sliders:
        raise ValueError("explore needs at least one slider, such as slider('gain', 1, 0, 10).")
    return Explorer(draw, sliders)


def slider(label, value, low, high, step=1):
    """A labelled slider: whole numbers if `step` is one, else decimals.

    Args:
        label: what is written to its left, with the unit.
        value, low, high, step: first value, both ends and the smallest move.

    Raises:
        ValueError: the ends aren't apart.
    """
    return Slider(label, value, low, high, step)


def log_slider(label, value, low, high):
    """A labelled slider that moves in powers of ten, from `low` to `high` (both above zero).

    Raises:
        ValueError: an end is zero or less, or the ends aren't apart.
    """
    if low <= 0:
        raise ValueError(f"the slider {label!r} moves in powers of ten: {low} isn't above zero.")
    return Slider(label, value, low, high, 0.1, log=True)
