"""A node's life on a battery, against sums by hand."""

import pytest

from tinyml_helpers.applications.fields import energy, radio
from tinyml_helpers.applications.fields.energy import CELLS, budget, days


def test_a_nanos_budget_is_the_sum_by_hand():
    # 64,000 cycles an hour: 1 ms at 3.3 mA; the probe takes 10 mA for 10 ms.
    made = budget("nano33ble", 64_000, messages_a_day=10)
    message = radio.millijoules(8, 7, 10) / 1e3
    assert made.parts == pytest.approx(
        {
            "probe": 10e-3 * 0.01 / 3600,
            "waiting": 0.418e-3 * 0.01 / 3600,
            "computing": 3.3e-3 * 0.001 / 3600,
            "asleep": 3.16e-6 * (3600 - 0.011) / 3600,
            "sending": 10 * message / 86_400 / 3.0,
            "radio off": 0.2e-6,
        }
    )
    assert made.amperes == pytest.approx(sum(made.parts.values()))


def test_a_message_costs_more_than_the_forecast_that_spares_it():
    made = budget("nano33ble", 60_000, messages_a_day=1)
    assert made.parts["sending"] > 24 * made.parts["computing"] > 0


def test_sending_grows_with_messages_bytes_and_distance():
    one = budget("pico", 120_000, messages_a_day=1).parts
    ten = budget("pico", 120_000, messages_a_day=10).parts
    far = budget("pico", 120_000, messages_a_day=1, spreading_factor=12).parts
    long = budget("pico", 120_000, messages_a_day=1, payload_bytes=29).parts
    assert ten["sending"] == pytest.approx(10 * one["sending"])
    assert far["sending"] > 10 * one["sending"] and long["sending"] > one["sending"]
    assert all(part["computing"] == one["computing"] for part in (ten, far, long))


def test_fewer_messages_make_two_cells_last_longer():
    hourly, few = (
        days(budget("nano33ble", 60_000, n, spreading_factor=12).amperes, CELLS["2 AA"])
        for n in (24, 4)
    )
    assert 365 < hourly < few / 1.5


def test_every_figure_has_a_source():
    for figure in (energy.PROBE, energy.RADIO_ASLEEP):
        assert len(figure.source) > 20 and figure.unit == "A"


@pytest.mark.parametrize("board", ["nano33ble", "nano33ble_rev2", "pico"])
def test_a_budget_says_where_it_goes_and_that_it_is_estimated(board):
    text = str(budget(board, 100_000))
    assert "estimated" in text and board in text
    for name in ("probe", "waiting", "computing", "asleep", "sending", "radio off", "total"):
        assert name in text


def test_budgets_that_cannot_be():
    with pytest.raises(ValueError, match="try a Nano or a Pico"):
        budget("pi4", 1e5)
    with pytest.raises(ValueError, match="spreading factor 6: give 7"):
        budget("pico", 1e5, spreading_factor=6)
    with pytest.raises(ValueError, match="doesn't keep up: an hour takes 5000 s"):
        budget("nano33ble", 5000 * 64e6)


def test_what_the_module_offers_is_there():
    assert all(hasattr(energy, name) for name in energy.__all__)
