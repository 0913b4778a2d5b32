"""A student's own movement: CSV files as phones write them."""

import io

import numpy as np
import pytest

from tinyml_helpers.datasets.motion.own_motion import motion_csv
from tinyml_helpers.datasets.motion.resampling import resampled
from tinyml_helpers.datasets.motion.series import G

T = np.arange(300) / 100
ACCELERATION = np.stack([np.sin(T), 2 * np.cos(T), G + 0.1 * T], axis=1)
PHYPHOX = (
    '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)",'
    '"Absolute acceleration (m/s^2)"'
)
PHYPHOX_TURNS = (
    '"Time (s)","Gyroscope x (rad/s)","Gyroscope y (rad/s)","Gyroscope z (rad/s)",'
    '"Absolute (rad/s)"'
)


def turns_at(times):
    return np.stack([times, -times, 2 + times], axis=1)


ROTATION = turns_at(T)


def table(header, *columns):
    """A CSV file as an upload."""
    rows = [",".join(str(value) for value in row) for row in zip(*columns, strict=True)]
    return io.BytesIO("\n".join([header, *rows] if header else rows).encode())


def phyphox(times, values, header=PHYPHOX):
    return table(header, times, *values.T, np.linalg.norm(values, axis=1))


def sensor_logger(times, values, start=1_767_620_467_350_470_700):
    stamps = [start + round(1e9 * time) for time in times]
    return table("time,seconds_elapsed,z,y,x", stamps, times + 0.14, *values.T[::-1])


def test_what_phyphox_exports(tmp_path):
    path = tmp_path / "walk.csv"
    path.write_bytes(phyphox(T, ACCELERATION).read())
    motion = motion_csv(path, person="ada", activity="walking")
    assert motion.person == "ada" and motion.activity == "walking" and motion.place == "phone"
    assert motion.source == "walk" and motion.rate == pytest.approx(100)
    np.testing.assert_allclose(motion.times, T, atol=1e-9)
    np.testing.assert_allclose(motion.acceleration, ACCELERATION)
    assert motion.rotation is None and motion.labels is None


def test_decimal_commas_between_semicolons():
    text = phyphox(T, ACCELERATION).read().decode().replace(",", ";").replace(".", ",")
    motion = motion_csv(io.BytesIO(text.encode()))
    np.testing.assert_allclose(motion.acceleration, ACCELERATION)
    assert motion.source == "recording" and motion.person == "me"


def test_the_gyroscopes_file_is_read_off_at_the_accelerometers_times():
    later = T[:-20] + 0.104
    motion = motion_csv(phyphox(T, ACCELERATION), phyphox(later, turns_at(later), PHYPHOX_TURNS))
    assert np.isnan(motion.rotation[:11]).all() and np.isnan(motion.rotation[-10:]).all()
    np.testing.assert_allclose(motion.rotation[11:290], ROTATION[11:290])


def test_what_sensor_logger_exports():
    motion = motion_csv(
        sensor_logger(T, ACCELERATION),
        sensor_logger(T, ROTATION),
        unit="m/s2",
        rotation_unit="rad/s",
        place="watch",
    )
    assert motion.place == "watch"
    np.testing.assert_allclose(motion.acceleration, ACCELERATION)
    np.testing.assert_allclose(motion.rotation, ROTATION)


def test_its_nanoseconds_alone_are_enough():
    start = 1_767_620_467_350_470_700
    stamps = [start + round(1e9 * time) for time in T]
    turned = [start + 5_000_000 + round(1e9 * time) for time in T]
    motion = motion_csv(
        table("time,x,y,z", stamps, *ACCELERATION.T),
        table("time,x,y,z", turned, *turns_at(T + 0.005).T),
        unit="m/s2",
        rotation_unit="rad/s",
    )
    assert motion.rate == pytest.approx(100)
    np.testing.assert_allclose(motion.rotation[1:], ROTATION[1:], atol=1e-6)


@pytest.mark.parametrize(
    "names",
    [
        "t_ms,ax,ay,az,gx,gy,gz",
        "millis,x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro",
        "time (ms),accX,accY,accZ,gyroX,gyroY,gyroZ",
        "time (ms),accelerationX,accelerationY,accelerationZ,rotationRateX,rotationRateY,"
        "rotationRateZ",
    ],
)
def test_one_file_with_both(names):
    upload = table(names, 1000 * T, *(ACCELERATION / G).T, *np.degrees(ROTATION).T)
    motion = motion_csv(upload, unit="g", rotation_unit="deg/s")
    np.testing.assert_allclose(motion.times, T, atol=1e-9)
    np.testing.assert_allclose(motion.acceleration, ACCELERATION)
    np.testing.assert_allclose(motion.rotation, ROTATION)


def test_units_in_the_header_are_understood():
    names = "time (s),ax (mg),ay (mg),az (mg),gx (°/s),gy (°/s),gz (°/s)"
    upload = table(names, T, *(1000 * ACCELERATION / G).T, *np.degrees(ROTATION).T)
    motion = motion_csv(upload)
    np.testing.assert_allclose(motion.acceleration, ACCELERATION)
    np.testing.assert_allclose(motion.rotation, ROTATION)


def test_rows_of_one_sensor_each_are_joined():
    empty = [""] * len(T)
    rows = [*zip(T, *ACCELERATION.T, *[empty] * 3, strict=True)]
    rows += [*zip(T + 0.005, *[empty] * 3, *ROTATION.T, strict=True)]
    names = "time (s),ax (m/s2),ay (m/s2),az (m/s2),wx (rad/s),wy (rad/s),wz (rad/s)"
    motion = motion_csv(table(names, *zip(*sorted(rows), strict=True)))
    assert len(motion.times) == 300 and np.isnan(motion.rotation[0]).all()
    np.testing.assert_allclose(motion.rotation[1:], turns_at(T[1:] - 0.005))


def test_without_a_header_it_is_time_x_y_z():
    motion = motion_csv(table("", T, *ACCELERATION.T), unit="m/s2")
    np.testing.assert_allclose(motion.acceleration, ACCELERATION)


def test_dates_are_times():
    stamps = [f"2026-05-01T10:30:{time:09.6f}" for time in T]
    motion = motion_csv(table("date,x,y,z", stamps, *ACCELERATION.T), unit="m/s2")
    np.testing.assert_allclose(motion.times, T, atol=1e-6)


def test_apples_sign_is_turned_round():
    upload = table("time (s),x (g),y (g),z (g)", T, *(-ACCELERATION / G).T)
    np.testing.assert_allclose(motion_csv(upload, apple=True).acceleration, ACCELERATION)


def test_times_in_bursts_are_kept_for_resampling():
    stamps = np.ceil(T / 0.05) * 0.05
    motion = motion_csv(phyphox(stamps, ACCELERATION))
    assert len(motion.times) == 300
    assert np.isfinite(resampled(motion, 50).acceleration).all()


def test_without_gravity_it_is_refused_unless_told():
    moved = ACCELERATION - [0, 0, G]
    with pytest.raises(ValueError, match=r"gravity alone makes 9\.8: export those with gravity"):
        motion_csv(phyphox(T, moved))
    motion = motion_csv(phyphox(T, moved), gravity=False)
    np.testing.assert_allclose(motion.acceleration, moved)


def test_a_wrong_unit_shows_by_gravity():
    for unit in ("g", "mg"):
        with pytest.raises(ValueError, match="set unit right"):
            motion_csv(phyphox(T, ACCELERATION), unit=unit)


@pytest.mark.parametrize("told", ["unit", "rotation_unit"])
def test_a_unit_that_nobody_says_is_asked_for(told):
    said = {"unit": "m/s2", "rotation_unit": "rad/s"}
    del said[told]
    with pytest.raises(ValueError, match=rf"doesn't say in what its \w+s are: give {told}, one of"):
        motion_csv(sensor_logger(T, ACCELERATION), sensor_logger(T, ROTATION), **said)


def test_units_that_differ_by_axis_are_asked_for():
    upload = table("time (s),ax (g),ay (m/s2),az (m/s2)", T, *ACCELERATION.T)
    with pytest.raises(ValueError, match="doesn't say in what its accelerations are: give unit"):
        motion_csv(upload)


@pytest.mark.parametrize(
    "said, message",
    [
        ({"unit": "ft"}, "unit is 'ft': give one of m/s2, g, mg, or None"),
        ({"rotation_unit": "rpm"}, "rotation_unit is 'rpm': give one of rad/s, deg/s, or None"),
        ({"time_unit": "h"}, "time_unit is 'h': give one of s, ms, us, ns, or None"),
    ],
)
def test_a_unit_that_does_not_exist_is_refused(said, message):
    with pytest.raises(ValueError, match=message):
        motion_csv(phyphox(T, ACCELERATION), **said)


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match="'x', 'y' and no accelerations along x, y and z"):
        motion_csv(table("time,x,y", T, T, T))
    with pytest.raises(ValueError, match="'mag z' and no rotations about x, y and z"):
        motion_csv(phyphox(T, ACCELERATION), table("time (s),mag x,mag y,mag z", T, *ROTATION.T))
    with pytest.raises(ValueError, match="none for the time: call one of them time"):
        motion_csv(table("n,x,y,z", T, *ACCELERATION.T))
    with pytest.raises(ValueError, match="'acc x', 'raw acc x' for the acceleration along x"):
        motion_csv(table("time,acc x,raw acc x,acc y,acc z", T, T, *ACCELERATION.T))


def test_going_back_in_time_names_the_line():
    times = T.copy()
    times[7] = 0
    with pytest.raises(ValueError, match="goes back in time at line 9"):
        motion_csv(phyphox(times, ACCELERATION))


def test_less_than_a_second_is_refused():
    with pytest.raises(ValueError, match="less than a second of accelerations"):
        motion_csv(phyphox(T[:50], ACCELERATION[:50]))


def test_two_recordings_with_nothing_in_common_are_refused():
    with pytest.raises(ValueError, match="rotations for less than a second of the accel"):
        motion_csv(phyphox(T, ACCELERATION), phyphox(T + 60, ROTATION, PHYPHOX_TURNS))
    with pytest.raises(ValueError, match="times of different kinds: export both from one"):
        motion_csv(phyphox(T, ACCELERATION), table("time (ms),x,y,z", 1000 * T, *ROTATION.T))
