"""Long labelled streams, and what is counted on them, against cases counted by hand."""

import itertools
from typing import NamedTuple

import numpy as np
import pytest
import tones

from tinyml_helpers.applications.keywords import scenes, spotter, streams
from tinyml_helpers.applications.keywords.streams import (
    Event,
    Point,
    choose,
    curve,
    match,
    upper_bound,
)
from tinyml_helpers.datasets.sounds.speech import CLASSES, Clips

RATE = 16_000
YES, NO = 2, 3


def clips(labels=(YES, NO, 1, 1, 1, 1, 1, 1), length=6_000):
    """Words that are tones of `length` samples in the middle of faint noise."""
    random = np.random.default_rng(0)
    audio = random.normal(0, 20, (len(labels), RATE))
    start = (RATE - length) // 2
    for clip, label in zip(audio, labels, strict=True):
        tone = np.sin(np.arange(length) * 0.1 * (1 + label))
        clip[start : start + length] += 5000 * tone
    words = np.array([CLASSES[label] if label > 1 else "bird" for label in labels])
    speakers = np.array(["a", "b"] * len(labels))[: len(labels)]
    return Clips(audio.astype(np.int16), np.array(labels), words, speakers)


@pytest.fixture(scope="module")
def sound():
    return streams.stream(clips(), hours=0.1, seed=3)


def test_a_stream_is_as_long_as_asked_and_says_what_it_is(sound):
    assert sound.samples == 360 * RATE
    assert sum(len(block) for block in sound.blocks()) == sound.samples
    assert repr(sound) == f"Stream: 0.1 h of sound at 16 kHz, {len(sound.events)} keywords"


def test_blocks_of_any_length_are_the_same_sound(sound):
    whole = sound.read(0, sound.samples)
    assert whole.dtype == np.int16
    for seconds in (7.3, 20, 1000):
        assert np.array_equal(np.concatenate(list(sound.blocks(seconds))), whole)
    assert np.array_equal(sound.read(319_000, 641_000), whole[319_000:641_000])
    assert len(sound.read(sound.samples - 5, sound.samples + 5)) == 5
    assert len(sound.read(100, 100)) == 0


def test_the_seed_decides(sound):
    again, other = (streams.stream(clips(), hours=0.1, seed=seed) for seed in (3, 4))
    assert again.events == sound.events != other.events
    assert np.array_equal(again.read(0, 500_000), sound.read(0, 500_000))
    assert not np.array_equal(other.read(0, 500_000), sound.read(0, 500_000))


def test_a_longer_stream_begins_like_a_shorter_one(sound):
    longer = streams.stream(clips(), hours=0.2, seed=3)
    assert longer.events[: len(sound.events)] == sound.events
    assert np.array_equal(longer.read(0, 700_000), sound.read(0, 700_000))


def test_events_are_where_the_words_are():
    hour = streams.stream(clips(), hours=1, seed=1)
    assert 60 <= len(hour.events) <= 120  # one or two a minute
    assert {event.word for event in hour.events} == {"yes", "no"}
    assert all(CLASSES[event.label] == event.word for event in hour.events)
    starts = [event.start for event in hour.events]
    assert starts == sorted(starts)
    for event in hour.events:
        assert 6_000 < event.end - event.start <= 6_000 + 6 * 160  # up to 30 ms at each end
    quiet = [event for event in hour.events if hour.kind(event.start) == "quiet"]
    assert len(quiet) > 5
    for event in quiet:
        before = hour.read(event.start - 8_000, event.start - 500).astype(float)
        word = hour.read(event.start, event.end).astype(float)
        assert word.std() > 5 * before.std()


def test_every_kind_of_scene_is_heard_and_none_too_loud():
    hour = streams.stream(clips(), hours=0.5, seed=2)
    middles = np.arange(90) * scenes.SAMPLES + scenes.SAMPLES // 2
    kinds = {hour.kind(middle): int(middle) for middle in middles}
    assert set(kinds) == set(scenes.KINDS)
    for middle in kinds.values():
        sound = hour.read(middle - 80_000, middle + 80_000)
        assert sound.any()
        assert (np.abs(sound.astype(int)) > 32_000).mean() < 0.01


def test_who_talks_is_silent_around_a_keyword():
    hour = streams.stream(clips(), hours=1, seed=5)
    talk = [event for event in hour.events if hour.kind(event.start) == "talk"]
    assert talk
    for event in talk:
        around = hour.read(event.start - 6_000, event.start - 500)
        assert around.std() < hour.read(event.start, event.end).std() / 4


def test_the_extent_of_a_word_is_that_of_its_sound():
    for length in (3_200, 8_000, 12_800):
        start, end = scenes.extent(clips(length=length).audio[0])
        assert 0 <= (RATE - length) / 2 - start <= 480
        assert 0 <= end - (RATE + length) / 2 <= 480
    assert scenes.extent(np.zeros(RATE, np.int16)) == (0, RATE)


@pytest.mark.parametrize(
    ("labels", "hours", "says"),
    [
        ((1, 1), 1, "no keywords"),
        ((0, YES), 1, "no unknown words"),
        ((1, YES), 0, "more than 0 hours"),
        ((1, YES), float("nan"), "more than 0 hours"),
    ],
)
def test_a_stream_that_cannot_be(labels, hours, says):
    with pytest.raises(ValueError, match=says):
        streams.stream(clips(labels), hours)


class Found(NamedTuple):
    seconds: float
    detected: int


#: "yes" from 1.0 s to 1.5 s, "no" from 10 s to 10.4 s.
SAID = (Event("yes", YES, 16_000, 24_000), Event("no", NO, 160_000, 166_400))


@pytest.mark.parametrize(
    ("found", "hits", "wrong"),
    [
        ([], 0, 0),
        ([(1.7, YES), (10.5, NO)], 2, 0),
        ([(0.99, YES)], 0, 1),  # before it is said
        ([(1.0, YES)], 1, 0),
        ([(2.25, YES)], 1, 0),  # just within the tolerance
        ([(2.26, YES)], 0, 1),
        ([(1.7, NO)], 0, 1),  # the wrong word
        ([(1.7, NO), (1.8, YES)], 1, 1),
        ([(1.7, YES), (2.0, YES)], 1, 1),  # an application would act twice
        ([(5.0, YES), (6.0, NO)], 0, 2),
    ],
)
def test_matching(found, hits, wrong):
    result = match([Found(*one) for one in found], SAID)
    assert len(result.hits) == hits and len(result.misses) == 2 - hits
    assert len(result.false_accepts) == wrong
    assert len(result.latencies) == hits


def test_latency_is_from_the_end_of_the_word():
    result = match([Found(1.25, YES), Found(10.9, NO)], SAID)
    np.testing.assert_allclose(result.latencies, [-0.25, 0.5])
    assert [event.word for event, _ in result.hits] == ["yes", "no"]


def test_the_tolerance_can_be_chosen():
    assert not match([Found(1.7, YES)], SAID, tolerance=0.1).hits
    assert match([Found(3.4, YES)], SAID, tolerance=2).hits


def test_two_words_alike_near_each_other_need_two_detections():
    twice = (Event("yes", YES, 16_000, 24_000), Event("yes", YES, 28_000, 36_000))
    assert len(match([Found(2.0, YES)], twice).misses) == 1
    assert len(match([Found(1.6, YES), Found(2.4, YES)], twice).hits) == 2


@pytest.mark.parametrize(
    ("events", "hours", "expected"),
    # tables of 95 % upper limits of a Poisson mean: 2.996, 4.744, 6.296, ..., 16.96
    [(0, 1, 2.996), (1, 1, 4.744), (2, 1, 6.296), (10, 1, 16.962), (0, 3, 0.9986), (10, 2, 8.481)],
)
def test_the_upper_bound_is_that_of_tables(events, hours, expected):
    assert upper_bound(events, hours) == pytest.approx(expected, rel=2e-4)


def scores(spoken, rows=400):
    """Scores of an inference every 10 hops: `spoken` is (row, class, probability) triples."""
    probabilities = np.zeros((rows, len(CLASSES)))
    for row, label, probability in spoken:
        probabilities[row : row + 3, label] = probability
    return np.clip(np.rint(probabilities * 256) - 128, -128, 127).astype(np.int8)


def test_all_of_it_with_a_spotter_of_tones():
    """Four tones in seven seconds; the spotter hears each, and one more nobody said it should."""
    said = [
        Event(CLASSES[label], label, round(start * RATE), round(start * RATE) + 8_000)
        for start, label in tones.WORDS
    ]
    rows = spotter.scores(tones.tflite(), [tones.stream()], 5)
    settings = spotter.Settings(5, refractory_hops=75)
    (point,) = curve(rows, said, 7 / 3600, [150], settings)
    assert (point.false_rejects, point.false_accepts_an_hour) == (0, 0)
    (point,) = curve(rows, said[:2] + said[3:], 7 / 3600, [150], settings)
    assert point.false_accepts_an_hour == pytest.approx(3600 / 7)


def test_a_curve_counted_by_hand():
    # Row i is complete at (512 + 320 * (48 + 10 i)) / 16,000 s: row 3 at 1.592 s, 47 at 10.392 s.
    # 30 s in, at rows 146 to 148, it takes noise for a "no" at 0.7.
    rows = scores([(2, YES, 0.9), (46, NO, 0.6), (146, NO, 0.7)])
    points = curve(rows, SAID, 0.5, [100, 150, 170, 200, 240])
    assert [point.false_rejects for point in points] == [0, 0, 0.5, 0.5, 1]
    assert [point.false_accepts_an_hour for point in points] == [2, 2, 2, 0, 0]
    assert points[3].at_most == pytest.approx(2.996 / 0.5, rel=1e-3)
    # Averaged over three, 0.9 passes 100 of 256 with the second row: 1.592 s - 1.5 s.
    assert points[2].latency == pytest.approx(1.792 - 1.5)
    assert np.isnan(points[4].latency)
    assert choose(points, 1) == points[3]
    assert choose(points, 5) == points[1]


def test_a_curve_goes_down_in_false_accepts_and_up_in_false_rejects():
    random = np.random.default_rng(0)
    said, spoken = [], []
    for place in range(40):
        row, label = 100 * place + 50, int(random.integers(2, 12))
        end = round(spotter.seconds(48 + 10 * row) * RATE)
        said.append(Event(CLASSES[label], label, end - 8_000, end))
        spoken.append((row, label, random.uniform(0.3, 1)))
        spoken.append((row + 40, int(random.integers(2, 12)), random.uniform(0, 0.8)))
    points = curve(scores(spoken, 4_050), said, 0.25, range(0, 256, 5))
    for before, after in itertools.pairwise(points[1:]):  # the first takes everything
        assert after.false_accepts_an_hour <= before.false_accepts_an_hour
        assert after.false_rejects >= before.false_rejects
    assert points[1].false_rejects == 0 and points[-1].false_rejects > 0.5


def test_a_curve_needs_keywords():
    with pytest.raises(ValueError, match="no false rejects"):
        curve(scores([]), (), 1, [100])


def test_a_choice_nobody_can_make():
    points = [Point(100, 0.1, 20.0, 30.0, 0.1), Point(200, 0.5, 4.0, 9.0, 0.1)]
    with pytest.raises(ValueError, match=r"the best gives 4\.0"):
        choose(points, 1)


def test_of_equal_points_the_one_with_fewer_false_accepts_is_chosen():
    points = [Point(100, 0.1, 0.8, 3, 0.1), Point(110, 0.1, 0.2, 2, 0.1), Point(120, 0.3, 0, 1, 0)]
    assert choose(points, 1).threshold == 110
