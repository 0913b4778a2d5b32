"""Which exercise is named, and which of the repetitions counted are its."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import Settings
from tinyml_helpers.applications.wearables.exercises.offline import name

X, Y, NONE = 1, 4, c_coach.NONE
AVERAGE = 3
SURE = Settings(average=AVERAGE, threshold=128)
#: Hops that the average reaches back: a window is four, and each inference more one more.
REACH = 4 + AVERAGE - 1


def votes(*parts):
    """Sure scores: parts are (class, hops); int8 [hops, 8]."""
    classes = np.concatenate([[kind] * hops for kind, hops in parts])
    scores = np.full((len(classes), len(c_coach.CLASSES)), -128, np.int8)
    scores[np.arange(len(classes)), classes] = 127
    return scores


def counted(scores, first, every=2, last=None):
    """A counter's counts: one more every so many hops from hop `first` on; uint16 [hops + 3]."""
    hops = np.arange(len(scores) + 3)
    if last is not None:
        hops = np.minimum(hops, last)
    return (np.maximum(hops - first, 0) // every).astype(np.uint16)


def test_an_exercise_is_named_once_the_average_reaches_the_threshold():
    scores = votes((NONE, 6), (X, 6), (NONE, 6))
    found = name(scores, counted(scores, 99), SURE)
    # Two of three windows are 170 of 255; one is 85. The first three hops have no scores.
    assert (found["exercise"] == [NONE] * 10 + [X] * 6 + [NONE] * 5).all()
    assert found["smoothed"][10].tolist() == [0, 170, 0, 0, 0, 0, 0, 85]
    patient = name(scores, counted(scores, 99), SURE._replace(threshold=255))
    assert (patient["exercise"] == [NONE] * 11 + [X] * 4 + [NONE] * 6).all()


def test_before_the_model_has_seen_two_seconds_nothing_is_named():
    scores = votes((X, 4))
    found = name(scores, counted(scores, 0, every=1), SURE)
    assert found["exercise"].tolist() == [NONE] * 3 + [X] * 4
    assert (found["smoothed"][:3] == 0).all() and (found["repetitions"][:3] == 0).all()
    assert found["repetitions"][3:].tolist() == [3, 4, 5, 6]  # all that was done since the start


def test_repetitions_done_before_the_name_are_its_own():
    scores = votes((NONE, 20), (X, 20))
    counts = counted(scores, 20)  # movement begins while the model still sees a rest
    found = name(scores, counts, SURE)
    named = found["exercise"] == X
    assert counts[named][0] == 2
    np.testing.assert_array_equal(found["repetitions"][named], counts[named])


def test_what_was_counted_before_the_average_began_is_not():
    scores = votes((NONE, 30), (X, 20))
    counts = counted(scores, 0)  # fidgeting is counted, too
    found = name(scores, counts, SURE)
    first = np.flatnonzero(found["exercise"] == X)[0]
    assert found["repetitions"][first] == counts[first] - counts[first - REACH]


@pytest.mark.parametrize("between", [NONE, Y])
def test_a_short_wrong_name_in_between_does_not_start_a_series_anew(between):
    scores = votes((X, 20), (between, c_coach.REST - 1), (X, 10))
    counts = counted(scores, 0)
    found = name(scores, counts, SURE)
    assert (found["exercise"] == between).any()
    again = found["exercise"] == X
    np.testing.assert_array_equal(found["repetitions"][again], counts[again])


@pytest.mark.parametrize(("between", "most"), [(NONE, c_coach.REST), (Y, 2 * c_coach.REST)])
def test_a_series_goes_on_after_a_rest_or_others_and_begins_anew_after_more(between, most):
    alone = Settings(average=1, threshold=128)
    for gap in (most, most + 1):
        scores = votes((X, 10), (between, gap), (X, 10))
        counts = counted(scores, 0)
        found = name(scores, counts, alone)
        again = 3 + 10 + gap
        assert found["exercise"][again] == X != found["exercise"][again - 1]
        back = 4 if between == NONE else 2  # all of a window, or half of it
        expected = counts[again] - (0 if gap == most else counts[again - back])
        assert found["repetitions"][again] == expected


def test_two_exercises_that_are_taken_for_each_other_all_the_time_keep_their_series():
    scores = votes(*[(X, 6), (Y, 6)] * 10)
    counts = counted(scores, 0)
    found = name(scores, counts, SURE)
    for kind in (X, Y):
        last = np.flatnonzero(found["exercise"] == kind)[-1]
        assert counts[last] - found["repetitions"][last] <= 3


def test_where_one_exercise_follows_on_another_the_change_is_in_the_middle():
    scores = votes((X, 20), (Y, 20))
    counts = counted(scores, 0, every=1)
    found = name(scores, counts, SURE)
    first = np.flatnonzero(found["exercise"] == Y)[0]
    assert found["exercise"][first - 1] == X
    assert found["repetitions"][first] == REACH // 2


def test_while_nothing_is_named_the_count_stands():
    scores = votes((X, 12), (NONE, 30))
    counts = counted(scores, 0)
    found = name(scores, counts, SURE)
    last = np.flatnonzero(found["exercise"] == X)[-1]
    assert (found["repetitions"][last:] == counts[last]).all() and counts[-1] > counts[last]


def test_two_series_of_an_exercise_with_a_rest_between_are_counted_apart():
    scores = votes((NONE, 8), (X, 20), (NONE, 16), (X, 20))
    hops = np.arange(len(scores) + 3)
    moving = ((hops > 8) & (hops <= 30)) | ((hops > 44) & (hops <= 66))
    counts = (np.cumsum(moving) // 2).astype(np.uint16)
    found = name(scores, counts, SURE)
    assert found["repetitions"][43] == 11 and found["repetitions"][-1] == 11


def test_another_exercise_has_a_count_of_its_own():
    scores = votes((X, 20), (NONE, 12), (Y, 20))
    hops = np.arange(len(scores) + 3)
    counts = (np.minimum(hops, 20) + np.maximum(hops - 34, 0)).astype(np.uint16)
    found = name(scores, counts, SURE)
    named = found["exercise"] == Y
    np.testing.assert_array_equal(found["repetitions"][named], counts[named] - 20)


def slow(scores, counts, settings):
    """The same from all of the past, as series.h says it in words."""
    made, began, passed, shown, last = [], {}, {}, 0, NONE
    for hop, count in enumerate(counts.astype(int)):
        seen = scores[: max(hop - 2, 0)].astype(int)[-settings.average :] + 128
        smoothed = seen.sum(0) // len(seen) if len(seen) else np.zeros(8, int)
        best = int(np.argmax(seen.sum(0)))
        named = best if len(seen) and smoothed[best] >= settings.threshold else NONE
        for other in passed:
            passed[other] += 1 if named == NONE else 0.5
        if named != NONE:
            # Its own hop isn't one of those in between.
            if named not in passed or passed[named] - 0.5 > c_coach.REST:
                reach = 3 + settings.average
                since = hop - (reach if last in (named, NONE) else reach // 2)
                began[named] = int(counts[since]) if since >= 0 else 0
            passed[named] = 0
            shown = (count - began[named]) % 65536
        last = named
        made.append((smoothed.tolist(), named, shown))
    return made


@how(derandomize=True, deadline=None, max_examples=60)
@given(
    parts=st.lists(st.tuples(st.integers(0, 7), st.integers(1, 12)), min_size=1, max_size=12),
    average=st.integers(1, 16),
    threshold=st.integers(0, 255),
    noise=st.integers(0, 255),
    start=st.sampled_from([0, 65_530]),
    seed=st.integers(0, 99),
)
def test_rings_and_countdowns_are_what_the_words_say(parts, average, threshold, noise, start, seed):
    rng = np.random.default_rng(seed)
    scores = votes(*parts).astype(int)
    scores = np.clip(scores + rng.integers(-noise, noise + 1, scores.shape), -128, 127)
    scores = scores.astype(np.int8)
    counts = (start + np.cumsum(rng.random(len(scores) + 3) < 0.3)) % 65536
    counts[:1] = start
    settings = Settings(average=average, threshold=threshold)
    found = name(scores, counts.astype(np.uint16), settings)
    told = [
        (row["smoothed"].tolist(), int(row["exercise"]), int(row["repetitions"])) for row in found
    ]
    assert told == slow(scores, counts.astype(np.uint16), settings)


def test_what_is_no_scores_or_counts_is_refused():
    scores = votes((X, 5))
    with pytest.raises(ValueError, match=r"scores are int8 \[n, 8\], not float64 \[5, 8\]: give"):
        name(scores.astype(float), counted(scores, 0), SURE)
    with pytest.raises(ValueError, match=r"counts are uint16 \[n\], not int64 \[8\]: give"):
        name(scores, counted(scores, 0).astype(np.int64), SURE)
    with pytest.raises(ValueError, match="5 scores and 5 counts: give 3 counts more"):
        name(scores, counted(scores, 0)[:5], SURE)
    for wrong, message in (({"average": 17}, "average is a .* 1 to 16"), ({"threshold": -1}, "0")):
        with pytest.raises(ValueError, match=message):
            name(scores, counted(scores, 0), SURE._replace(**wrong))
