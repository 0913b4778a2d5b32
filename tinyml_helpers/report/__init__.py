"""What a model costs on every board, whether it fits, and what runs which of its operators.

`bench` prints what it costs in a terminal.

This room knows boards, programs and the emulated board, and no application.
"""

from tinyml_helpers.report.fit import Report, Row, fits
from tinyml_helpers.report.operator_table import OperatorReport, OperatorRow, operators

__all__ = ["OperatorReport", "OperatorRow", "Report", "Row", "fits", "operators"]
