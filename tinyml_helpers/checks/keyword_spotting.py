"""Checks for the lesson Keyword spotting."""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import (
    ARRAY,
    NUMBER,
    PLACES,
    TEXT,
    function,
    several,
)
from tinyml_helpers.checks.answers.words import shown

_WORDS = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
#: What is said in the quiz, and how much louder than the noise (dB).
_QUIZ = (("left", 25), ("four", 15), ("go", 10), ("off", 15), ("bird", 10))
_ENOUGH = 4


def quiz_clips(clips):
    """The clips that `heard` asks about, with noise.

    Args:
        clips: the test part of `datasets.speech`.

    Returns:
        A list of five int16 arrays [16000].
    """
    random = np.random.default_rng(5)
    chosen = []
    for word, decibels in _QUIZ:
        said = clips.audio[np.flatnonzero(clips.words == word)[0]].astype(float)
        noise = random.normal(0, said.std() / 10 ** (decibels / 20), len(said))
        chosen.append(np.clip(np.rint(said + noise), -32768, 32767).astype(np.int16))
    return chosen


@exercise(
    1,
    several(TEXT, len(_QUIZ), f"a list of {len(_QUIZ)} words, one for each clip"),
    why="Nobody does it by looking at samples: your ear took the sound apart into frequencies "
    "first. So will the model",
)
def heard(answer):
    """Which of the ten words, or "other", is said in each of five clips."""
    given = [word.strip().lower() for word in answer]
    strange = [word for word in given if word not in (*_WORDS, "other")]
    if strange:
        word = shown(strange[0])
        raise Wrong(f"{word} is none of the ten words; for any other word write 'other'")
    right = [word if word in _WORDS else "other" for word, _ in _QUIZ]
    good = [mine == real for mine, real in zip(given, right, strict=True)]
    if sum(good) < _ENOUGH:
        first = good.index(False) + 1
        raise Wrong(
            f"{sum(good)} of {len(good)} are as they were said, {_ENOUGH} are asked for; listen "
            f"to clip {first} again"
        )


@exercise(
    2,
    function(ARRAY),
    why="Forty such sums turn 257 frequencies into what the ear tells apart, and a model of a few "
    "kilobytes can use",
)
def triangle(answer):
    """Heights of a triangle at given frequencies."""
    for left, centre, right in ((0, 40, 80), (100, 200, 400), (31.25, 187.5, 218.75)):
        hz = np.arange(0, 500, 7.8125)
        given = answer(hz, left, centre, right).astype(float)
        if given.shape != hz.shape:
            raise Wrong(
                f"for {len(hz)} frequencies it should return {len(hz)} heights, and it returns "
                f"an array of shape {given.shape}"
            )
        wanted = np.interp(hz, [left, centre, right], [0, 1, 0], left=0, right=0)
        if np.allclose(given, wanted, atol=1e-6):
            continue
        edges = f"the triangle from {left:g} over {centre:g} to {right:g} Hz"
        outside = (hz <= left) | (hz >= right)
        if given[outside].min() < -1e-6:
            raise Wrong(f"{edges} is negative outside: there it should be 0")
        if not np.allclose(given[outside], 0, atol=1e-6):
            raise Wrong(f"{edges} isn't 0 outside")
        if given.max() > 1 + 1e-6:
            raise Wrong(f"{edges} is {given.max():.2f} high somewhere; its top is 1")
        rises = (hz > left) & (hz <= centre)
        side = "falling" if np.allclose(given[rises], wanted[rises], atol=1e-6) else "rising"
        raise Wrong(f"the {side} side of {edges} isn't the straight line it should be")


@exercise(
    3,
    function(PLACES),
    why="A word stays in the window for a whole second and is met again and again. Without this "
    "rule one 'go' is five",
)
def reports(answer):
    """Where a keyword is reported, with a threshold and a refractory time."""
    cases = (
        ([0, 90, 200, 210, 190, 30, 0], 180, 4, "one word, one report"),
        ([0, 180, 0, 0, 0], 180, 2, "an average that just reaches the threshold counts"),
        ([200, 0, 0, 200, 0, 0, 200], 180, 3, "after the refractory time there may be another"),
        ([200] * 7, 180, 3, "the refractory time counts from the last *report*"),
        ([200, 10, 200, 10], 180, 1, "with a refractory time of 1, the very next may report"),
        ([10, 20], 180, 3, "nothing reaches the threshold"),
    )
    for averages, threshold, refractory, hint in cases:
        got = answer(averages, threshold, refractory)
        wanted = _reported(averages, threshold, refractory)
        if got != wanted:
            raise Wrong(
                f"of the averages {averages}, with threshold {threshold} and refractory time "
                f"{refractory}, you report {shown(got)}. Hint: {hint}"
            )


def _reported(averages, threshold, refractory):
    """The places of the reports."""
    places = []
    for place, average in enumerate(averages):
        if average >= threshold and (not places or place - places[-1] >= refractory):
            places.append(place)
    return places


@exercise(
    4,
    function(NUMBER),
    why="Under 1 it keeps up, and what is left is time asleep, or for a larger model. From 1 on it "
    "falls behind, a little more with every second",
)
def load(answer):
    """The share of its time a processor is busy listening."""
    for front_end, inference, hops, clock in (
        (60_000, 5_000_000, 10, 64_000_000),
        (90_000, 18_000_000, 10, 133_000_000),
        (60_000, 5_000_000, 4, 64_000_000),
    ):
        result = answer(front_end, inference, hops, clock)
        right = (front_end + inference / hops) * 50 / clock
        if math.isclose(result, right, rel_tol=1e-3):
            continue
        ways = (
            ((front_end + inference) * 50 / clock, "the model doesn't run in every hop"),
            (right / 50, "those are the cycles of one hop, of which a second has 50"),
            (inference / hops * 50 / clock, "the front end works, too"),
            (right * 20 / 50, "a hop is 20 ms: how many a second?"),
            (
                (front_end + inference * hops) * 50 / clock,
                "fewer runs are less work",
            ),
            (100 * right, "a share, not percent: 1 is all of its time"),
            (1 / right, "busy time through all time, not the other way round"),
        )
        hints = [hint for value, hint in ways if math.isclose(result, value, rel_tol=1e-3)]
        hint = hints[0] if hints else "how many cycles does a second of listening take?"
        raise Wrong(
            f"with {front_end:,} cycles a hop and {inference:,} an inference every {hops} hops, at "
            f"{clock / 1e6:.0f} MHz, you give {result:.4g}. Hint: {hint}"
        )


class _Point(NamedTuple):
    threshold: int
    false_rejects: float
    false_accepts_an_hour: float


_POINTS = tuple(
    _Point(*one)
    for one in (
        (120, 0.02, 41.0),
        (140, 0.04, 12.0),
        (160, 0.05, 4.0),
        (180, 0.09, 1.0),
        (200, 0.16, 0.5),
        (220, 0.30, 0.0),
    )
)


@exercise(
    5,
    function(NUMBER),
    why="What may happen by mistake is given by the product (a lamp: now and then; a door: never). "
    "The threshold follows from it, and with it how often one has to say a word twice",
)
def threshold_for(answer):
    """The threshold with the fewest words missed among those with few enough false accepts."""
    for points in (_POINTS, _POINTS[::-1]):
        for most in (5, 1, 0.2):
            result = answer(points, most)
            allowed = [one for one in points if one.false_accepts_an_hour <= most]
            wanted = min(allowed, key=lambda one: one.false_rejects).threshold
            if result == wanted:
                continue
            thresholds = [one.threshold for one in points]
            if result not in thresholds:
                raise Wrong(f"{result:g} isn't one of the thresholds {thresholds}")
            chosen = points[thresholds.index(result)]
            if chosen not in allowed:
                raise Wrong(
                    f"with at most {most:g} false accepts an hour you choose {result:g}, which "
                    f"gives {chosen.false_accepts_an_hour:g}"
                )
            raise Wrong(
                f"with at most {most:g} false accepts an hour you choose {result:g}, which misses "
                f"{100 * chosen.false_rejects:.0f}% of the words; another one misses fewer"
            )


@exercise(
    6,
    function(NUMBER),
    why="Who claims one false alarm a month must have listened for months. It is why such claims "
    "are made with recordings of thousands of hours",
)
def hours_needed(answer):
    """Hours without a false accept that show, at 95 %, that there are fewer than so many."""
    for rate in (1, 1 / 24, 0.5):
        result = answer(rate)
        if math.isclose(result, 3 / rate, rel_tol=0.01):
            continue
        if math.isclose(result, 1 / rate, rel_tol=0.01):
            raise Wrong(
                f"with a rate of {rate:.3g} an hour, {result:g} hours pass without one in 37 of "
                "100 cases: that shows little"
            )
        if math.isclose(result, 3 * rate, rel_tol=0.01):
            raise Wrong("for rarer events one must listen longer, not shorter")
        raise Wrong(
            f"for {rate:.3g} an hour you give {result:.4g} hours; after h hours without a false "
            "accept the bound is 3/h: for which h is that the rate?"
        )
