"""Training of exercises: what windows are, how they are changed, and what comes out."""

import numpy as np
import pytest

from tinyml_helpers import model_file
from tinyml_helpers.applications.wearables.exercises import c_coach, training
from tinyml_helpers.applications.wearables.exercises.coach import Settings, inputs, samples
from tinyml_helpers.applications.wearables.exercises.training import Series, Windows
from tinyml_helpers.datasets import watch_exercises
from tinyml_helpers.datasets.motion.series import recorded

AS_IT_IS = training.DEFAULT._replace(quicker=1.0, tilt=0.0, turned=0.0, mirrored=0.0, apart=0)


@pytest.fixture(scope="module")
def motions():
    return watch_exercises()[:14]


@pytest.fixture(scope="module")
def some(motions):
    return [Series.of(motion, c_coach.CLASSES) for motion in motions]


def made_up(seconds=20, person="somebody", classes=None):
    count = 50 * seconds
    values = np.random.default_rng(1).normal(size=(count, 6)).astype(np.float32)
    return Series(person, values, np.zeros(count, np.int64) if classes is None else classes)


def test_a_model_is_trained_on_what_the_c_shows_it(motions, some):
    for motion, one in zip(motions[::3], some[::3], strict=True):
        codes = inputs(samples(motion), Settings.of(arm=motion.place))
        off = np.abs(training.coded(one.values) * 32 - codes)
        # Rounded twice there, once here.
        assert off.max() <= 1 and (off > 0).mean() < 0.02


def test_pauses_are_none_of_these_and_the_rest_is_what_was_recorded(motions):
    left, right = training.with_pauses(motions)
    assert {left.person, right.person} == {"seglearn 1"}
    for one in (left, right):
        assert set(one.classes) == set(range(8))
    seconds = sum(len(motion.times) for motion in motions if motion.place == "right") / 50
    assert (right.classes < c_coach.NONE).sum() / 50 == pytest.approx(seconds)
    codes = training.coded(right.values)[right.classes == 0]
    recorded_one = next(m for m in motions if (m.place, m.activity) == ("right", "pendulum"))
    of = training.coded(Series.of(recorded_one, c_coach.CLASSES).values)
    assert np.abs(codes - of).max() <= 1 / 32


def test_a_series_has_50_samples_a_second_and_rotations():
    times = np.arange(200) / 100
    quick = recorded(times, np.ones((200, 3)), np.ones((200, 3)), person="p", activity="pendulum")
    with pytest.raises(ValueError, match="resampled_motion"):
        Series.of(quick, c_coach.CLASSES)
    still = recorded(times * 2, np.ones((200, 3)), person="p", activity="pendulum")
    with pytest.raises(ValueError, match="with rotations"):
        Series.of(still, c_coach.CLASSES)


def test_labels_that_are_no_class_are_unknown():
    times = np.arange(300) / 50
    labels = np.repeat(["pendulum", "dancing", "abduction"], 100)
    motion = recorded(times, np.ones((300, 3)), np.ones((300, 3)), labels, person="p")
    classes = Series.of(motion, c_coach.CLASSES).classes
    assert classes.tolist() == [0] * 100 + [training.UNKNOWN] * 100 + [1] * 100


def test_each_class_has_equally_many_windows(some):
    x, classes = Windows(some)(AS_IT_IS, np.random.default_rng(0))
    assert x.shape == (len(classes), 100, 6) and x.dtype == np.float32
    assert len(set(np.bincount(classes))) == 1 and len(set(classes)) == 7


def test_unchanged_windows_are_pieces_of_their_recordings_with_their_class_at_the_middle():
    rng = np.random.default_rng(3)
    some = [
        made_up(5, classes=np.repeat([0, training.UNKNOWN, 1, 2], [30, 20, 120, 80])),
        made_up(3, classes=np.full(150, 2)),
    ]
    for number, one in enumerate(some):
        # A sample says where it is from.
        one.values[:, 0], one.values[:, 1] = (np.arange(len(one.values)) - 128) / 32, number
    x, classes = Windows(some)(AS_IT_IS, rng)
    assert set(classes) == {1, 2}  # the first 30 samples have no window around them
    for window, of in zip(x, classes, strict=True):
        steps = np.diff(window[:, 0])
        assert np.allclose(steps, 1 / 32)
        number, middle = int(window[0, 1]), round(window[50, 0] * 32 + 128)
        assert some[number].classes[middle] == of


def test_what_is_quicker_turns_faster():
    one = made_up(60)
    one.values[:] = 0.5
    quick = AS_IT_IS._replace(quicker=1.3)
    x, _ = Windows([one])(quick, np.random.default_rng(0))
    assert (x[..., :3] == 0.5).all()
    speeds = x[:, 0, 3] / 0.5
    assert speeds.min() < 0.85 and speeds.max() > 1.2
    assert speeds.min() > 1 / 1.3 - 0.04 and speeds.max() < 1.3 + 0.04


def test_windows_stay_inside_their_recordings_however_they_are_changed():
    some = [made_up(3, f"p{number}") for number in range(5)]
    for number, one in enumerate(some):
        one.values[:] = number / 2
    wild = AS_IT_IS._replace(quicker=2.0, apart=40)
    x, _ = Windows(some)(wild, np.random.default_rng(0))
    assert (x[..., :3] == x[:, :1, :3]).all()


@pytest.mark.parametrize("some", [[], [made_up(1)], [made_up(9, classes=np.full(450, -1))]])
def test_without_two_seconds_of_anything_there_is_nothing_to_draw(some):
    with pytest.raises(ValueError, match="two seconds"):
        Windows(some)


def test_two_seconds_are_enough_for_one_window_and_come_out_as_they_are():
    some = [made_up(2, f"p{number}") for number in range(3)]
    x, _ = Windows(some)(AS_IT_IS, np.random.default_rng(0))
    whole = [training.coded(one.values) for one in some]
    assert all(any((window == one).all() for one in whole) for window in x)


def test_rotations_are_rotations_by_so_many_degrees_at_most():
    made = training.rotations(500, 20.0, np.random.default_rng(0)).astype(float)
    assert np.allclose(made @ made.mT, np.eye(3), atol=1e-6)
    assert np.allclose(np.linalg.det(made), 1)
    angles = np.degrees(np.arccos(np.clip((made.trace(axis1=1, axis2=2) - 1) / 2, -1, 1)))
    assert 19 < angles.max() <= 20.001 and angles.min() < 1


def test_a_watch_worn_otherwise_measures_the_same_strengths():
    x = np.random.default_rng(2).normal(size=(200, 100, 6)).astype(np.float32)
    changed = training.worn_otherwise(x, training.DEFAULT, np.random.default_rng(0))
    assert changed.dtype == np.float32
    for part in (slice(3), slice(3, 6)):
        strengths = [np.linalg.norm(one[..., part], axis=2) for one in (x, changed)]
        assert np.allclose(*strengths, atol=1e-4)
    assert (training.worn_otherwise(x, AS_IT_IS, np.random.default_rng(0)) == x).all()


def test_turns_are_half_turns_and_a_mirror_is_none():
    for turn in training.TURNS:
        assert np.prod(turn) == 1
    acceleration, rotation = training.MIRROR[:3], training.MIRROR[3:]
    assert np.prod(acceleration) == -1
    # A rotation's axis is the product of two directions: mirrored, it changes sign once more.
    assert (rotation == -acceleration).all()


@pytest.fixture(scope="module")
def trained(some):
    recipe = training.DEFAULT._replace(epochs=4)
    model, history = training.train(some, len(c_coach.CLASSES), recipe)
    return model, history, training.to_int8(model, some, recipe)


def test_training_learns(trained):
    _, history, _ = trained
    assert len(history["loss"]) == 4 and history["loss"][-1] < 0.8 * history["loss"][0]
    assert history["accuracy"][-1] > 2 / 7


def test_the_model_in_int8_is_one_for_the_coach_and_small(trained):
    tflite = trained[2]
    c_coach.MODEL.check(tflite)
    assert len(tflite) <= 20_000 and model_file.read(tflite).macs <= 100_000


def test_int8_says_about_the_same(trained, some):
    model, _, tflite = trained
    x, _ = Windows(some)(AS_IT_IS, np.random.default_rng(5))
    float_says, int8_says = (training.predictor(one)(x[::5]) for one in (model, tflite))
    assert np.abs(float_says - int8_says).mean() < 0.03
