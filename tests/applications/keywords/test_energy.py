"""Always-on power, against sums by hand."""

import math

import places
import pytest

from tinyml_helpers import boards
from tinyml_helpers.applications.keywords import energy
from tinyml_helpers.applications.keywords.energy import CELLS, Cell, budget, days, millijoules

BOTH = pytest.mark.parametrize("board", ["nano33ble", "pico"])


def test_a_nanos_budget_is_the_sum_by_hand():
    # 50 hops of 64,000 cycles a second and 5 inferences of 6.4 million: 5 % and 50 % of 64 MHz,
    # at 3.3 mA while it computes, 0.418 mA while it waits, and the microphone's 0.65 mA.
    parts = budget("nano33ble", 64_000, 6_400_000, hops_per_inference=10).parts
    assert parts == pytest.approx(
        {
            "microphone": 0.65e-3,
            "waiting": 0.45 * 0.418e-3,
            "front end": 0.05 * 3.3e-3,
            "model": 0.5 * 3.3e-3,
        }
    )


def test_a_gate_saves_what_front_end_and_model_take_while_it_is_closed():
    always = budget("nano33ble", 64_000, 6_400_000)
    gated = budget("nano33ble", 64_000, 6_400_000, awake=0.2, gate_cycles=12_800)
    assert gated.parts["gate"] == pytest.approx(0.01 * 3.3e-3)
    assert gated.parts["front end"] == pytest.approx(always.parts["front end"] / 5)
    assert gated.parts["model"] == pytest.approx(always.parts["model"] / 5)
    assert gated.busy == pytest.approx(0.2 * 0.55 + 0.01)
    assert gated.parts["waiting"] == pytest.approx((1 - gated.busy) * 0.418e-3)
    assert gated.parts["microphone"] == always.parts["microphone"]
    assert gated.amperes == pytest.approx(sum(gated.parts.values())) and gated.amperes > 1e-3
    assert gated.watts == pytest.approx(3 * gated.amperes)


def test_a_picos_cycle_costs_what_it_did_when_it_was_measured():
    # 10.9 mA at 48 MHz: 1.33 million cycles a second, 1 % of its 133 MHz, take 10.9 / 48 * 1.33 mA.
    parts = budget("pico", 26_600, 0).parts
    assert parts["front end"] == pytest.approx(10.9e-3 / 48e6 * 1.33e6)
    assert parts["waiting"] == pytest.approx(0.99 * 0.39e-3)


@BOTH
def test_a_budget_says_where_it_goes_and_that_it_is_estimated(board):
    text = str(budget(board, 100_000, 1_000_000, gate_cycles=1000))
    assert "estimated" in text and board in text
    for name in ("microphone", "waiting", "gate", "front end", "model", "total"):
        assert name in text


def test_every_figure_has_a_source():
    for figure in (energy.MICROPHONE, *energy.WAITING.values()):
        assert len(figure.source) > 20 and figure.unit == "A" and figure.value > 0
    assert all(len(cell.note) > 40 for cell in CELLS.values())


def test_a_coin_cell_loses_the_same_in_a_lesson():
    assert CELLS["CR2032"].loss == 0.02 and "10 % in five years" in CELLS["CR2032"].note
    lesson = places.lesson("why_tinyml").read_text(encoding="utf-8")
    assert "a lithium coin about 2% a year" in lesson


def test_a_sleeping_picos_figure_is_not_of_stopped_clocks():
    assert "stopped" not in energy.WAITING["pico"].note
    assert energy.WAITING["pico"].value == boards.get("pico").sleep_amperes == 0.39e-3


def test_budgets_that_cannot_be():
    with pytest.raises(ValueError, match=r"doesn't keep up: it needs 1\d\d%"):
        budget("nano33ble", 64_000, 13_000_000)
    with pytest.raises(ValueError, match=r"0 to 1, not 1\.5"):
        budget("nano33ble", 64_000, 1, awake=1.5)
    with pytest.raises(ValueError, match="try a Nano or a Pico"):
        budget("pi4", 64_000, 1)
    with pytest.raises(ValueError, match="no board 'uno'"):
        budget("uno", 64_000, 1)


def test_millijoules_of_cycles():
    assert millijoules("nano33ble", 64_000_000) == pytest.approx(3.0 * 3.3)  # a second at work
    assert millijoules("pico", 48_000_000) == pytest.approx(3.3 * 10.9)
    assert boards.get("pi4").joules_per_cycle is None
    with pytest.raises(ValueError, match="pi4"):
        millijoules("pi4", 1)


def test_days_of_a_battery():
    ideal = Cell(3.0, 0.24, 0, "")
    assert days(1e-3, ideal) == pytest.approx(10)  # 240 mAh at 1 mA: 240 hours
    # What loses half of its charge in a year is empty, at a current that would take a year,
    # after ln(1 + ln 2) / ln 2 years.
    year = 365.25 * 24
    leaky = Cell(3.0, 1.0, 0.5, "")
    assert days(1 / year, leaky) == pytest.approx(365.25 * math.log(1 + math.log(2)) / math.log(2))
    for cell in CELLS.values():
        assert days(1e-3, cell) < 1000 * cell.ampere_hours / 24
        assert days(1e-3, cell) == pytest.approx(1000 * cell.ampere_hours / 24, rel=0.03)
    with pytest.raises(ValueError, match="above 0"):
        days(0, ideal)
