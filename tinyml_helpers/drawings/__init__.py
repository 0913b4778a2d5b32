"""Schematics that lessons show: how a thing is built, where a plot shows what it measured.

All are drawn on a `Sketch`, in one style that is legible in grey. A file a drawing; each is a
function that returns a matplotlib figure, which says in words what it shows. It knows no other
room: what it draws comes as arguments.
"""

from tinyml_helpers.drawings.ask_or_decide import ask_or_decide
from tinyml_helpers.drawings.boot import boot
from tinyml_helpers.drawings.convolution import convolution
from tinyml_helpers.drawings.detector_grid import detector_grid
from tinyml_helpers.drawings.duty_cycle import duty_cycle
from tinyml_helpers.drawings.int8_layer import int8_layer
from tinyml_helpers.drawings.kinds_of_convolution import kinds_of_convolution
from tinyml_helpers.drawings.memory_map import Memory, memory_map
from tinyml_helpers.drawings.neuron import neuron
from tinyml_helpers.drawings.padding import padding_and_stride
from tinyml_helpers.drawings.receptive_field import receptive_field
from tinyml_helpers.drawings.ring_buffer import ring_buffer
from tinyml_helpers.drawings.road import road
from tinyml_helpers.drawings.ruler import ruler
from tinyml_helpers.drawings.runtimes import runtimes
from tinyml_helpers.drawings.search_loop import search_loop
from tinyml_helpers.drawings.signal_chain import signal_chain
from tinyml_helpers.drawings.sketch import Sketch
from tinyml_helpers.drawings.skip_connection import skip_connection
from tinyml_helpers.drawings.two_macs import two_macs
from tinyml_helpers.drawings.unlock_chain import unlock_chain
from tinyml_helpers.drawings.ways_to_shrink import ways_to_shrink

__all__ = [
    "Memory",
    "Sketch",
    "ask_or_decide",
    "boot",
    "convolution",
    "detector_grid",
    "duty_cycle",
    "int8_layer",
    "kinds_of_convolution",
    "memory_map",
    "neuron",
    "padding_and_stride",
    "receptive_field",
    "ring_buffer",
    "road",
    "ruler",
    "runtimes",
    "search_loop",
    "signal_chain",
    "skip_connection",
    "two_macs",
    "unlock_chain",
    "ways_to_shrink",
]
