"""A model as files for a program: a C array, or a whole project for a real board.

    export.c_array(tflite_bytes, "gesture", "my_work/gesture")
    export.project("pico", tflite_bytes, "my_work/gesture_on_a_pico")

This room knows model files, the firmware and boards. What a program does beyond running its model
it knows only as a `firmware.Application`.
"""

from tinyml_helpers.export.c_array import CArray, c_array, read_back
from tinyml_helpers.export.names import identifier
from tinyml_helpers.export.project import Project, project

__all__ = ["CArray", "Project", "c_array", "identifier", "project", "read_back"]
