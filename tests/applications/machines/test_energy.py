"""A battery's life with a look now and then, against sums by hand."""

import pytest

from tinyml_helpers import boards
from tinyml_helpers.applications.machines import energy
from tinyml_helpers.applications.machines.energy import CELLS, SENSORS, budget, days

LOOK = 16_384 / 12_000


def test_a_nanos_budget_is_the_sum_by_hand():
    # Every 10 minutes 0.1 s and a look of 1.365 s; 16 million cycles: 0.25 s of 64 MHz at 3.3 mA.
    made = budget("nano33ble", "IIS3DWB", 16_000_000, 12_000)
    assert made.parts == pytest.approx(
        {
            "IIS3DWB": (0.1 + LOOK) / 600 * 1.1e-3,
            "waiting": (0.1 + LOOK - 0.25) / 600 * 0.418e-3,
            "computing": 0.25 / 600 * 3.3e-3,
            "asleep": (600 - 0.1 - LOOK) / 600 * 3.16e-6,
            "radio": 6e-3 / 86_400 / 3.0,
        }
    )
    assert made.amperes == pytest.approx(sum(made.parts.values()))
    assert made.busy == pytest.approx(0.25 / 600)


def test_a_picos_sleep_is_what_counts():
    made = budget("pico", "IIS3DWB", 30_000_000, 12_000)
    assert made.parts["computing"] == pytest.approx(30e6 * 10.9e-3 / 48e6 / 600)
    assert made.parts["asleep"] > 0.9 * made.amperes


def test_looks_and_decisions_add_up():
    once = budget("nano33ble", "BMI270", 2e6, 1600)
    often = budget("nano33ble", "BMI270", 2e6, 1600, every_seconds=60)
    more = budget("nano33ble", "BMI270", 2e6, 1600, every_seconds=60, looks=3)
    assert often.parts["computing"] == pytest.approx(10 * once.parts["computing"])
    assert often.parts["radio"] == once.parts["radio"]
    assert more.parts["computing"] == pytest.approx(3 * often.parts["computing"])
    assert more.parts["BMI270"] == pytest.approx((0.1 + 3 * 1.28) / 60 * 685e-6)


def test_a_far_radio_costs_more_than_the_model():
    near = budget("nano33ble", "IIS3DWB", 16e6, 12_000, messages_a_day=24)
    far = budget("nano33ble", "IIS3DWB", 16e6, 12_000, messages_a_day=24, spreading_factor=12)
    assert far.parts["radio"] == pytest.approx(140 / 6 * near.parts["radio"])
    assert near.parts["radio"] < near.parts["computing"] < far.parts["radio"]


def test_a_bearings_resonances_need_another_sensor_than_the_boards_own():
    own = {
        sensor.part for id in ("nano33ble", "nano33ble_rev2") for sensor in boards.get(id).sensors
    }
    assert [name for name, sensor in SENSORS.items() if sensor.hears(2000)] == ["IIS3DWB"]
    assert {"LSM9DS1", "BMI270"} <= own and "IIS3DWB" not in own


def test_two_cells_last_for_years():
    made = budget("nano33ble", "IIS3DWB", 16e6, 12_000)
    assert 3 * 365 < days(made.amperes, CELLS["2 AA"]) < 40 * 365


def test_every_figure_has_a_source():
    for sensor in SENSORS.values():
        assert len(sensor.amperes.source) > 20 and sensor.amperes.unit == "A"
        assert 0 < sensor.hertz < sensor.rate / 2 and len(sensor.source) > 20


@pytest.mark.parametrize("board", ["nano33ble", "nano33ble_rev2", "pico"])
def test_a_budget_says_where_it_goes_and_that_it_is_estimated(board):
    text = str(budget(board, "IIS3DWB", 16e6, 12_000))
    assert "estimated" in text and board in text
    for name in ("IIS3DWB", "waiting", "computing", "asleep", "radio", "total"):
        assert name in text


def test_budgets_that_cannot_be():
    with pytest.raises(ValueError, match=r"doesn't keep up: a look takes 1.56 s to comp"):
        budget("nano33ble", "IIS3DWB", 100e6, 12_000)
    with pytest.raises(
        ValueError, match=r"9 looks take 12.4 s, and the next ones are due after 12"
    ):
        budget("nano33ble", "IIS3DWB", 1e6, 12_000, every_seconds=12, looks=9)
    with pytest.raises(ValueError, match="no sensor 'ADXL': there are LSM9DS1, BMI270, IIS3DWB"):
        budget("nano33ble", "ADXL", 1e6, 12_000)
    with pytest.raises(ValueError, match="no spreading factor 9: there are 7, 12"):
        budget("nano33ble", "IIS3DWB", 1e6, 12_000, spreading_factor=9)
    with pytest.raises(ValueError, match="try a Nano or a Pico"):
        budget("pi4", "IIS3DWB", 1e6, 12_000)
    with pytest.raises(ValueError, match="8000 samples a second: the front end takes"):
        budget("pico", "IIS3DWB", 1e6, 8000)


def test_what_the_module_offers_is_there():
    assert all(hasattr(energy, name) for name in energy.__all__)
