"""The Nano's accelerometer at 1,600 samples a second, where this computer plays the chip."""

import ctypes

import nano_sketch
import numpy as np
import pytest
import watching
from nano_sensor import Sensor
from watching import QUICK

from tinyml_helpers.applications.machines import Application
from tinyml_helpers.datasets.machines import recording
from tinyml_helpers.export import nano

BOARD = "nano33ble_rev2"
RATE, PERIOD = 1600, 20  # ms from one look into the FIFO to the next
RING, FIFO = 1024, 2048 // 7
SIGNAL = np.random.default_rng(0).integers(-(2**15), 2**15, 8 * RATE).astype(np.int16)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    contents = nano.contents(BOARD, Application(watching.tflite(), QUICK), live=True)
    return nano_sketch.sensor_library(contents, BOARD, tmp_path_factory.mktemp("sensor"))


@pytest.fixture
def sensor(library, tmp_path):
    made = Sensor(library, tmp_path)
    made.vibrates(SIGNAL)
    return made


def since_start(sensor):
    """The samples that came since the FIFO was emptied."""
    return SIGNAL[sensor.played("fifo_position") :]


def test_what_it_measures_is_what_the_header_says(sensor):
    assert sensor.start() and sensor.problem is None
    assert (sensor.name, sensor.channels, sensor.rate) == (b"vibration", 1, RATE)
    assert recording.FULL_SCALE_G == 16


def test_all_samples_come_in_order_however_they_are_read(sensor):
    assert sensor.start()
    expected, felt = since_start(sensor), []
    for count in [*range(1, 60), *[200] * 100]:
        sensor.wait(PERIOD)
        felt.append(sensor.read(count))
    felt = np.concatenate(felt)
    assert len(felt) > 150 * RATE * PERIOD // 1000
    np.testing.assert_array_equal(felt, expected[: len(felt)])
    assert sensor.lost() == 0


def test_samples_that_wait_for_more_than_one_burst_are_fetched_too(sensor):
    assert sensor.start()
    expected = since_start(sensor)
    sensor.wait(PERIOD)
    sensor.code.played_thread_waits(150)
    sensor.wait(150 + PERIOD)
    felt = sensor.read()
    assert len(felt) >= 270 and sensor.lost() == 0
    np.testing.assert_array_equal(felt, expected[: len(felt)])


def test_samples_that_find_the_ring_full_are_counted(sensor):
    assert sensor.start()
    expected = since_start(sensor)
    sensor.wait(1000)
    np.testing.assert_array_equal(sensor.read(), expected[:RING])
    assert 0 <= RATE - RING - sensor.lost() <= 64
    assert sensor.start() and sensor.lost() == 0 and len(sensor.read()) == 0


@pytest.mark.parametrize("waits", [190, 250, 300])
def test_a_fifo_that_overflows_is_noticed_and_what_it_lost_is_counted(sensor, waits):
    """The chip says how many it dropped, up to 255."""
    assert sensor.start()
    expected = since_start(sensor)
    sensor.wait(100)
    before = sensor.read()
    sensor.code.played_thread_waits(waits)
    sensor.wait(waits + 1)
    came = sensor.played("fifo_position") - (len(SIGNAL) - len(expected))
    assert came - len(before) <= sensor.lost() <= came - len(before) + 1
    assert len(sensor.read()) == 0
    after = since_start(sensor)
    sensor.wait(100)
    felt = sensor.read()
    assert len(felt) > 100
    np.testing.assert_array_equal(felt, after[: len(felt)])


def test_a_full_fifo_that_does_not_say_what_it_dropped_is_noticed_all_the_same(sensor):
    sensor.played("skips", 0)
    assert sensor.start()
    sensor.wait(100)
    sensor.read()
    sensor.code.played_thread_waits(400)
    sensor.wait(401)
    assert sensor.lost() >= FIFO and len(sensor.read()) == 0


@pytest.mark.parametrize("odd", [1, 5, 9])
def test_a_length_that_is_no_number_of_samples_is_not_believed(sensor, odd):
    assert sensor.start()
    sensor.wait(PERIOD)
    sensor.read()
    sensor.played("odd_bytes", odd)
    sensor.wait(PERIOD)
    assert len(sensor.read()) == 0 and sensor.lost() > 0


@pytest.mark.parametrize("header", [0x00, 0x40, 0x44, 0x48, 0x80, 0x8C])
def test_bytes_that_are_no_sample_are_not_taken_for_one(sensor, header):
    assert sensor.start()
    expected = since_start(sensor)
    sensor.wait(30)
    sensor.code.played_fifo_spoils(header)
    sensor.wait(15)
    felt = sensor.read()
    assert len(felt) < 64 and sensor.lost() > 0
    np.testing.assert_array_equal(felt, expected[: len(felt)])
    after = since_start(sensor)
    sensor.wait(50)
    felt = sensor.read()
    assert len(felt) > 30
    np.testing.assert_array_equal(felt, after[: len(felt)])


def test_tags_in_a_header_do_not_matter(sensor):
    assert sensor.start()
    sensor.wait(30)
    sensor.code.played_fifo_spoils(0x87)
    sensor.wait(50)
    assert sensor.lost() == 0 and len(sensor.read()) > 60


def test_a_sensor_that_does_not_answer_is_said(sensor):
    sensor.code.played_motion_answers(0)
    assert not sensor.start() and sensor.problem == b"has a sensor that doesn't answer"
    sensor.code.played_motion_answers(1)
    assert sensor.start()
    sensor.wait(PERIOD * 5)
    assert len(sensor.read()) > 100


def test_another_chip_is_said(sensor):
    sensor.played("chip_id", 0x43)
    assert not sensor.start()
    assert sensor.problem == b"has another sensor than the BMI270 it was written for"


def test_a_chip_whose_program_did_not_load_is_said(sensor):
    """The library may say that all is well."""
    sensor.played("chip_status", 2)
    assert not sensor.start()
    assert sensor.problem == b"has a sensor whose own program didn't load"


@pytest.mark.parametrize("register", [0x40, 0x41, 0x48, 0x49, 0x7C, 0x7D])
def test_a_chip_that_does_not_take_a_setting_is_said(sensor, register):
    sensor.played("stuck_register", register)
    assert not sensor.start()
    assert sensor.problem == b"has a sensor that doesn't take its settings"


def test_a_short_silence_loses_nothing(sensor):
    assert sensor.start()
    expected = since_start(sensor)
    sensor.wait(PERIOD)
    sensor.code.played_motion_answers(0)
    sensor.wait(4 * PERIOD)
    sensor.code.played_motion_answers(1)
    sensor.wait(2 * PERIOD)
    felt = sensor.read()
    assert len(felt) > 180 and sensor.lost() == 0
    np.testing.assert_array_equal(felt, expected[: len(felt)])


def test_a_long_silence_is_counted_as_samples_that_are_lost(sensor):
    assert sensor.start()
    sensor.wait(PERIOD)
    sensor.read()
    sensor.code.played_motion_answers(0)
    sensor.wait(500)
    assert abs(sensor.lost() - 500 * RATE // 1000) <= 32
    assert not sensor.start() and sensor.problem == b"has a sensor that doesn't answer"
    sensor.code.played_motion_answers(1)
    assert sensor.start() and sensor.lost() == 0
    expected = since_start(sensor)
    sensor.wait(100)
    felt = sensor.read()
    assert len(felt) > 100 and sensor.lost() == 0
    np.testing.assert_array_equal(felt, expected[: len(felt)])


def test_what_came_during_a_long_silence_is_lost_once(sensor):
    assert sensor.start()
    sensor.wait(PERIOD)
    sensor.read()
    sensor.code.played_motion_answers(0)
    sensor.wait(400)
    sensor.code.played_motion_answers(1)
    sensor.wait(PERIOD)
    assert abs(sensor.lost() - 400 * RATE // 1000) <= 32
    lost, expected = sensor.lost(), since_start(sensor)
    sensor.wait(100)
    felt = sensor.read()
    assert len(felt) > 100 and sensor.lost() == lost
    np.testing.assert_array_equal(felt, expected[: len(felt)])


def test_a_chip_that_lost_its_power_is_noticed_and_set_up_again(sensor):
    assert sensor.start()
    sensor.wait(PERIOD)
    sensor.code.played_chip_loses_power()
    sensor.read()
    sensor.wait(200)
    assert sensor.lost() > 0 and len(sensor.read()) == 0
    assert sensor.start()
    sensor.wait(100)
    assert len(sensor.read()) > 100 and sensor.lost() == 0


def test_the_bus_is_busy_for_less_than_a_third_of_the_time(sensor):
    """Counted bits at the clock that is set; the core's own code comes on top."""
    busy = ctypes.c_double.in_dll(sensor.code, "played_bus_ms")
    assert sensor.start()
    before = busy.value
    sensor.wait(1000)
    assert 240 < busy.value - before < 333
