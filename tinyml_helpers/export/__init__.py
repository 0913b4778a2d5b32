"""A model as files for a program: a C array with what a sketch needs to know of it.

This room knows model files, and nothing of the boards that run them.
"""

from tinyml_helpers.export.c_array import CArray, c_array, read_back
from tinyml_helpers.export.names import identifier

__all__ = ["CArray", "c_array", "identifier", "read_back"]
