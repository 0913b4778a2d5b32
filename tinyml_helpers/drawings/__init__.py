"""Schematics that lessons show: how a thing is built, where a plot shows what it measured.

All are drawn on a `Sketch`, in one style that is legible in grey. A file a drawing; each is a
function that returns a matplotlib figure, which says in words what it shows. It knows no other
room: what it draws comes as arguments.
"""

from tinyml_helpers.drawings.boot import boot
from tinyml_helpers.drawings.int8_layer import int8_layer
from tinyml_helpers.drawings.road import road
from tinyml_helpers.drawings.ruler import ruler
from tinyml_helpers.drawings.sketch import Sketch
from tinyml_helpers.drawings.ways_to_shrink import ways_to_shrink

__all__ = ["Sketch", "boot", "int8_layer", "road", "ruler", "ways_to_shrink"]
