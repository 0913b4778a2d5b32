"""The script that sets simulated machines beside real ones: its figures, and its table."""

import importlib.util

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.machines.recording import FaultOrders


@pytest.fixture(scope="module")
def compare():
    script = places.DATA / "machines" / "compare.py"
    spec = importlib.util.spec_from_file_location("compare_machines", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ORDERS = FaultOrders(5.4, 3.6, 4.7, 0.4)
SECONDS = np.arange(24_000) / 12_000


def test_figures_of_a_sine_are_those_of_books(compare):
    sine = 2048 * np.sin(2 * np.pi * 1000 * SECONDS) + 300
    rms, kurtosis, crest, _ = compare.figures(sine, 30, ORDERS, "inner")
    assert (rms, kurtosis, crest) == pytest.approx((0.5**0.5, 1.5, 2**0.5), rel=0.001)


@pytest.mark.parametrize(("kind", "clear"), [("inner", True), ("outer", False), ("normal", True)])
def test_the_line_is_that_of_the_fault(compare, kind, clear):
    noise = np.random.default_rng(0).normal(0, 300, len(SECONDS))
    swelling = noise * (1 + 0.5 * np.cos(2 * np.pi * 5.4 * 30 * SECONDS))
    assert (compare.figures(swelling, 30, ORDERS, kind)[3] > 20) == clear


def test_the_table_has_a_row_a_kind(compare, capsys):
    compare.main(count=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        f"simulated, {kind}" for kind in ("normal", "inner", "outer", "ball")
    ]


def test_the_datasheet_has_the_real_rows_as_they_are_measured(compare):
    folder = places.outside("TINYML_REAL_DATA", "cwru_bearing")
    sheet = (places.DATA / "machines.md").read_text(encoding="utf-8")
    for (sensor, kind), rows in compare.real(folder).items():
        assert compare.row(f"CWRU {sensor}, {kind}", rows) in sheet
