"""The shoulder exercises inside seglearn, read without it."""

import importlib.metadata
import io
import pickle
import sys
from collections import Counter

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.motion import watch_exercises as module
from tinyml_helpers.datasets.motion.resampling import resampled
from tinyml_helpers.datasets.motion.series import G, leave_one_out
from tinyml_helpers.datasets.motion.watch_exercises import EXERCISES, watch_exercises


@pytest.fixture(scope="module")
def motions():
    return watch_exercises()


def middle(motions, **wanted):
    """The middle acceleration along each axis, in g, over recordings that are as wanted."""
    some = [
        np.median(motion.acceleration, axis=0)
        for motion in motions
        if all(getattr(motion, name) == value for name, value in wanted.items())
    ]
    return np.mean(some, axis=0) / G


def test_ten_people_do_seven_exercises_with_either_arm(motions):
    done = Counter((motion.person, motion.place, motion.activity) for motion in motions)
    assert len(done) == len(motions) == 140 and set(done.values()) == {1}
    people = [f"seglearn {number}" for number in range(1, 11)]
    assert list(dict.fromkeys(motion.person for motion in motions)) == people
    assert {motion.place for motion in motions} == {"left", "right"}
    assert {motion.activity for motion in motions} == set(EXERCISES.values())


def test_they_last_81_minutes_at_50_hz(motions):
    assert {motion.rate for motion in motions} == {50.0}
    assert sum(len(motion.times) for motion in motions) / 50 / 60 == pytest.approx(81.37, abs=0.01)
    assert all(motion.times[1] == 0.02 and motion.labels is None for motion in motions)


def test_nothing_is_missing_and_each_sensor_has_its_unit(motions):
    for motion in motions:
        assert np.isfinite(motion.acceleration).all() and np.isfinite(motion.rotation).all()
        assert 9 < np.median(np.linalg.norm(motion.acceleration, axis=1)) < 25
        assert np.abs(motion.rotation).max() < 30


def test_an_arm_that_hangs_has_gravity_along_it_the_other_way_on_the_other_wrist(motions):
    for exercise in ("pendulum", "trapezius row"):
        left = middle(motions, place="left", activity=exercise)
        right = middle(motions, place="right", activity=exercise)
        assert left[0] < -0.9 and right[0] > 0.9
        assert abs(left[1:]).max() < 0.4 and abs(right[1:]).max() < 0.4


def test_each_person_can_be_left_out(motions):
    splits = list(leave_one_out(motions))
    assert len(splits) == 10
    assert all(len(train) == 126 and len(test) == 14 for _, train, test in splits)


def test_they_can_have_another_rate(motions):
    motion = resampled(motions[0], 25)
    assert np.isfinite(motion.acceleration).all() and motion.rate == 25
    assert len(motion.times) == (len(motions[0].times) + 1) // 2


def test_its_datasheet_says_what_it_holds(motions):
    sheet = " ".join((places.DATA / "watch_exercises.md").read_text(encoding="utf-8").split())
    seconds = [len(motion.times) / 50 for motion in motions]
    assert f"{sum(seconds) / 60:.0f} minutes" in sheet
    assert f"{min(seconds):.0f} to {max(seconds):.0f} seconds" in sheet
    for name, exercise in EXERCISES.items():
        assert f"{exercise} ({name})" in sheet
    assert module._SHA256 in sheet
    assert "no licence for the data was found" in sheet.lower()


def test_seglearn_itself_is_not_imported(motions):
    assert motions and "seglearn" not in sys.modules


def test_without_the_package_it_says_what_to_do(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(FileNotFoundError, match="seglearn, which isn't installed here: run python"):
        watch_exercises()


def test_a_package_without_the_file_says_the_same(monkeypatch, tmp_path):
    class Elsewhere:
        def locate_file(self, name):
            return tmp_path / name

    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Elsewhere())
    with pytest.raises(FileNotFoundError, match="which isn't installed here"):
        watch_exercises()


def test_another_file_is_refused_before_anything_of_it_is_read(monkeypatch, tmp_path):
    class Other:
        def locate_file(self, name):
            path = tmp_path / "watch_dataset.npy"
            np.save(path, np.array({"X": []}, object))
            return path

    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Other())
    monkeypatch.setattr(module, "_unpickled", lambda content: pytest.fail("it was read"))
    with pytest.raises(ValueError, match=r"isn't that of seglearn 1\.2\.5: install that version"):
        watch_exercises()


def npy(thing):
    """The bytes of a .npy file with one object in it."""
    written = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        written, {"descr": "|O", "fortran_order": False, "shape": ()}
    )
    pickle.dump(thing, written, protocol=2)
    return written.getvalue()


class Calls:
    """Unpickled, it calls something."""

    def __init__(self, what, *arguments):
        self.what = what, arguments

    def __reduce__(self):
        return self.what


@pytest.mark.parametrize("what", [eval, getattr, __import__, np.load, np.array])
def test_a_pickle_that_calls_anything_else_is_refused(what):
    with pytest.raises(pickle.UnpicklingError, match=r"makes no array: .* isn't as it was"):
        module._unpickled(npy(Calls(what, "1")))
