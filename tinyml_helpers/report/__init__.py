"""What a model costs on every board, and whether it fits; `bench` prints it in a terminal.

This room knows boards, programs and the emulated board, and no application.
"""

from tinyml_helpers.report.fit import Report, Row, fits

__all__ = ["Report", "Row", "fits"]
