"""The detector's C against a slow model of its three rules."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tinyml_helpers.applications.keywords import c_spotter
from tinyml_helpers.applications.keywords.spotter import Detection, Settings, detect


def slow(scores, settings):
    """(hop, class, average rounded down) of each report, as detector.h says it in words."""
    found = []
    for k in range(len(scores)):
        hop = 48 + k * settings.hops_per_inference
        last = [[int(code) + 128 for code in row] for row in scores[: k + 1][-settings.average :]]
        averages = [Fraction(sum(column), settings.average) for column in zip(*last, strict=True)]
        keywords = averages[2:]
        best = 2 + keywords.index(max(keywords))
        waited = not found or hop - found[-1][0] >= settings.refractory_hops
        if averages[best] >= settings.threshold and waited:
            found.append((hop, best, int(averages[best])))
    return found


def fast(scores, settings):
    return [(found.number, found.detected, found.score) for found in detect(scores, settings)]


some_settings = st.builds(
    Settings,
    hops_per_inference=st.integers(1, 20),
    average=st.integers(1, 16),
    threshold=st.integers(0, 255),
    refractory_hops=st.integers(0, 100) | st.just(65535),
    gate=st.none(),
)


@how(derandomize=True, deadline=None, max_examples=100)
@given(
    settings=some_settings,
    classes=st.integers(3, 16),
    inferences=st.integers(0, 25),
    seed=st.integers(0, 2**32 - 1),
    loudness=st.sampled_from([1, 20, 128]),
)
def test_it_follows_its_rules(settings, classes, inferences, seed, loudness):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-loudness, loudness, (inferences, classes)).astype(np.int8)
    assert fast(scores, settings) == slow(scores, settings)


def softmax(*rows):
    """Scores of classes 2 and 3, of 256, in rows of four classes."""
    return np.array([[-128, -128, a - 128, b - 128] for a, b in rows], np.int8)


def test_a_threshold_is_reached_by_equal_averages():
    scores = softmax((100, 0), (200, 0), (0, 0))
    assert fast(scores, Settings(1, 2, 150, 0)) == [(49, 2, 150)]
    assert fast(scores, Settings(1, 2, 151, 0)) == []
    assert fast(softmax((100, 0), (199, 0)), Settings(1, 2, 150, 0)) == []  # 149.5


def test_missing_scores_count_as_nothing():
    scores = softmax((255, 0), (255, 0), (255, 0))
    assert fast(scores, Settings(1, 4, 191, 100)) == [(50, 2, 191)]


def test_the_refractory_time_holds_for_all_keywords():
    scores = softmax(*[(255, 0), (0, 255)] * 10)
    found = fast(scores, Settings(10, 1, 200, 30))
    assert [hop for hop, *_ in found] == [48, 78, 108, 138, 168, 198, 228]
    assert [label for _, label, _ in found] == [2, 3, 2, 3, 2, 3, 2]


def test_silence_and_unknown_words_are_never_reported():
    scores = np.full((20, 12), -128, np.int8)
    scores[:, :2] = 127
    assert detect(scores, Settings(threshold=1)) == []


def test_of_equal_keywords_the_first_is_reported():
    assert fast(softmax((100, 100)), Settings(1, 1, 50, 0)) == [(48, 2, 100)]


def test_what_is_reported_has_its_time():
    (found,) = detect(softmax((0, 0), (0, 255)), Settings(10, 1, 200, 50))
    assert found == Detection(number=58, seconds=(512 + 58 * 320) / 16000, detected=3, score=255)


def test_no_scores_give_no_reports():
    assert detect(np.zeros((0, 12), np.int8)) == []


@pytest.mark.parametrize("classes", [0, 2, 17])
def test_too_few_or_too_many_classes_are_refused(classes):
    with pytest.raises(ValueError, match=f"3 to 16 classes, not {classes}"):
        detect(np.zeros((5, classes), np.int8))


@pytest.mark.parametrize("scores", [np.zeros((5, 12), np.float32), np.zeros(12, np.int8)])
def test_what_is_no_scores_is_refused(scores):
    with pytest.raises(ValueError, match=r"scores are int8 \[k, classes\], not"):
        detect(scores)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hops_per_inference", 0),
        ("hops_per_inference", 65536),
        ("average", 0),
        ("average", 17),
        ("threshold", -1),
        ("threshold", 256),
        ("threshold", 0.7),
        ("refractory_hops", -1),
        ("refractory_hops", None),
    ],
)
def test_settings_out_of_range_are_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} is a whole number from .* not {value}"):
        detect(np.zeros((5, 12), np.int8), Settings()._replace(**{field: value}))


@pytest.mark.parametrize(
    ("settings", "classes", "status"),
    [
        ((0, 3, 180, 50), 12, c_spotter.BAD_SETTINGS),
        ((10, 0, 180, 50), 12, c_spotter.BAD_SETTINGS),
        ((10, 17, 180, 50), 12, c_spotter.BAD_SETTINGS),
        ((10, 3, 256, 50), 12, c_spotter.BAD_SETTINGS),
        ((10, 3, 180, 50), 2, c_spotter.BAD_MODEL),
        ((10, 3, 180, 50), 17, c_spotter.BAD_MODEL),
        ((1, 1, 0, 0), 3, 0),
        ((65535, 16, 255, 65535), 16, 0),
    ],
)
def test_the_c_refuses_just_what_is_out_of_range(settings, classes, status):
    """What a board does when another program sends it settings."""
    scores = np.zeros((5, classes), np.int8)
    room, found = np.zeros((5, classes), np.uint8), np.zeros(5, np.int8)
    hops = np.arange(5, dtype=np.uint32)
    packed = np.array([settings], c_spotter.SETTINGS).tobytes()
    into = room.ctypes.data, found.ctypes.data
    arguments = packed, classes, scores.ctypes.data, hops.ctypes.data, 5, *into
    assert c_spotter.load().kw_detect_all(*arguments) == status


def test_the_highest_threshold_is_reached_by_the_highest_score():
    assert fast(softmax((255, 0)), Settings(1, 1, 255, 0)) == [(48, 2, 255)]
    assert fast(softmax((254, 0)), Settings(1, 1, 255, 0)) == []
