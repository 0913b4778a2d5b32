"""Streams made under conditions: what is asked for is measured in the sound."""

import hashlib
import itertools

import numpy as np
import pytest

from tinyml_helpers.applications.keywords import rooms, scenes, streams
from tinyml_helpers.applications.keywords.conditions import KINDS, NOISES, Conditions
from tinyml_helpers.datasets.sounds.speech import CLASSES, Clips

RATE = 16_000
YES, NO = 2, 3
#: "a" and "b" say keywords and several other words, "c" a keyword and one other, "d" a keyword.
SAID = [(YES, "a"), (NO, "b"), (YES, "c"), (NO, "d"), (1, "c")]
SAID += [(1, who) for who in "ab" for _ in range(5)]
NEAR = [(kind, "near") for kind in ("white", "pink", "fan", "hum", "music", "babble")]


def clips():
    """Words that are noise of some length, in the middle of faint noise."""
    random = np.random.default_rng(0)
    audio = random.normal(0, 20, (len(SAID), RATE))
    for number, clip in enumerate(audio):
        length = 4_000 + 400 * number
        start = (RATE - length) // 2
        clip[start : start + length] += random.normal(0, 3000, length)
    labels = np.array([label for label, _ in SAID])
    words = np.array([CLASSES[label] if label > 1 else "bird" for label in labels])
    return Clips(audio.astype(np.int16), labels, words, np.array([who for _, who in SAID]))


def stream(hours=0.2, seed=1, **fields):
    return streams.stream(clips(), hours, seed, Conditions(**fields))


def decibels(sound):
    return 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)))


def words(sound, distance="near"):
    """What is said alone, event by event: the same seed's stream with all else 100 dB below it."""
    alone = stream(sound.hours, kinds={"noise": 1}, above=100, distance=distance)
    assert [(e.start, e.end) for e in alone.events] == [(e.start, e.end) for e in sound.events]
    return [alone.read(event.start, event.end).astype(float) for event in alone.events]


def test_without_conditions_a_stream_is_what_it_was():
    """The lesson's outputs, and thresholds chosen by it, are of this very sound."""
    sound = streams.stream(clips(), 0.1, 3)
    levels = np.rint([decibels(sound.read(at, at + 80_000)) for at in range(0, 5_760_000, 80_000)])
    told = repr([event[:4] for event in sound.events]), levels.astype(int).tolist()
    assert hashlib.sha256(repr(told).encode()).hexdigest().startswith("b7ff591b49f99df0")


def test_an_event_says_who_spoke():
    sound = streams.stream(clips(), 1, 3)
    assert {(event.word, event.speaker) for event in sound.events} == {
        ("yes", "a"), ("no", "b"), ("yes", "c"), ("no", "d"),
    }  # fmt: skip


@pytest.mark.parametrize("above", [0, 10, 20])
@pytest.mark.parametrize(("kind", "distance"), [*NEAR, ("white", "far"), ("babble", "far")])
def test_a_keyword_is_as_far_above_what_else_sounds_as_asked(kind, distance, above):
    what = {"kinds": {kind: 1}} if kind in KINDS else {"kinds": {"noise": 1}, "noises": (kind,)}
    sound = stream(0.1, above=above, distance=distance, **what)
    found = []
    for event, word in zip(sound.events, words(sound, distance), strict=True):
        rest = sound.read(event.start, event.end) - word
        found.append(decibels(word) - decibels(rest))
    assert len(found) > 5
    np.testing.assert_allclose(found, above, atol=1)


def test_between_knocks_the_noise_is_at_most_6_db_louder_than_all_told():
    sound = stream(0.5, kinds={"noise": 1}, noises=("clicks", "tap"), above=10)
    between = 0
    for event, word in zip(sound.events, words(sound), strict=True):
        start = event.start // scenes.SAMPLES * scenes.SAMPLES
        others = sound.read(start, event.start), sound.read(event.end, start + scenes.SAMPLES)
        whole = decibels(word) - decibels(np.concatenate(others))
        while_said = decibels(word) - decibels(sound.read(event.start, event.end) - word)
        assert whole > 10 - 6 - 1
        assert while_said > 9
        between += while_said > 11
    assert between


def test_a_range_is_drawn_from():
    maker = scenes.Maker(clips(), 1, Conditions(above=(3, 4)))
    above = [maker.plan(number).above for number in range(100)]
    assert 3 <= min(above) < 3.2 and 3.8 < max(above) <= 4


def test_kinds_are_as_frequent_as_asked():
    sound = stream(5, kinds={"music": 3, "quiet": 1})
    kinds = [sound.kind(number * scenes.SAMPLES) for number in range(900)]
    assert set(kinds) == {"music", "quiet"}
    assert 0.7 < np.mean([kind == "music" for kind in kinds]) < 0.8


@pytest.mark.parametrize("share", [0, 0.25, 1])
def test_keywords_are_as_frequent_as_asked(share):
    assert len(stream(5, keyword_share=share).events) / 900 == pytest.approx(share, abs=0.05)


def test_who_has_more_clips_does_not_talk_more_than_they_are_worth():
    """One person has five low words, and 45 others a high one each: a tenth of the talk is low."""
    said = [(YES, "a")] + [(1, "a")] * 5 + [(1, f"b{number}") for number in range(45)]
    labels, who = np.array([label for label, _ in said]), np.array([one for _, one in said])
    time = np.arange(RATE)
    audio = [3000 * np.sin(time * (0.2 if one == "a" else 1.0)) for one in who]
    words = Clips(np.array(audio, np.int16), labels, np.array(CLASSES)[labels], who)
    conditions = Conditions({"talk": 1}, keyword_share=0)
    sound = streams.stream(words, 0.2, 1, conditions)
    power = np.abs(np.fft.rfft(sound.read(0, sound.samples).astype(float))) ** 2
    low = np.arange(len(power)) < 0.5 / np.pi * len(power)
    assert power[low].sum() / power.sum() == pytest.approx(0.1, abs=0.05)


def test_each_noise_sounds_when_it_is_asked_for():
    """Their spectra differ: what is asked for is what most of the power is in."""
    bands = {"white": (4_000, 8_000), "brown": (0, 400), "pink": (0, 2_000)}
    for noise, (low, high) in bands.items():
        sound = stream(0.01, kinds={"noise": 1}, noises=(noise,), above=-30)
        power = np.abs(np.fft.rfft(sound.read(0, sound.samples).astype(float))) ** 2
        hertz = np.fft.rfftfreq(sound.samples, 1 / RATE)
        assert power[(low <= hertz) & (hertz < high)].sum() > 0.45 * power.sum()
    assert "babble" not in NOISES and len(NOISES) >= 7


def reverberation_time(energy, steps_a_second):
    """RT60 by M. R. Schroeder's backward integration (1965): from 5 to 25 dB below the start."""
    left = 10 * np.log10(np.cumsum(energy[::-1])[::-1] / np.sum(energy))
    inside = np.flatnonzero((left < -5) & (left > -25))
    slope = np.polyfit(inside / steps_a_second, left[inside], 1)[0]
    return -60 / slope


@pytest.mark.parametrize("rt60", [0.3, 0.5, 0.7])
def test_a_room_rings_as_long_as_asked(rt60):
    for seed in range(5):
        random = np.random.default_rng(seed)
        heard = rooms.impulse_response(rt60, -3, random)
        assert len(heard) == round(rt60 * RATE)
        # What comes straight would hide how the rest begins to fall.
        found = reverberation_time(np.square(heard[32:], dtype=float), RATE)
        assert found == pytest.approx(rt60, rel=0.2)


@pytest.mark.parametrize("direct", [-6, 0])
def test_a_room_answers_as_loudly_as_asked(direct):
    ratios = []
    for seed in range(20):
        heard = rooms.impulse_response(0.5, direct, np.random.default_rng(seed))
        straight, rest = (np.sum(np.square(part, dtype=float)) for part in np.split(heard, [32]))
        ratios.append(10 * np.log10(straight / rest))
        assert 0.5 < straight + rest < 1  # the low-pass takes some
    np.testing.assert_allclose(ratios, direct, atol=1)


def test_distance_takes_high_tones():
    heard = rooms.impulse_response(0.5, 0, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(heard)) ** 2
    assert power[-800:].mean() < 0.6 * power[:800].mean()


def test_a_far_keyword_rings_on_and_a_near_one_stops():
    """In the stream itself: energy after a word's end falls by 60 dB in 0.3 to 0.7 s."""
    for distance in ("near", "far"):
        sound = stream(0.2, kinds={"noise": 1}, above=100, distance=distance)
        decays = []
        for event in sound.events:
            after = sound.read(event.end, event.end + 4_800).astype(float)
            energy = np.mean(after.reshape(30, 160) ** 2, axis=1)
            decays.append(energy / np.mean(sound.read(event.start, event.end).astype(float) ** 2))
        assert len(decays) > 10
        decay = 10 * np.log10(np.maximum(np.mean(decays, axis=0), 1e-9))
        if distance == "near":
            assert decay[0] < -35
        else:
            assert 60 * 0.2 / 0.7 - 3 < decay[0] - decay[20] < 60 * 0.2 / 0.3 + 3


def test_far_keywords_are_as_loud_as_near_ones():
    near, far = (stream(kinds={"quiet": 1}, distance=distance) for distance in ("near", "far"))
    assert near.events == far.events
    for event in near.events:
        level = [decibels(sound.read(event.start, event.end)) for sound in (near, far)]
        assert level[0] == pytest.approx(level[1], abs=0.5)


def test_every_scene_is_in_another_room():
    click = np.zeros(16_000, np.float32)
    click[0] = 1
    heard = [rooms.far(click, [1, number], place) for number in (0, 1) for place in (0, 1)]
    times = [reverberation_time(np.square(one[32:], dtype=float), RATE) for one in heard]
    assert times[0] == pytest.approx(times[1], rel=0.2)
    assert times[2] == pytest.approx(times[3], rel=0.2)
    assert abs(times[0] - times[2]) > 0.05
    assert not np.allclose(heard[0], heard[1])
    assert np.array_equal(heard[0], rooms.far(click, [1, 0], 0))


def extents(words, plan):
    """(clip, start, end) of all that the keyword's voice says, in the order of time."""
    said = sorted([(plan.start, plan.clip), *((at, clip) for clip, at in plan.beside)])
    spans = [(clip, at, np.subtract(*scenes.extent(words.audio[clip])[::-1])) for at, clip in said]
    return [(clip, at, at + int(length)) for clip, at, length in spans]


def test_a_sentence_is_said_by_one_person_without_keywords_and_close_together():
    words = clips()
    maker = scenes.Maker(words, 1, Conditions(in_sentence=True))
    plans = [plan for plan in map(maker.plan, range(300)) if plan.clip is not None]
    lengths = set()
    for plan in plans:
        said = extents(words, plan)
        pauses = [b[1] - a[2] for a, b in itertools.pairwise(said)]
        assert all(480 <= pause <= 1920 for pause in pauses)
        place = [clip for clip, _, _ in said].index(plan.clip)
        assert 1 <= place <= 2 and 1 <= len(said) - 1 - place <= 2
        assert said[0][1] >= 0 and said[-1][2] <= scenes.SAMPLES
        others = [clip for clip, _ in plan.beside]
        assert (words.labels[others] == 1).all()
        (who,) = set(words.speakers[others])
        if words.speakers[plan.clip] == "d":  # who says no other words
            assert who in ("a", "b", "c")
        else:
            assert who == words.speakers[plan.clip]
        if who != "c":  # who says but one, again and again
            assert len(set(others)) == len(others)
        lengths.add((place, len(said)))
    assert len(lengths) == 4


def test_a_sentence_is_heard_where_it_is_planned():
    words, conditions = clips(), Conditions({"quiet": 1}, in_sentence=True)
    maker = scenes.Maker(words, 1, conditions)
    sound = streams.stream(words, 0.2, 1, conditions)
    events = iter(sound.events)
    for number in range(36):
        plan = maker.plan(number)
        if plan.clip is None:
            continue
        event = next(events)
        assert event.start == number * scenes.SAMPLES + plan.start
        level = decibels(sound.read(event.start, event.end))
        said = extents(words, plan)
        for _, start, end in said:
            at = number * scenes.SAMPLES
            assert decibels(sound.read(at + start, at + end)) == pytest.approx(level, abs=1)
        before = sound.read(number * scenes.SAMPLES + said[0][1] - 4_000, event.start)[:3_500]
        assert decibels(before) < level - 8


def test_who_talks_is_silent_around_a_whole_sentence():
    words, conditions = clips(), Conditions({"talk": 1}, in_sentence=True)
    maker = scenes.Maker(words, 1, conditions)
    for number in range(12):
        plan = maker.plan(number)
        if plan.clip is not None:
            said, sound = extents(words, plan), maker.sound(number)
            level = decibels(sound[plan.start : plan.start + plan.length])
            for quiet in (
                sound[max(said[0][1] - 7_500, 0) : said[0][1]],
                sound[said[-1][2] : said[-1][2] + 7_500],
            ):
                assert not len(quiet) or decibels(quiet) < level - 8


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kinds": {"party": 1}}, "no kind of scene 'party': there are quiet, noise"),
        ({"kinds": {}}, "at least one kind of scene of quiet"),
        ({"kinds": {"quiet": 0}}, "not all 0"),
        ({"kinds": {"quiet": -1, "talk": 2}}, "from 0 up"),
        ({"noises": ("babble",)}, "no noise 'babble'"),
        ({"noises": ()}, "at least one noise"),
        ({"above": float("nan")}, "a number of dB"),
        ({"above": (20, 10)}, r"range \(low, high\)"),
        ({"above": (1, 2, 3)}, r"range \(low, high\)"),
        ({"distance": "next door"}, "there are near, far"),
        ({"keyword_share": 1.5}, "from 0 to 1"),
    ],
)
def test_conditions_that_cannot_be(fields, says):
    with pytest.raises(ValueError, match=says):
        stream(**fields)


def test_what_a_stream_is_made_of_is_what_there_is():
    assert Conditions().kinds == KINDS == scenes.KINDS
    assert Conditions(above=7).above_range == (7, 7)
