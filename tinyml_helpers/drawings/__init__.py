"""Schematics that lessons show: how a thing is built, where a plot shows what it measured.

All are drawn on a `Sketch`, in one style that is legible in grey. A file a drawing; each is a
function that returns a matplotlib figure, which says in words what it shows. It knows no other
room: what it draws comes as arguments.
"""

from tinyml_helpers.drawings.ask_or_decide import ask_or_decide
from tinyml_helpers.drawings.duty_cycle import duty_cycle
from tinyml_helpers.drawings.road import road
from tinyml_helpers.drawings.runtimes import runtimes
from tinyml_helpers.drawings.sketch import Sketch

__all__ = ["Sketch", "ask_or_decide", "duty_cycle", "road", "runtimes"]
