"""What the table of operators says of a model, for its tests."""

from tinyml_helpers import report


def verdicts(model):
    """A dict of operator to micro, TFLM and LiteRT; and what the whole model gets."""
    found = report.operators(model)
    rows = {row.name: (row.micro, row.tflm, row.litert) for row in found.rows}
    return rows, (found.whole.micro, found.whole.tflm, found.whole.litert), found


def runs_everywhere(model):
    rows, whole, found = verdicts(model)
    return {*rows.values(), whole} == {("yes", "yes", "yes")}, str(found)


def way(found, name):
    (text,) = {row.way_round for row in found.rows if row.name == name}
    return text
