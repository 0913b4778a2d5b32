"""The script that prints the datasheet's table of simulated hearts."""

import importlib.util
import re

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.hearts.ecg import Note, ecg
from tinyml_helpers.datasets.hearts.simulated import heart


@pytest.fixture(scope="module")
def summary():
    script = places.DATA / "hearts" / "summary.py"
    spec = importlib.util.spec_from_file_location("summary_hearts", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def printed(summary):
    """What it prints of its twenty hearts."""
    with pytest.MonkeyPatch.context() as patch:
        lines = []
        patch.setattr("builtins.print", lambda *parts, **_: lines.append(" ".join(parts)))
        summary.main()
    return "\n".join(lines)


def test_figures_are_those_of_beats_made_by_hand(summary):
    places_symbols = [(0, "N"), (100, "N"), (220, "N"), (280, "V"), (420, "N"), (520, "N")]
    places_symbols += [(1000, "N"), (1120, "N"), (1200, "A"), (1300, "N")]
    marks = [Note(place, symbol) for place, symbol in places_symbols]
    marks = sorted([*marks, Note(600, "~", -1), Note(900, "~")])
    made = ecg(
        marks,
        record="x",
        person="x",
        rate=100,
        samples=np.zeros((1400, 1), np.int16),
        gains=np.ones(1),
        zeros=np.zeros(1, np.int64),
        leads=("II",),
    )
    found = summary.figures(made, heart(1))
    # Between normal beats: 1.0, 1.2, 1.0, and 1.2 s after the lead was off.
    assert found["rate between normal beats, a minute"] == pytest.approx(60 / 1.1)
    assert found["SDNN, ms"] == pytest.approx(100)
    assert found["early atrial beats, %"] == found["early ventricular beats, %"] == 10


def _numbers(table):
    """Rows of a table's figures, by their name."""
    rows = re.findall(r"^\| (.+?) \| (\S+) \| (\S+) \| (\S+) \|$", table, re.MULTILINE)
    return {name: values for name, *values in rows}


def test_the_datasheet_has_the_table_as_it_is_printed(printed):
    rows = _numbers(printed)
    sheet = _numbers((places.DATA / "hearts.md").read_text(encoding="utf-8"))
    assert len(rows) == 6 and "hours of ECG a second" in printed
    for name, values in rows.items():
        last = 0.01 if "." in values[0] else 1  # another computer may round the other way
        assert [float(value) for value in sheet[name]] == pytest.approx(
            [float(value) for value in values], abs=1.001 * last
        )
        least, middle, most = map(float, values)
        assert least <= middle <= most


def test_the_datasheets_example_runs_and_the_list_of_data_names_it():
    sheet = (places.DATA / "hearts.md").read_text(encoding="utf-8")
    exec(re.search(r"```python\n(.*?)```", sheet, re.DOTALL)[1], {})
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"## {heading}" in sheet
    assert "not a medical device: it diagnoses nothing" in sheet
    assert "(hearts.md)" in (places.DATA / "README.md").read_text(encoding="utf-8")
