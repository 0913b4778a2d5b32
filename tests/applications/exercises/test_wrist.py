"""What a sensor gives becomes what the wrist does, whichever the sensor and the arm."""

import itertools

import numpy as np
import pytest

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import (
    Settings,
    inputs,
    motions,
    samples,
)
from tinyml_helpers.boards.motion_sensors import MOTION_SENSORS
from tinyml_helpers.datasets.motion.series import G

SENSORS = pytest.mark.parametrize("sensor", MOTION_SENSORS.values(), ids=list(MOTION_SENSORS))
WILD = np.random.default_rng(0).integers(-(2**15), 2**15, (500, 6)).astype(np.int16)
WILD[:4] = [[-(2**15)] * 6, [2**15 - 1] * 6, [0] * 6, [-1] * 6]


def in_units(acceleration, rotation):
    """m/s² and rad/s in the wrist's units, cut: float64 [n, 6]."""
    values = np.hstack([acceleration / G * 4096, rotation * 1024])
    return np.clip(values, -(2**15), 2**15 - 1)


def told(found):
    """The six axes of what the wrist does."""
    return np.hstack([found["acceleration"], found["rotation"]]).astype(float)


def moved(seconds=6, seed=0):
    """A smooth movement with all axes in it: a Motion at 50 Hz."""
    rng = np.random.default_rng(seed)
    times = np.arange(50 * seconds) / 50
    waves = np.sin(2 * np.pi * rng.uniform(0.2, 2, 6) * times[:, None] + rng.uniform(0, 6, 6))
    return datasets.Motion(
        "me", None, "left", 50.0, times, waves[:, :3] * G, waves[:, 3:] * 3, source="a wave"
    )


@SENSORS
def test_each_nanos_counts_become_what_its_table_says(sensor):
    expected = in_units(*sensor.from_counts(WILD[:, :3], WILD[:, 3:]))
    found = told(motions(WILD, Settings.of(sensor)))
    # Half a step of rounding; the scale itself is rounded to 1/65536.
    assert np.abs(found - expected).max() <= 0.5 + 2**15 / 2**17


def test_the_wrists_own_units_stay_as_they_are():
    np.testing.assert_array_equal(told(motions(WILD, Settings())), WILD)
    motion = moved()
    expected = in_units(motion.acceleration, motion.rotation)
    assert np.abs(samples(motion) - expected).max() <= 0.5


def test_the_other_arm_is_a_mirror():
    """A mirror across x turns x itself round, and of rotations those about the two others."""
    left, right = (motions(WILD, Settings.of(arm=arm)) for arm in ("left", "right"))
    mirror = np.array([-1, 1, 1, 1, -1, -1])
    np.testing.assert_array_equal(told(right), np.minimum(told(left) * mirror, 2**15 - 1))
    # Where -32768 is turned round one is lost, and rounding goes up on either side.
    assert np.abs(right["gravity"] - left["gravity"] * mirror[:3].astype(float)).max() <= 2


def test_in_the_mirror_gravity_turns_with_the_rotation():
    """On a turning wrist gravity changes by gravity × rotation, in either frame."""
    times = np.arange(200) / 50
    angle = 0.8 * np.sin(2 * times)
    for arm in ("left", "right"):
        # About the watch's z: gravity runs from its x to its y.
        acceleration = G * np.stack([np.cos(angle), -np.sin(angle), 0 * angle], axis=1)
        rotation = np.stack([0 * angle, 0 * angle, np.gradient(angle, 1 / 50)], axis=1)
        counts = np.hstack([acceleration / G * 4096, rotation * 1024]).round().astype(np.int16)
        found = motions(counts, Settings.of(arm=arm))
        g, turn = found["acceleration"] / 4096, found["rotation"] / 1024
        np.testing.assert_allclose(np.gradient(g, 1 / 50, axis=0), np.cross(g, turn), atol=0.08)


def test_every_way_to_name_the_axes_picks_and_turns_them():
    for order in itertools.permutations((1, 2, 3)):
        for signs in itertools.product((1, -1), repeat=3):
            axes = tuple(axis * sign for axis, sign in zip(order, signs, strict=True))
            found = told(motions(WILD[4:], Settings(axes=axes)))
            picked = WILD[4:].reshape(-1, 2, 3)[:, :, np.abs(axes) - 1] * np.sign(axes)
            np.testing.assert_array_equal(found, picked.reshape(-1, 6).clip(max=2**15 - 1))


def test_gravity_is_what_is_left_below_a_quarter_of_a_hertz():
    step = np.zeros((400, 6), np.int16)
    step[100:, 0], step[:, 1], step[:, 2] = 4096, -4096, 1000
    found = motions(step, Settings())["gravity"]
    assert (found[:, 1] == -4096).all() and (found[:, 2] == 1000).all()  # from the first sample on
    assert (found[:100, 0] == 0).all() and found[-1, 0] == 4096
    after = np.arange(1, 301)
    expected = 4096 * (1 - (31 / 32) ** after)
    assert np.abs(found[100:, 0] - expected).max() <= 1
    times = np.arange(3000) / 50
    for hertz, share in ((0.02, 1.0), (0.2527, 0.707), (2.5, 0.1)):
        wave = np.zeros((3000, 6), np.int16)
        wave[:, 0] = 4096 * np.sin(2 * np.pi * hertz * times)
        size = np.abs(motions(wave, Settings())["gravity"][500:, 0]).max() / 4096
        assert size == pytest.approx(share, abs=0.01)


def test_a_gravity_that_falls_settles_too():
    fall = np.zeros((600, 6), np.int16)
    fall[:1, :3] = [2**15 - 1, -(2**15), 5]
    assert (motions(fall, Settings())["gravity"][-1] == 0).all()


def test_codes_are_the_nearest_and_cut():
    found = motions(WILD, Settings())
    expected = np.hstack([found["acceleration"] / 128, found["rotation"] / 64])
    expected = np.clip(np.floor(expected + 0.5), -128, 127)
    np.testing.assert_array_equal(inputs(WILD, Settings()), expected)


def test_codes_stand_for_g_and_for_half_of_the_rotation():
    motion = moved()
    real = np.hstack([motion.acceleration / G, motion.rotation / 2])
    found = inputs(samples(motion), Settings()) * c_coach.INPUT_SCALE
    assert np.abs(found - real).max() <= c_coach.INPUT_SCALE * 0.51


def test_both_arms_of_a_person_look_alike():
    """Where the arm hangs or bends, gravity is on one side in the left wrist's frame."""
    exercises = [m for m in datasets.watch_exercises() if m.person == "seglearn 1"]
    middles = {
        arm: np.stack(
            [
                inputs(samples(m), Settings.of(arm=arm)).mean(0)[:2]
                for m in exercises
                if m.place == arm
            ]
        )
        for arm in ("left", "right")
    }
    assert np.abs(middles["left"] - middles["right"]).max() < 12 < np.abs(middles["left"]).max()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"acceleration_scale": 0}, "acceleration_scale is a whole number from 1 to 16777216"),
        ({"rotation_scale": 2**24 + 1}, "rotation_scale is a whole number from 1 to 16777216"),
        ({"axes": (1, 2, 2)}, "give 1, 2 and 3 once each, negative where turned round"),
        ({"axes": (0, 1, 2)}, "give 1, 2 and 3 once each, negative where turned round"),
        ({"axes": (1, 2)}, "give 1, 2 and 3 once each, negative where turned round"),
        ({"arm": "watch"}, "an arm is left or right, not 'watch'"),
    ],
)
def test_settings_that_are_none_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        inputs(WILD, Settings(**fields))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("acceleration_scale", 0),
        ("rotation_scale", 2**24 + 1),
        ("axes", (1, 2, -2)),
        ("axes", (4, 1, 2)),
        ("axes", (-128, 1, 2)),
        ("right", 2),
    ],
)
def test_the_c_refuses_them_too(name, value):
    record = np.frombuffer(Settings().pack_sensor(), c_coach.SENSOR).copy()
    record[name] = value
    made = np.zeros(1, c_coach.MOTION)
    status = c_coach.load().ex_motion_all(record.tobytes(), WILD.ctypes.data, 1, made.ctypes.data)
    assert status == c_coach.BAD_SETTINGS


@pytest.mark.parametrize(
    "wrong", [np.zeros((5, 6)), np.zeros(6, np.int16), np.zeros((5, 3), np.int16), [[1] * 6]]
)
def test_what_is_no_motion_is_refused(wrong):
    with pytest.raises(ValueError, match=r"motion is int16 \[samples, 6\], not .* see exercises"):
        inputs(wrong, Settings())


def test_motions_that_no_stream_takes_are_refused():
    motion = moved()
    with pytest.raises(ValueError, match=r"50 samples a second, and a wave has 100: resample it"):
        samples(motion._replace(rate=100.0))
    with pytest.raises(ValueError, match="a wave has no rotation: the coach needs a gyroscope"):
        samples(motion._replace(rotation=None))
    gap = motion.rotation.copy()
    gap[7] = np.nan
    with pytest.raises(ValueError, match="a wave has gaps: cut it there"):
        samples(motion._replace(rotation=gap))
