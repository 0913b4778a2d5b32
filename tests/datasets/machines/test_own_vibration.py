"""A student's own vibration: CSV files as phones and boards write them."""

import io

import numpy as np
import pytest
from vibration_files import G, is_tone, rows, shaken, times, write

from tinyml_helpers.datasets.machines.own_vibration import vibration_csv

PHYPHOX = (
    '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)",'
    '"Absolute acceleration (m/s^2)"'
)


@pytest.mark.parametrize("separator, point", [(",", "."), (";", ","), (";", "."), ("\t", ",")])
def test_what_phyphox_exports(tmp_path, separator, point):
    t = times(jitter=0.05)
    x, y, z = (G * axis for axis in shaken(t))
    lines = rows(t, x, y, z, np.hypot(x, z), separator="|", form="{:.9E}")
    lines = [line.replace(".", point).replace("|", separator) for line in lines]
    path = write(tmp_path, PHYPHOX.replace('","', f'"{separator}"'), lines)
    recording = vibration_csv(path, 200)
    assert recording.name == recording.machine == "fan"
    assert recording.sensor == "z" and recording.rate == 200
    assert recording.shaft_hz is None and recording.kind is None
    assert recording.samples.dtype == np.int16 and len(recording.samples) == 601
    assert is_tone(recording, 20, 0.5)


def test_what_phyphox_exports_without_gravity(tmp_path):
    t = times()
    header = PHYPHOX.rpartition(",")[0].replace("Acceleration", "Linear Acceleration")
    path = write(tmp_path, header, rows(t, *(G * axis for axis in shaken(t, rest=(0, 0, 0)))))
    assert is_tone(vibration_csv(path, 200), 20, 0.5)


def test_what_sensor_logger_exports(tmp_path):
    t = times(jitter=0.05)
    x, y, z = (G * axis for axis in shaken(t))
    stamps = [str(1_767_620_467_350_470_700 + round(1e9 * value)) for value in t]
    lines = [f"{s},{rest}" for s, rest in zip(stamps, rows(t + 0.14, z, y, x), strict=True)]
    path = write(tmp_path, "time,seconds_elapsed,z,y,x", lines, "Accelerometer.csv")
    recording = vibration_csv(path, 200, unit="m/s2")
    assert recording.name == "Accelerometer" and recording.sensor == "z"
    assert is_tone(recording, 20, 0.5)
    path = write(
        tmp_path, "time,z,y,x", [",".join(np.delete(line.split(","), 1)) for line in lines]
    )
    assert is_tone(vibration_csv(path, 200, unit="m/s2"), 20, 0.5)


def test_an_upload_is_read_as_its_file(plain):
    upload = vibration_csv(io.BytesIO(plain.read_bytes()), 200)
    assert upload.name == "recording"
    assert np.array_equal(upload.samples, vibration_csv(plain, 200).samples)


@pytest.mark.parametrize("axis, g", [("x", 0.1), ("y", 0.2), ("z", 0.5), ("Y (g)", 0.2)])
def test_an_axis_by_name(plain, axis, g):
    recording = vibration_csv(plain, 200, axis)
    assert recording.sensor == axis and is_tone(recording, 20, g, 0.03)


@pytest.mark.parametrize("strongest", [0, 1, 2])
def test_without_a_name_the_axis_that_moves_most(tmp_path, strongest):
    t = times()
    by = [0.1, 0.1, 0.1]
    by[strongest] = 0.4
    path = write(tmp_path, "t (s),x (g),y (g),z (g)", rows(t, *shaken(t, by=by)))
    recording = vibration_csv(path, 200)
    assert recording.sensor == "xyz"[strongest] and is_tone(recording, 20, 0.4)


@pytest.mark.parametrize(
    "names",
    [
        ("x", "y", "z"),
        ("ax", "ay", "az"),
        ("AccX", "AccY", "AccZ"),
        ("acc_x", "acc_y", "acc_z"),
        ("x-axis", "y-axis", "z-axis"),
        ("accelerometerAccelerationX(G)", "accelerometerAccelerationY(G)", "accelZ"),
        ("gFx", "gFy", "gFz"),
        ("X_acc", "Y_acc", "Z_acc"),
    ],
)
def test_names_that_apps_give_their_axes(tmp_path, names):
    t = times()
    path = write(tmp_path, ",".join(["timestamp_s", *names]), rows(t, *shaken(t)))
    for axis, g in zip("xyz", (0.1, 0.2, 0.5), strict=True):
        assert is_tone(vibration_csv(path, 200, axis, unit="g"), 20, g, 0.03)


def test_other_sensors_beside_it_are_left_alone(tmp_path):
    t = times()
    header = "Time (s),Gyroscope x (rad/s),Acc x (g),index,Gyroscope z (rad/s),Acc z (g),max"
    x, _, z = shaken(t)
    path = write(tmp_path, header, rows(t, 9 * z, x, t, 9 * x, z, t))
    recording = vibration_csv(path, 200)
    assert recording.sensor == "z" and is_tone(recording, 20, 0.5)
    assert is_tone(vibration_csv(path, 200, "x"), 20, 0.1, 0.03)
    with pytest.raises(ValueError, match="no acceleration along y"):
        vibration_csv(path, 200, "y")


def test_lines_of_another_sensor_between_its_own_are_passed_over(tmp_path):
    t = times()
    lines = []
    for index, line in enumerate(rows(t, *shaken(t))):
        lines += [line + ",", f"{t[index] + 0.0025:.9g},,,,3.5"]
    path = write(tmp_path, "time (s),ax (g),ay (g),az (g),gyro_z", lines)
    assert is_tone(vibration_csv(path, 200), 20, 0.5)


@pytest.mark.parametrize("field", ["", "nan", "inf", "1e99"])
def test_a_sample_that_is_missing_is_passed_over(tmp_path, field):
    t = times()
    lines = rows(t, shaken(t)[2])
    lines[300] = lines[300].split(",")[0] + "," + field
    assert is_tone(vibration_csv(write(tmp_path, "time (s),x (g)", lines), 200), 20, 0.5)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_without_a_header_the_columns_are_time_x_y_z(tmp_path, width):
    t = times()
    path = write(tmp_path, None, rows(t, *shaken(t)[:width]))
    recording = vibration_csv(path, 200, unit="g")
    assert recording.sensor == "xyz"[width - 1]
    assert is_tone(recording, 20, (0.1, 0.2, 0.5)[width - 1], 0.03)


def test_notes_above_the_header_are_passed_over(tmp_path):
    t = times()
    header = "sep=,\n# my fan\nRecorded on: 2026-11-28\n\ntime (s),x (g)"
    assert is_tone(
        vibration_csv(write(tmp_path, header, rows(t, shaken(t)[0])), 200), 20, 0.1, 0.03
    )


def test_excels_line_about_the_separator_is_no_header(tmp_path):
    t = times()
    path = write(tmp_path, "sep=;", rows(t, shaken(t)[2], separator=";"))
    assert is_tone(vibration_csv(path, 200, unit="g"), 20, 0.5)


def test_a_separator_at_the_end_of_each_line_makes_no_column(tmp_path):
    t = times()
    for header in ("time (s),x (g),z (g)", "time (s),x (g),z (g),"):
        lines = [line + "," for line in rows(t, *shaken(t)[::2])]
        assert is_tone(vibration_csv(write(tmp_path, header, lines, end="\r\n"), 200), 20, 0.5)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_other_programs(tmp_path, encoding):
    t = times()
    lines = rows(t, *(G * axis for axis in shaken(t)))
    path = write(tmp_path, "Zeit [s],x [m/s²],y [m/s²],z [m/s²]", lines, encoding=encoding)
    assert is_tone(vibration_csv(path, 200), 20, 0.5)


@pytest.mark.parametrize(
    "title, unit, size",
    [
        ("x (g)", None, 1),
        ("x [mg]", None, 1000),
        ("x (m/s^2)", None, G),
        ("x (m/s²)", None, G),
        ("x", "m/s²", G),
        ("x", "m/s^2", G),
        ("x", "mg", 1000),
        ("x (m/s^2)", "g", 1),
    ],
)
def test_units_of_acceleration(tmp_path, title, unit, size):
    t = times()
    path = write(tmp_path, f"time (s),{title}", rows(t, size * shaken(t)[2]))
    assert is_tone(vibration_csv(path, 200, unit=unit), 20, 0.5)


def test_a_unit_that_nothing_says_is_asked_for(tmp_path):
    t = times()
    path = write(tmp_path, "time,x", rows(t, shaken(t)[0]))
    with pytest.raises(ValueError, match=r"fan\.csv doesn't say .* give unit, one of g, mg, m/s2"):
        vibration_csv(path, 200)


def test_gravity_is_taken_away(plain):
    for axis in "xyz":
        assert abs(vibration_csv(plain, 200, axis).samples.mean()) < 5
