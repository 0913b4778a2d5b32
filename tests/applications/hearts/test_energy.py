"""A battery's life with a heart monitored all the time, against sums by hand."""

import pytest

from tinyml_helpers.applications.wearables.hearts.energy import WATCH, budget, days


def test_a_nanos_budget_is_the_sum_by_hand():
    # 640,000 cycles a second: 10 ms of 64 MHz, at 3.3 mA.
    made = budget("nano33ble", 640_000)
    assert made.parts == pytest.approx(
        {"AD8232": 170e-6, "waiting": 0.99 * 418e-6, "computing": 0.01 * 3.3e-3}
    )
    assert made.busy == pytest.approx(0.01)


def test_a_watchs_battery_lasts_for_days():
    assert WATCH.ampere_hours == 0.1
    made = days(budget("nano33ble", 640_000).amperes, WATCH)
    assert made == pytest.approx(0.1 / 0.617e-3 / 24, rel=0.01)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="the Raspberry Pi Pico doesn't keep up"):
        budget("pico", 1e9)
    with pytest.raises(ValueError, match="esp32"):
        budget("esp32", 1e3)
