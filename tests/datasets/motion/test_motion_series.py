"""What every set of movements is read as."""

import numpy as np
import pytest

from tinyml_helpers.datasets.motion.series import G, at_times, axis_up, leave_one_out, recorded


def still(up=(0, 0, G), n=100, rate=50, **about):
    about = {"person": "a"} | about
    return recorded(np.arange(n) / rate, np.tile(np.float64(up), (n, 1)), **about)


def test_the_rate_is_that_of_the_times():
    motion = recorded(7 + np.arange(1001) / 103.7, np.zeros((1001, 3)), person="a")
    assert motion.rate == pytest.approx(103.7) and motion.times[0] == 0
    assert motion.rotation is motion.labels is motion.activity is None


def test_the_rate_leaves_gaps_out():
    times = np.arange(200) / 100
    times[100:] += 30
    assert recorded(times, np.zeros((200, 3)), person="a").rate == pytest.approx(100)


def test_where_every_step_is_a_gap_the_rate_is_still_said():
    assert recorded(np.arange(5.0), np.zeros((5, 3)), person="a").rate == pytest.approx(1)


def test_it_shows_what_it_is():
    motion = still(activity="rowing", place="left", source="one")
    assert repr(motion) == "Motion: one, a, left, rowing, 2.0 s at 50.0 Hz"


@pytest.mark.parametrize(
    "times, values, more, said",
    [
        ([0], np.zeros((1, 3)), {}, r"times are \[1\]: give \[n\], two samples"),
        ([0, 1], np.zeros((2, 2)), {}, r"acceleration is \[2, 2\] for 2 times: give \[2, 3\]"),
        ([0, 1], np.zeros((2, 3)), {"rotation": np.zeros((3, 3))}, r"rotation is \[3, 3\] for 2"),
        ([0, 1], np.zeros((2, 3)), {"labels": ["a"]}, "there are 1 labels for 2 times"),
        ([1, 0], np.zeros((2, 3)), {}, "times fall, stand still or are missing"),
        ([1, 1], np.zeros((2, 3)), {}, "times fall, stand still or are missing"),
        ([0, np.nan], np.zeros((2, 3)), {}, "times fall, stand still or are missing"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(times, values, more, said):
    with pytest.raises(ValueError, match=said):
        recorded(times, values, person="a", **more)


def test_each_person_in_turn_is_only_in_the_test():
    motions = [still(person=person) for person in ("b", "a", "b", "c")]
    splits = list(leave_one_out(motions))
    assert [person for person, _, _ in splits] == ["b", "a", "c"]
    for person, train, test in splits:
        assert {motion.person for motion in test} == {person}
        assert person not in {motion.person for motion in train}
        assert len(train) + len(test) == 4


def test_one_person_cannot_be_left_out():
    with pytest.raises(ValueError, match="recordings of 1 people: give two at least"):
        list(leave_one_out([still(), still()]))


@pytest.mark.parametrize("axis, up", [("+z", (0, 0, G)), ("-x", (-G, 0.3, 0)), ("+y", (0.5, G, 0))])
def test_the_axis_that_points_up_reads_gravity(axis, up):
    assert axis_up(still(up)) == axis


@pytest.mark.parametrize("up", [(0, 0, 1), (7, 7, 0)])
def test_no_axis_points_up_on_a_slope_or_in_another_unit(up):
    with pytest.raises(ValueError, match="lay the device still, one of its sides level"):
        axis_up(still(up))


def test_no_axis_points_up_while_it_moves():
    motion = still()
    shaken = motion.acceleration + 2 * np.sin(9 * np.pi * motion.times)[:, np.newaxis]
    with pytest.raises(ValueError, match="vary by"):
        axis_up(motion._replace(acceleration=shaken))


def test_another_sensors_values_are_read_off_along_straight_lines():
    measured = np.array([1, 1.1, 1.2, 2, 2.1])
    values = np.outer([10, 20, 40, 50, 60], [1, -1, 2])
    found = at_times(np.array([0.9, 1, 1.05, 1.15, 1.2, 1.5, 2, 2.05, 2.2]), measured, values)
    wanted = [np.nan, 10, 15, 30, 40, np.nan, 50, 55, np.nan]
    np.testing.assert_allclose(found, np.outer(wanted, [1, -1, 2]))


def test_a_sample_beside_a_gap_is_read_off_itself():
    measured, values = np.array([0.0, 1, 2]), np.ones((3, 3))
    found = at_times(np.array([0, 0.5, 1, 1.5, 2]), measured, values)
    assert np.isfinite(found[:, 0]).tolist() == [True, False, True, False, True]


def test_of_a_single_sample_nothing_is_read_off():
    assert np.isnan(at_times(np.zeros(3), np.zeros(1), np.ones((1, 3)))).all()
