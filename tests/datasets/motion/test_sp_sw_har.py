"""sp_sw_har, on stand-ins in the official layout."""

import numpy as np
import pytest

from tinyml_helpers.datasets.motion.sp_sw_har import COLUMNS, sp_sw_har

START = 1657533977810
HEADER = ",".join(COLUMNS)


def write(folder, name, *lines):
    person = folder / "DATA" / name.split("_")[0]
    person.mkdir(parents=True, exist_ok=True)
    (person / name).write_text("\n".join([HEADER, *lines]) + "\n")
    return person / name


def line(milliseconds, label="WALKING", values=(0.5, -9.7, 1, 0.1, 0.2, -0.3)):
    return ",".join([*map(str, values), str(START + milliseconds), label])


def test_a_motion_for_each_file_by_person_and_device(tmp_path):
    for name in ("s02_01_sw.csv", "s01_02_sp.csv", "s01_02_sw.csv"):
        write(tmp_path, name, line(0, "SEATED"), line(9, "STANDING_UP"), line(20), line(29))
    (tmp_path / "DATA" / "subjects_info.csv").write_text("subject_id,age\ns01,54\n")
    (tmp_path / "DATA" / "s01" / "._s01_02_sw.csv").write_text("of macOS\n")
    motions = sp_sw_har(tmp_path)
    assert [(motion.person, motion.place) for motion in motions] == [
        ("s01", "phone"),
        ("s01", "watch"),
        ("s02", "watch"),
    ]
    motion = motions[1]
    assert motion.source == "sp_sw_har s01_02_sw" and motion.activity is None
    np.testing.assert_allclose(motion.times, [0, 0.009, 0.02, 0.029])
    assert motion.rate == pytest.approx(3 / 0.029)
    assert np.array_equal(motion.acceleration, [[0.5, -9.7, 1]] * 4)
    assert np.array_equal(motion.rotation, [[0.1, 0.2, -0.3]] * 4)
    assert motion.labels.tolist() == ["seated", "standing up", "walking", "walking"]
    assert len(sp_sw_har(tmp_path / "DATA" / "s01")) == 2


@pytest.mark.parametrize(
    "broken, said",
    [
        ("1,2,3,4,5,6,1657533977820", "isn't six numbers, a time and an activity"),
        (line(9) + ",WALKING", "isn't six numbers, a time and an activity"),
        (line(9, "FALLING"), "FALLING in line 3, which isn't six numbers"),
        (line(9, values=("a", 0, 0, 0, 0, 0)), "in line 3, which isn't six numbers"),
        (line(9, values=("nan", 0, 0, 0, 0, 0)), "in line 3, which isn't six numbers"),
        (line(0).replace(str(START), "1.6e12"), "'1.6e12' for the time in line 3"),
        (line(-5), "goes back in time at line 3"),
    ],
)
def test_a_broken_line_is_named(tmp_path, broken, said):
    write(tmp_path, "s01_01_sw.csv", line(0), broken, line(20))
    with pytest.raises(ValueError, match=said):
        sp_sw_har(tmp_path)


def test_nothing_to_read_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"holds no file such as s01_01_sw\.csv: give the folder"):
        sp_sw_har(tmp_path)
    path = write(tmp_path, "s01_01_sw.csv", line(0))
    with pytest.raises(ValueError, match="has a header and 1 lines below"):
        sp_sw_har(tmp_path)
    path.write_text("t,x\n1,2\n")
    with pytest.raises(ValueError, match="doesn't begin with x_acc,y_acc"):
        sp_sw_har(tmp_path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="can't be read as a CSV file"):
        sp_sw_har(tmp_path)
