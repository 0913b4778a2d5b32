"""What runs where? Each operator of a model on each runtime, in one table.

    print(report.operators(tflite_bytes))

Nothing is looked up in a list: each operator is cut out of the model, and run (trials.py).
"""

import re
import textwrap
from dataclasses import dataclass

from tinyml_helpers import model_file
from tinyml_helpers.report.trials import RUNTIMES, Verdict, tried
from tinyml_helpers.report.ways_round import way_round

_PLACES_WIDTH, _WHY_WIDTH = 12, 62

#: Parts of what runtimes say that tell a reader of the table nothing.
_NOISE = re.compile(
    r"LiteRT can't run this model: |TFLM (refuses this model: )?|\b\w+(/\w+)+\.(cc|h):?(\d+)? "
    r"|(; )?Node (number )?\w+ \(.*|Tensor \d+ has invalid.*|; RuntimeError: TFLM failed.*"
    r"|\s*See instructions: \S+",
    re.DOTALL,
)


@dataclass(frozen=True)
class OperatorRow:
    """Operators of one name that fare alike.

    Attributes:
        name: such as "CONV_2D".
        places: their places in `model_file.ModelFile.operators`, a tuple.
        verdicts: a tuple of `trials.Verdict`: of the micro-interpreter, TFLM and LiteRT.
        way_round: what to do where one doesn't run them; "" where nothing is known.
    """

    name: str
    places: tuple
    verdicts: tuple
    way_round: str = ""

    @property
    def micro(self):
        """ "yes", "no", "wrong" or "-" (not tried), as `trials.Verdict.says`."""
        return self.verdicts[0].says

    @property
    def tflm(self):
        """As `micro`."""
        return self.verdicts[1].says

    @property
    def litert(self):
        """As `micro`."""
        return self.verdicts[2].says


@dataclass(frozen=True)
class OperatorReport:
    """What runs where; `print` shows it as a table.

    Attributes:
        rows: a tuple of `OperatorRow`, by their first place.
        whole: an `OperatorRow` of the model as a whole.
    """

    rows: tuple
    whole: OperatorRow

    def __str__(self):
        width = max(len(row.name) for row in (*self.rows, self.whole))
        form = f"{{:{width}}}  {{:{_PLACES_WIDTH}}}  {{:5}}  {{:5}}  {{:6}}  {{}}".format
        lines = [form("operator", "at", *RUNTIMES, "why, and the way round")]
        for row in (*self.rows, self.whole):
            cells = [[row.name], _places(row.places), *([one.says] for one in row.verdicts)]
            cells.append(_why(row))
            for line in range(max(map(len, cells))):
                parts = [cell[line] if line < len(cell) else "" for cell in cells]
                lines.append(form(*parts).rstrip())
        lines.append(
            "micro: the workbook's interpreter, here and on its boards. Each operator was tried "
            "alone, on random\ninputs. wrong: it runs, with results that aren't LiteRT's."
        )
        if any(one.says == "-" for row in (*self.rows, self.whole) for one in row.verdicts):
            lines.append(
                "-: not tried: it isn't here (TFLM is for Linux on x86-64), or a tensor is too "
                "large, or\nof a type NumPy lacks."
            )
        return "\n".join(lines)


def operators(tflite_bytes):
    """Find out which runtimes run each operator of a model, and what to do where one doesn't.

    It takes seconds: each operator runs in processes of their own, which may crash.

    Args:
        tflite_bytes: the model.

    Returns:
        An `OperatorReport`.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        toolchain.CompileError: there is no C compiler for the micro-interpreter.
    """
    model = model_file.read(tflite_bytes)
    whole, each = tried(tflite_bytes)
    alike = {}
    for operator, verdicts in zip(model.operators, each, strict=True):
        way = way_round(model, operator, verdicts)
        says = tuple(Verdict(one.says, _NOISE.sub("", one.why)) for one in verdicts.values())
        alike.setdefault((operator.name, says, way), []).append(operator.index)
    rows = [OperatorRow(name, tuple(at), *rest) for (name, *rest), at in alike.items()]
    # What the whole is refused for stands beside an operator, if it is an operator's.
    told = {r for verdicts in each for r, verdict in verdicts.items() if verdict.says == "no"}
    says = tuple(
        Verdict(one.says, "" if runtime in told else _NOISE.sub("", one.why))
        for runtime, one in whole.items()
    )
    return OperatorReport(tuple(rows), OperatorRow("the model", (), says))


def _places(places):
    """Places as lines of text, with runs of them as 3-5."""
    runs = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    text = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return textwrap.wrap(text, _PLACES_WIDTH)


def _why(row):
    """Lines about the runtimes that don't run an operator, and the way round."""
    lines = []
    for runtime, verdict in zip(RUNTIMES, row.verdicts, strict=True):
        if verdict.why:
            lines += textwrap.wrap(f"{runtime}: {verdict.why}", _WHY_WIDTH)
    if row.way_round:
        lines += textwrap.wrap(f"Way round: {row.way_round}.", _WHY_WIDTH)
    return lines
