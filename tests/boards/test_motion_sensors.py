"""What the Nanos' motion sensors give, in SI units and in one frame."""

import numpy as np
import pytest

from tinyml_helpers import boards
from tinyml_helpers.boards.motion_sensors import BMI270, LSM9DS1, MOTION_SENSORS, G

SENSORS = pytest.mark.parametrize("sensor", [LSM9DS1, BMI270], ids=lambda sensor: sensor.part)
STILL = np.zeros((1, 3))


def counts_of(sensor, acceleration, rotation):
    """What the sensor's registers hold for m/s² and rad/s in the common frame."""
    sides = {"LSM9DS1": lambda v: np.stack([-v[:, 1], -v[:, 0], v[:, 2]], 1), "BMI270": np.copy}
    turns = {"LSM9DS1": 0.070, "BMI270": 1 / 16.384}
    own = sides[sensor.part](acceleration), sides[sensor.part](rotation)
    return np.rint(own[0] / G * 8192), np.rint(np.degrees(own[1]) / turns[sensor.part])


def library_of(sensor, acceleration, rotation):
    """What Arduino's libraries make of registers: their formulas."""
    if sensor.part == "LSM9DS1":
        return acceleration * 4 / 32768, rotation * 2000 / 32768
    turned = [np.stack([-v[:, 1], -v[:, 0], v[:, 2]], 1) for v in (acceleration, rotation)]
    return turned[0] / 8192, turned[1] / 16.384


def turning(rate=1000):
    """A board that is turned slowly about a fixed axis, right-handed: m/s², rad/s, rate."""
    axis, speed = np.array([2, -1, 0.5]), 0.6
    axis = axis / np.linalg.norm(axis)
    angle = -speed * np.arange(3 * rate)[:, np.newaxis] / rate  # the world turns back
    up = np.array([0.3, 0.5, 0.8])
    up = up / np.linalg.norm(up)
    cos, sin = np.cos(angle), np.sin(angle)
    seen = up * cos + np.cross(axis, up) * sin + axis * (axis @ up) * (1 - cos)
    return G * seen, np.tile(speed * axis, (len(seen), 1)), rate


def slope(acceleration, rotation, rate):
    """How far gravity turns, where 1 is as the rotation says and -1 against it."""
    change = np.gradient(acceleration, 1 / rate, axis=0)
    said = np.cross(acceleration, rotation)
    return (change * said).sum() / (said * said).sum()


@SENSORS
def test_counts_become_what_was_measured(sensor):
    acceleration, rotation, _ = turning()
    found = sensor.from_counts(*counts_of(sensor, acceleration, rotation))
    assert np.allclose(found[0], acceleration, atol=G / 8192)
    assert np.allclose(found[1], rotation, atol=np.radians(0.07))


@SENSORS
def test_what_the_library_gives_becomes_the_same(sensor):
    counts = counts_of(sensor, *turning()[:2])
    for one, other in zip(
        sensor.from_counts(*counts),
        sensor.from_library(*library_of(sensor, *counts)),
        strict=True,
    ):
        assert np.allclose(one, other)


@SENSORS
def test_gravity_turns_with_the_rotation(sensor):
    acceleration, rotation, rate = turning()
    counts = counts_of(sensor, acceleration, rotation)
    assert slope(*sensor.from_counts(*counts), rate) == pytest.approx(1, abs=0.02)


def test_both_libraries_mirror_and_the_older_ones_rotations_are_too_small():
    acceleration, rotation, rate = turning()
    for sensor, wanted in ((LSM9DS1, -70 / 61.035), (BMI270, -1)):
        g, dps = library_of(sensor, *counts_of(sensor, acceleration, rotation))
        assert slope(g, np.radians(dps), rate) == pytest.approx(wanted, abs=0.03)


def test_a_quarter_turn_in_a_second_is_not_quite_that_in_the_older_library():
    _, rotation = LSM9DS1.from_library(STILL, [[0, 0, 90]])
    assert np.degrees(rotation[0, 2]) == pytest.approx(103.2, abs=0.1)
    _, rotation = BMI270.from_library(STILL, [[0, 0, 90]])
    assert np.degrees(rotation[0, 2]) == pytest.approx(90)


@SENSORS
def test_what_lies_flat_reads_gravity_upwards(sensor):
    acceleration, rotation = sensor.from_library([[0, 0, 1]], STILL)
    assert np.allclose(acceleration, [[0, 0, 9.80665]]) and not rotation.any()


@SENSORS
def test_both_revisions_swap_the_librarys_x_and_y_and_turn_them_round(sensor):
    acceleration, _ = sensor.from_library([[1, 2, 3]], STILL)
    assert np.allclose(acceleration, [[-2 * G, -G, 3 * G]])


@SENSORS
def test_the_ends_of_the_counts_are_the_range(sensor):
    acceleration, rotation = sensor.from_counts([[0, 0, 32767]], [[0, 0, 32767]])
    assert acceleration.max() == pytest.approx(sensor.range_g * G, rel=1e-4)
    assert np.degrees(rotation.max()) >= 0.9999 * sensor.range_dps


@SENSORS
def test_each_is_on_a_board_that_has_it(sensor):
    assert sensor.part in [one.part for one in boards.get(sensor.board).sensors]
    assert MOTION_SENSORS[sensor.board] is sensor


def test_it_says_what_it_is_and_what_nobody_tried():
    text = str(LSM9DS1)
    assert "LSM9DS1 on nano33ble: 119 samples a second" in text
    assert "the library's are to be multiplied by 1.147" in text
    assert "x, y, z are the sensor's -y -x +z" in text
    assert "not tried here: lay the board still" in text


def test_arrays_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"values are \[3\]: give \[n, 3\]"):
        BMI270.from_counts([1, 2, 3], STILL)
    with pytest.raises(ValueError, match=r"values are \[1, 2\]: give \[n, 3\]"):
        LSM9DS1.from_library(STILL, [[1, 2]])
