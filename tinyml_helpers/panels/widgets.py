"""Pictures that follow a slider."""

import base64
import io
import math

import ipywidgets
import matplotlib.pyplot as plt


class Explorer(ipywidgets.VBox):
    """Controls above a picture that is drawn again whenever one of them moves.

    Where widgets can't be shown (a page on the web, a notebook opened but not yet run), the
    picture stands alone.
    """

    def __init__(self, draw, controls):
        self._draw = draw
        self._controls = controls
        # At its own size: the column would stretch it to the page's width, and blur it.
        self._picture = ipywidgets.Image(
            format="png", layout={"align_self": "flex-start", "max_width": "100%"}
        )
        self._complaint = ipywidgets.HTML()
        for control in controls.values():
            control.observe(self._refresh, names="value")
        super().__init__([*controls.values(), self._picture, self._complaint])
        self._picture.value = _png(draw, self.values)

    @property
    def values(self):
        """The controls' present values, by the name `draw` knows them under."""
        return {name: control.value for name, control in self._controls.items()}

    @property
    def png(self):
        """The picture as it stands, PNG bytes."""
        return bytes(self._picture.value)

    def _refresh(self, _change):
        # An exception in a callback would end in the browser's log, where no student looks.
        try:
            self._picture.value = _png(self._draw, self.values)
            self._complaint.value = ""
        except Exception as error:
            self._complaint.value = f"{type(error).__name__}: {error}"

    def __repr__(self):
        names = ", ".join(self._controls)
        return f"A picture to explore: run this cell, then move {names}."

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        picture = base64.b64encode(self.png).decode("ascii")
        return {**bundle, "text/plain": repr(self), "image/png": picture}


def explore(draw, **controls):
    """Show a picture with controls above it, drawn again whenever one of them moves.

    Args:
        draw: called with one keyword argument a control; returns the matplotlib figure to show.
        **controls: ipywidgets controls with a `value`, under the names of `draw`'s arguments.

    Returns:
        The `Explorer`; as the last line of a cell it shows itself.

    Raises:
        ValueError: there is no control.
        Whatever `draw` raises for the controls' first values.
    """
    if not controls:
        raise ValueError("explore needs at least one control, such as slider('gain', 1, 0, 10).")
    return Explorer(draw, controls)


def slider(label, value, low, high, step=1):
    """A labelled slider: whole numbers if `step` is one, else decimals.

    Args:
        label: what is written to its left, with the unit.
        value, low, high, step: first value, both ends and the smallest move.
    """
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        style={"description_width": "14em"},
        layout={"width": "34em"},
        continuous_update=False,
    )


def log_slider(label, value, low, high):
    """A labelled slider that moves in powers of ten, from `low` to `high` (both above zero)."""
    return ipywidgets.FloatLogSlider(
        value=value,
        min=math.log10(low),
        max=math.log10(high),
        step=0.1,
        description=label,
        readout_format=",.3r",
        style={"description_width": "14em"},
        layout={"width": "34em"},
        continuous_update=False,
    )


def _png(draw, values):
    """Draw and give the figure's PNG bytes; the figure is closed, so that it isn't shown twice."""
    figure = draw(**values)
    with io.BytesIO() as file:
        figure.savefig(file, format="png")
        plt.close(figure)
        return file.getvalue()
