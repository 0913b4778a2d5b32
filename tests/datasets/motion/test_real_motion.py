"""The real extract of sp_sw_har where it is, and what its datasheet says of it."""

from collections import Counter

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.motion.resampling import resampled
from tinyml_helpers.datasets.motion.series import leave_one_out
from tinyml_helpers.datasets.motion.sp_sw_har import ACTIVITIES, sp_sw_har


@pytest.fixture(scope="module")
def motions():
    return sp_sw_har(places.outside("TINYML_REAL_DATA", "sp_sw_har"))


def of(motions, place):
    return [motion for motion in motions if motion.place == place]


def test_seven_people_have_67_recordings_with_each_device(motions):
    assert len(of(motions, "phone")) == len(of(motions, "watch")) == 67
    assert {motion.person for motion in motions} == {
        "s01",
        "s04",
        "s06",
        "s07",
        "s09",
        "s11",
        "s13",
    }
    assert len(list(leave_one_out(motions))) == 7
    assert set(np.concatenate([motion.labels for motion in motions])) == set(ACTIVITIES.values())


@pytest.mark.parametrize("place, low, high", [("phone", 102.38, 102.88), ("watch", 104.22, 104.51)])
def test_what_is_said_to_be_100_hz_is_more_by_its_times(motions, place, low, high):
    rates = [motion.rate for motion in of(motions, place)]
    assert low < min(rates) < max(rates) < high


def test_phones_hand_over_in_bursts_and_watches_hardly(motions):
    def too_soon(motion):
        return (np.diff(motion.times) < 0.2 / motion.rate).mean()

    assert min(map(too_soon, of(motions, "phone"))) > 0.05
    assert max(map(too_soon, of(motions, "watch"))) < 0.01


def test_all_come_to_50_hz_without_a_gap(motions):
    for motion in motions:
        even = resampled(motion, 50)
        assert np.isfinite(even.acceleration).all() and np.isfinite(even.rotation).all()
        assert (even.labels != "").all()
        assert even.times[-1] == pytest.approx(motion.times[-1], abs=0.15)


def test_gravity_is_in_it_and_points_up(motions):
    for motion in motions:
        size = np.linalg.norm(motion.acceleration, axis=1)
        assert 9.4 < np.median(size[motion.labels == "seated"]) < 10.6


def test_an_arm_hangs_while_its_person_walks(motions):
    for motion in of(motions, "watch"):
        walking = motion.acceleration[motion.labels == "walking"].mean(axis=0)
        assert walking[0] < -8 and abs(walking[2]) < 5


def test_its_datasheet_says_what_the_extract_holds(motions):
    sheet = " ".join((places.DATA / "sp_sw_har.md").read_text(encoding="utf-8").split())
    labels = Counter(np.concatenate([motion.labels for motion in motions]).tolist())
    ((most, count),) = labels.most_common(1)
    assert f"{most} has {count / labels.total():.0%}" in sheet
    for place in ("phone", "watch"):
        some = of(motions, place)
        rates = [motion.rate for motion in some]
        minutes = sum(motion.times[-1] for motion in some) / 60
        assert f"{place} {minutes:.1f} minutes" in sheet
        assert f"{min(rates):.1f} to {max(rates):.1f} Hz" in sheet
    lengths = [motion.times[-1] for motion in motions]
    assert f"{min(lengths):.0f} to {max(lengths):.0f} seconds" in sheet
