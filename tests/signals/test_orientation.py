"""Orientations of movements that were made up, and so are known."""

import numpy as np
import pytest

from tinyml_helpers.signals import orientation

RATE, G = 50, 9.80665
UP = np.array([0, 0, G])


def skew(vector):
    x, y, z = vector
    return np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])


def turn(vector):
    """The matrix of a turn about a vector by its length, by Rodrigues' formula."""
    angle = np.linalg.norm(vector)
    if angle == 0:
        return np.eye(3)
    k = skew(vector / angle)
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def turned(rotation, first=None, finer=20):
    """The matrices of a sensor that turns as said, in small steps, and its gravity, [n, 3]."""
    steps = np.repeat(rotation, finer, axis=0)
    places = np.arange(len(steps)) / finer
    for axis in range(3):
        steps[:, axis] = np.interp(places, np.arange(len(rotation)), rotation[:, axis])
    now, found = np.eye(3) if first is None else first, []
    for number, speed in enumerate(steps):
        if number % finer == 0:
            found.append(now)
        now = now @ turn(speed / (RATE * finer))
    found = np.array(found)
    return found, np.einsum("nij,i->nj", found, UP)


def degrees_between(ours, true):
    cosine = (np.einsum("nij,nij->n", ours, true) - 1) / 2
    return np.degrees(np.arccos(cosine.clip(-1, 1)))


def tilt_error(ours, true):
    """Degrees between what each takes for up."""
    return np.degrees(np.arccos((ours[:, 2] * true[:, 2]).sum(axis=1).clip(-1, 1)))


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("speed", [-2.0, 1.0, 6.0])
def test_a_steady_turn_about_an_axis_is_followed(axis, speed):
    rotation = np.zeros((200, 3))
    rotation[:, axis] = speed
    true, gravity = turned(rotation)
    ours = orientation.matrices(orientation.orientations(gravity, rotation, RATE))
    assert degrees_between(ours, true).max() < 0.01


def test_tumbling_is_followed():
    seconds = np.arange(500) / RATE
    rotation = np.stack(
        [3 * np.sin(2 * seconds), 2 * np.cos(3 * seconds), np.sin(seconds) - 0.5], axis=1
    )
    true, gravity = turned(rotation)
    ours = orientation.matrices(orientation.orientations(gravity, rotation, RATE))
    assert degrees_between(ours, true).max() < 1


def test_the_heading_starts_at_zero_whatever_it_was_and_tilt_is_right_at_once():
    first = turn([0, 0, 1.3]) @ turn([0.4, -0.7, 0])
    true, gravity = turned(np.zeros((2, 3)), first)
    ours = orientation.matrices(orientation.orientations(gravity, np.zeros((2, 3)), RATE))
    assert tilt_error(ours, true).max() < 1e-5
    # The least turn has its axis in the level plane.
    assert np.allclose((ours[0] - ours[0].T)[1, 0], 0, atol=1e-12)


@pytest.mark.parametrize("up", np.vstack([np.eye(3), -np.eye(3)]).tolist())
def test_it_may_start_on_any_side(up):
    found = orientation.orientations(np.tile(up, (3, 1)), np.zeros((3, 3)), RATE)
    assert np.allclose(orientation.matrices(found)[:, 2], up, atol=1e-12)


def test_an_arm_that_swings_is_followed_though_it_is_accelerated():
    """A sensor 0.6 m from the shoulder, up to 120 degrees and back within 3 seconds."""
    seconds = np.arange(1000) / RATE
    raised = (1 - np.cos(2 * np.pi * seconds / 3)) * np.pi / 3
    nothing = np.zeros_like(raised)
    x = np.stack([np.sin(raised), nothing, -np.cos(raised)], axis=1)
    y = np.stack([nothing, nothing + 1, nothing], axis=1)
    true = np.stack([x, y, np.cross(x, y)], axis=2)
    force = np.gradient(np.gradient(0.6 * x, seconds, axis=0), seconds, axis=0) + UP
    rotation = np.stack([nothing, -np.gradient(raised, seconds), nothing], axis=1)
    felt = np.einsum("nij,ni->nj", true, force)
    assert np.linalg.norm(felt, axis=1).max() > 1.2 * G
    ours = orientation.matrices(orientation.orientations(felt, rotation, RATE))
    error = tilt_error(ours, true)
    assert error.max() < 10 and error[500:].mean() < 3


def test_a_gyroscopes_offset_lets_the_heading_drift_and_the_tilt_hardly():
    still = np.zeros((1000, 3))
    true, gravity = turned(still)
    offset = np.array([0.02, -0.01, 0.03])
    ours = orientation.matrices(orientation.orientations(gravity, still + offset, RATE))
    assert tilt_error(ours, true).max() < np.degrees(2.1 * 0.0224)
    heading = np.arctan2(ours[:, 1, 0], ours[:, 0, 0])
    assert heading[-1] == pytest.approx(0.03 * 20, rel=0.05)


def test_half_of_a_wrong_tilt_is_gone_after_1_4_seconds():
    """The first sample was taken in the middle of a movement."""
    gravity = np.tile(UP, (300, 1))
    gravity[0] = turn([0.3, 0, 0]) @ UP
    ours = orientation.matrices(orientation.orientations(gravity, np.zeros((300, 3)), RATE))
    error = tilt_error(ours, np.tile(np.eye(3), (300, 1, 1)))
    assert error[0] == pytest.approx(np.degrees(0.3))
    assert error[70] == pytest.approx(error[0] / 2, rel=0.03)
    assert error[-1] < error[0] / 15


def test_units_of_the_acceleration_do_not_matter():
    some = np.random.default_rng(0).normal(size=(2, 100, 3))
    in_g = orientation.orientations(some[0], some[1], RATE)
    assert np.allclose(in_g, orientation.orientations(G * some[0], some[1], RATE))


def test_quaternions_have_length_one_and_no_jump_of_sign():
    rotation = np.tile([0.0, 4.0, 1.0], (1000, 1))
    _, gravity = turned(rotation, finer=4)
    found = orientation.orientations(gravity, rotation, RATE)
    assert found.shape == (1000, 4) and found.dtype == np.float64
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert (found[1:] * found[:-1]).sum(axis=1).min() > 0.99


def test_free_fall_corrects_nothing():
    found = orientation.orientations(np.zeros((10, 3)), np.zeros((10, 3)), RATE)
    assert np.isfinite(found).all() and np.ptp(found, axis=0).max() == 0


def test_matrices_turn_as_the_quaternion_does():
    half = np.sqrt(0.5)
    quarter_about_z = orientation.matrices([[half, 0, 0, half], [1, 0, 0, 0]])
    assert np.allclose(quarter_about_z[0], [[0, -1, 0], [1, 0, 0], [0, 0, 1]])
    assert np.allclose(quarter_about_z[1], np.eye(3))
    one = orientation.matrices(np.array([0.5, 0.5, 0.5, 0.5]))
    assert np.allclose(one, [[0, 0, 1], [1, 0, 0], [0, 1, 0]])


GOOD = np.ones((4, 3))
GAP = np.where(np.arange(12).reshape(4, 3) == 7, np.nan, 1.0)


@pytest.mark.parametrize(
    ("acceleration", "rotation", "rate", "said"),
    [
        (GOOD, GOOD[:3], 50, r"acceleration is \[4, 3\] and rotation \[3, 3\]: give both"),
        (GOOD.T, GOOD.T, 50, r"\[3, 4\]"),
        (GOOD[0], GOOD[0], 50, r"give both as \[n, 3\]"),
        (GOOD[:0], GOOD[:0], 50, r"\[0, 3\]"),
        (GAP, GOOD, 50, "samples are missing"),
        (GOOD, GAP, 50, "samples are missing"),
        (GOOD, GOOD * np.inf, 50, "without end"),
        (GOOD, GOOD, 0, "the rate is 0: give"),
        (GOOD, GOOD, float("nan"), "the rate is nan"),
        (GOOD, GOOD, float("inf"), "the rate is inf"),
    ],
)
def test_what_has_no_orientation_is_refused(acceleration, rotation, rate, said):
    with pytest.raises(ValueError, match=said):
        orientation.orientations(acceleration, rotation, rate)
