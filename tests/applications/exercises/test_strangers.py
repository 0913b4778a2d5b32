"""How a stranger's movements are judged: what counts, and that a leak is found."""

import numpy as np
import pytest

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import training
from tinyml_helpers.applications.wearables.exercises.measuring import strangers


def series(person, classes, rng, size=1.0):
    values = rng.normal(0, size, (len(classes), 6)).astype(np.float32)
    values[:, 0] += np.array(classes)
    return training.Series(person, values, np.array(classes, np.int64))


def by_first_axis(x):
    """Scores from the first axis alone: nearest of 0, 1 and 2."""
    return -np.abs(x[..., 0].mean(axis=1)[:, None] - np.arange(3))


def test_macro_f1_counts_each_class_the_same():
    truth, said = np.repeat([0, 1], [90, 10]), np.zeros(100, int)
    assert (truth == said).mean() == 0.9
    assert strangers.macro_f1(truth, said) == pytest.approx((2 * 0.9 / 1.9) / 2)
    assert strangers.macro_f1(truth, truth) == 1


def test_a_class_nobody_has_is_a_mistake_and_no_class_of_its_own():
    truth, said = np.repeat([0, 1], 10), np.repeat([0, 1, 7], [10, 5, 5])
    assert strangers.macro_f1(truth, said) == pytest.approx((1 + 2 / 3) / 2)


def test_windows_have_the_class_at_their_middle():
    classes = np.repeat([0, training.UNKNOWN, 1], [100, 50, 100])
    x, truth, source = strangers.windows([series("p", classes, np.random.default_rng(0))], hop=10)
    assert truth.tolist() == [0] * 5 + [1] * 6 and set(source) == {0}
    assert x.shape == (11, 100, 6)
    with pytest.raises(ValueError, match="two seconds"):
        strangers.windows([series("p", [0] * 99, np.random.default_rng(0))])


def test_a_watch_turned_is_judged_turned():
    rng = np.random.default_rng(0)
    own = [series("p", [number] * 500, rng) for number in range(3)]
    one = strangers.judge(by_first_axis, own)
    assert one.person == "p" and one.straight == 1.0
    # Half a turn about x leaves x as it is; the two others and the mirror turn it round.
    assert one.turned == pytest.approx((1 + 2 * one.mirrored) / 3) and one.mirrored < 0.4


def test_votes_help_where_windows_are_wrong_by_chance_and_stay_in_their_recording():
    rng = np.random.default_rng(0)
    own = [series("p", [number] * 1500, rng, size=0.1) for number in range(3)]

    def wavering(x):
        return by_first_axis(x) + np.random.default_rng(1).normal(0, 1, (len(x), 3))

    one = strangers.judge(wavering, own)
    assert one.voted > one.straight + 0.1
    calm = [series("p", [number] * 150, rng, size=0.1) for number in (0, 2, 1)]
    assert strangers.judge(by_first_axis, calm).voted == 1.0


def test_random_windows_leak_where_people_have_their_own_ways():
    """Whoever it is decides what a movement looks like: learned by heart, it's no use elsewhere."""
    rng, some = np.random.default_rng(1), []
    for person in range(6):
        for number, place in enumerate(rng.permutation(3)):
            one = series(f"p{person}", [number] * 600, rng, size=0.2)
            one.values[:, 1:3] = (person / 2, place)
            some.append(one._replace(values=one.values * np.float32([0, 1, 1, 0, 0, 0])))

    def nearest(x, classes):
        def predict(other):
            means = [one[:, 0, 1:3] for one in (other, x)]
            apart = np.abs(means[0][:, None] - means[1][None]).sum(axis=2)
            return np.eye(3)[classes[apart.argmin(axis=1)]]

        return predict

    assert strangers.leaking(some, nearest) == 1.0
    found = []
    for _, others, own in datasets.leave_one_out(some):
        x, classes, _ = strangers.windows(others)
        found.append(strangers.judge(nearest(x, classes), own).straight)
    assert np.mean(found) < 0.7
