"""A watch's battery, against sums by hand."""

import pytest

from tinyml_helpers.applications.wearables.exercises import energy
from tinyml_helpers.applications.wearables.exercises.energy import SENSORS, WATCH, budget, days


def test_a_nanos_budget_is_the_sum_by_hand():
    # Two hops of 1.6 million cycles a second: 5 % of 64 MHz, at 3.3 mA while it computes.
    made = budget("nano33ble", 1_600_000)
    assert made.parts == pytest.approx(
        {"LSM9DS1": 4.6e-3, "waiting": 0.95 * 0.418e-3, "computing": 0.05 * 3.3e-3}
    )
    assert made.busy == pytest.approx(0.05)


def test_each_board_has_its_own_sensor_or_the_one_that_is_asked_for():
    assert "BMI270" in budget("nano33ble_rev2", 1e6).parts
    assert "BMI270" in budget("pico", 1e6).parts
    assert "LSM9DS1" in budget("pico", 1e6, sensor="LSM9DS1").parts


def test_the_sensor_decides_how_long_a_watch_lasts():
    old, new = (
        days(budget(board, 1e6).amperes, WATCH) for board in ("nano33ble", "nano33ble_rev2")
    )
    assert 0.5 < old < 1 < 3 * old < new < 5
    assert days(1e-3, WATCH) == pytest.approx(100 / 24, rel=0.01)  # 100 mAh at 1 mA


def test_budgets_that_cannot_be():
    with pytest.raises(ValueError, match="no sensor 'ADXL': there are LSM9DS1, BMI270"):
        budget("pico", 1e6, sensor="ADXL")
    with pytest.raises(ValueError, match="doesn't keep up"):
        budget("pico", 100e6)


def test_every_figure_has_a_source_and_what_the_module_offers_is_there():
    assert all(figure.unit == "A" and len(figure.source) > 20 for figure in SENSORS.values())
    assert all(hasattr(energy, name) for name in energy.__all__)
    assert "estimated" in str(budget("pico", 1e6))
