"""What a model costs on every board, whether it fits, and what runs which of its operators.

`bench` prints in a terminal what it costs, and `on_a_board` whether a board on the desk does the
same.

This room knows boards, programs and the emulated board, and no application.
"""

from tinyml_helpers.report.fit import Report, Row, fits
from tinyml_helpers.report.operator_table import OperatorReport, OperatorRow, operators

__all__ = ["OperatorReport", "OperatorRow", "Report", "Row", "fits", "operators"]
