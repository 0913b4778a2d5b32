"""WISDM, on stand-ins in the official layout: two sensors with two clocks, and broken lines."""

import numpy as np
import pytest

from tinyml_helpers.datasets.motion.wisdm import ACTIVITIES, wisdm

START = 252_207_666_810_782  # nanoseconds, as in the archive


def lines(times, of, person=1600, letter="A"):
    """Lines of a sensor that gives `of(times)` along each axis, times 1, 2 and 3."""
    return [
        f"{person},{letter},{START + round(1e9 * time)},{value},{2 * value},{3 * value};"
        for time, value in zip(times, of(np.asarray(times)), strict=True)
    ]


def write(folder, sensor, some, person=1600, device="phone"):
    path = folder / "raw" / device / sensor / f"data_{person}_{sensor}_{device}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(some) + "\n")
    return path


def slow(times):
    return 5 + np.round(times, 6)


T = np.arange(0, 6, 0.05)


def test_accelerometer_and_gyroscope_are_joined_by_their_times(tmp_path):
    write(tmp_path, "accel", lines(T, slow))
    write(tmp_path, "gyro", lines(T + 0.013, lambda times: slow(times) / 10))
    (motion,) = wisdm(tmp_path)
    assert motion.person == "1600" and motion.place == "phone" and motion.activity == "walking"
    assert motion.source == "wisdm 1600 phone A" and motion.rate == pytest.approx(20)
    np.testing.assert_allclose(motion.acceleration, np.outer(slow(T), [1, 2, 3]))
    assert np.isnan(motion.rotation[0]).all()  # before the gyroscope's first
    np.testing.assert_allclose(motion.rotation[1:], motion.acceleration[1:] / 10, atol=1e-6)


def test_every_person_device_and_activity_has_its_own(tmp_path):
    for person in (1601, 1600):
        for device in ("watch", "phone"):
            some = [
                line for letter in "BAS" for line in lines(T + ord(letter), slow, person, letter)
            ]
            write(tmp_path, "accel", some, person, device)
    motions = wisdm(tmp_path)
    assert [motion.activity for motion in motions[:3]] == ["walking", "jogging", "folding clothes"]
    assert [(motion.person, motion.place) for motion in motions[::3]] == [
        (person, device) for person in ("1600", "1601") for device in ("phone", "watch")
    ]
    assert {motion.place for motion in wisdm(tmp_path, "watch")} == {"watch"}
    assert all(motion.rotation is None for motion in motions)


def test_a_gap_of_the_gyroscope_is_not_filled(tmp_path):
    write(tmp_path, "accel", lines(T, slow))
    write(tmp_path, "gyro", lines(T[(T < 2) | (T > 3)], slow))
    (motion,) = wisdm(tmp_path)
    missing = np.isnan(motion.rotation).all(axis=1)
    assert missing.tolist() == ((T > 1.951) & (T < 3.049)).tolist()


def test_a_gyroscope_at_another_time_is_none(tmp_path):
    write(tmp_path, "accel", lines(T, slow))
    write(tmp_path, "gyro", lines(T + 100, slow) + lines(T, slow, letter="B"))
    (motion,) = wisdm(tmp_path)
    assert motion.rotation is None


def test_an_interrupted_activity_is_several_recordings(tmp_path):
    again = lines(T + 60, slow) + lines(T - 40, slow) + lines([99, 99.5], slow)
    write(tmp_path, "accel", lines(T, slow) + again)
    motions = wisdm(tmp_path)
    assert [motion.source[-6:] for motion in motions] == ["part 1", "part 2", "part 3"]
    for motion, since in zip(motions, (0, 60, -40), strict=True):
        assert len(motion.times) == len(T) and motion.times[0] == 0
        np.testing.assert_allclose(motion.acceleration[:, 0], slow(T + since), atol=1e-5)


@pytest.mark.parametrize(
    "broken",
    [
        "1600,A,252207666810782,-0.36,8.79",
        "1600,A,252207666810782,-0.36,8.79,;",
        "1600,A,252207666810782,-0.36,8.79,1.05;1600,A,252207717164786,-0.8,9,2;",
        "1600,N,252207666810782,-0.36,8.79,1.05;",
        "1601,A,252207666810782,-0.36,8.79,1.05;",
        "1600,A,252207666810782,-0.36,nan,1.05;",
        "1600,A,252207666810782,-0.36,8.7.9,1.05;",
        "1600,A,99999999999999999999,-0.36,8.79,1.05;",
        "1600,A,-1,-0.36,8.79,1.05;",
    ],
)
def test_a_broken_line_is_left_out_and_counted(tmp_path, broken):
    good = lines(T, slow)
    write(tmp_path, "accel", [*good[:50], broken, "", *good[50:]])
    with pytest.warns(UserWarning, match=r"data_1600_accel_phone\.txt: 1 broken lines are left"):
        (motion,) = wisdm(tmp_path)
    np.testing.assert_allclose(motion.acceleration[:, 0], slow(T))


def test_a_line_without_its_semicolon_or_with_spaces_is_read(tmp_path):
    good = lines(T, slow)
    write(tmp_path, "accel", [line.rstrip(";").replace(",", " , ") for line in good])
    (motion,) = wisdm(tmp_path)
    np.testing.assert_allclose(motion.acceleration[:, 0], slow(T))


def test_a_file_that_is_mostly_broken_is_refused(tmp_path):
    good = lines(T, slow)
    path = write(tmp_path, "accel", good + ["broken"] * 10)
    with pytest.raises(ValueError, match=r"has 130 lines, of which 120 are such as 1600,A"):
        wisdm(tmp_path)
    path.write_text("")
    with pytest.raises(ValueError, match="has 0 lines, of which 0 are"):
        wisdm(tmp_path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="can't be read as text"):
        wisdm(tmp_path)


def test_nothing_to_read_is_said(tmp_path):
    with pytest.raises(ValueError, match="holds no file such as raw/phone/accel/data_1600"):
        wisdm(tmp_path)
    for devices in ("ring", (), ("phone", "ring")):
        with pytest.raises(ValueError, match="give some of phone, watch"):
            wisdm(tmp_path, devices)


def test_there_are_18_activities_and_no_n():
    assert len(set(ACTIVITIES.values())) == 18 and "N" not in ACTIVITIES
