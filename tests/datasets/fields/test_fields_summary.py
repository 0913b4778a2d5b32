"""The script that prints the datasheet's table of simulated sites."""

import importlib.util
import re

import numpy as np
import places
import pytest

from tinyml_helpers import datasets
from tinyml_helpers.datasets.fields import simulated
from tinyml_helpers.datasets.fields.simulated import season


@pytest.fixture(scope="module")
def summary():
    script = places.DATA / "fields" / "summary.py"
    spec = importlib.util.spec_from_file_location("summary_fields", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_figures_are_those_of_a_year_made_by_hand(summary):
    year = season(1, 2021)
    days = np.arange(365)
    rain = np.zeros((365, 24))
    rain[days % 5 == 0, 3] = 10.0
    moisture = 20.0 - 1.0 * (days % 5)  # falls by 1 on dry days, and rain gives 4 back
    made = year._replace(rain=rain.ravel(), moisture_5cm=np.repeat(moisture, 24))
    found = summary.figures(made)
    assert found["rain, mm"] == 730
    assert found["moisture at 5 cm, driest hour, %"] == 16
    assert found["a day ahead, without rain, %"] == 1
    assert found["a day ahead, with rain, %"] == 4
    assert found["a day ahead, %"] == pytest.approx(1.6, abs=0.02)


def test_the_table_has_a_row_a_figure_and_its_least_is_least(summary, capsys):
    summary.main(3, 2021)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == 2 + len(summary.figures(season(1, 2021)))
    for line in lines[2:]:
        least, middle, most = map(float, line.strip("|").split("|")[1:])
        assert least <= middle <= most
    assert "site-years a second" in err


def _numbers(table):
    """Rows of a table's figures, by their name."""
    rows = re.findall(r"^\| (.+?) \| (\S+) \| (\S+) \| (\S+) \|$", table, re.MULTILINE)
    return {name: values for name, *values in rows}


def test_the_datasheet_has_the_table_as_it_is_printed(summary, capsys):
    summary.main()
    printed = _numbers(capsys.readouterr().out)
    sheet = _numbers((places.DATA / "fields.md").read_text(encoding="utf-8"))
    assert len(printed) == 12
    for name, values in printed.items():
        last = 0.1 if "." in values[0] else 1  # another computer may round the other way
        assert [float(value) for value in sheet[name]] == pytest.approx(
            [float(value) for value in values], abs=1.001 * last
        )


def test_the_datasheets_example_runs_and_the_list_of_data_names_it():
    sheet = (places.DATA / "fields.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", sheet, re.DOTALL)[1].replace("range(60)", "range(2)")
    exec(code, {})
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"## {heading}" in sheet
    assert "(fields.md)" in (places.DATA / "README.md").read_text(encoding="utf-8")
    assert datasets.simulated_fields is simulated
