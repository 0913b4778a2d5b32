"""Checks for the lesson Keyword spotting."""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.keywords import quiz
from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.hints import near, refuse
from tinyml_helpers.checks.answers.kinds import ARRAY, NUMBER, PLACES, TEXT, function, several
from tinyml_helpers.checks.answers.words import shown

_WORDS = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
_ENOUGH = 4


@exercise(
    1,
    several(TEXT, len(quiz.SAID), f"a list of {len(quiz.SAID)} words, one for each clip"),
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
    right = [word if word in _WORDS else "other" for word, _ in quiz.SAID]
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
        if near(result, right):
            continue
        refuse(
            f"with {front_end:,} cycles a hop and {inference:,} an inference every {hops} hops, at "
            f"{clock / 1e6:.0f} MHz, you give {result:.4g}",
            result,
            {
                "the model doesn't run in every hop": (front_end + inference) * 50 / clock,
                "those are the cycles of one hop, of which a second has 50": right / 50,
                "the front end works, too": inference / hops * 50 / clock,
                "a hop is 20 ms: how many a second?": right * 20 / 50,
                "fewer runs are less work": (front_end + inference * hops) * 50 / clock,
                "a share, not percent: 1 is all of its time": 100 * right,
                "busy time through all time, not the other way round": 1 / right,
            },
            "how many cycles does a second of listening take?",
        )


@exercise(
    5,
    function(NUMBER),
    why="The spotter's ring holds ten hops: enough, even with the waits of flash. A ring one hop "
    "too small loses 20 ms five times a second, and no error says so",
)
def ring_hops(answer):
    """How many hops a ring must hold while the processor is busy."""
    for busy, hop in ((102, 20), (51.2, 20), (12, 20), (74.3, 10)):
        result, right = answer(busy, hop), math.ceil(busy / hop)
        if result == right:
            continue
        refuse(
            f"for a processor busy for {busy} ms, with hops of {hop} ms, you give {result:.4g}",
            result,
            {
                "of the last hop some samples are there already: they need a place": busy // hop,
                "samples lie in whole places: a part of a hop needs one, too": busy / hop,
                "the hop that the model works on has left the ring": right + 1,
                "how many hops come in that time, not how many ms are over": busy % hop,
            },
            "how many hops have come, or begun to come, when the model is done?",
        )


class _Point(NamedTuple):
    threshold: int
    false_rejects: float
    false_accepts_an_hour: float


_POINTS = (
    _Point(120, 0.02, 41.0), _Point(140, 0.04, 12.0), _Point(160, 0.05, 4.0),
    _Point(180, 0.09, 1.0), _Point(200, 0.16, 0.5), _Point(220, 0.30, 0.0),
)  # fmt: skip

#: The same thresholds on another hour, where the first one's best isn't the best.
_ELSEWHERE = (
    _Point(120, 0.03, 50.0), _Point(140, 0.05, 15.0), _Point(160, 0.08, 6.0),
    _Point(180, 0.12, 3.0), _Point(200, 0.21, 0.8), _Point(220, 0.35, 0.1),
)  # fmt: skip


@exercise(
    6,
    function(NUMBER),
    why="What may happen by mistake is given by the product (a lamp: now and then; a door: never). "
    "The threshold follows from it, and with it how often one has to say a word twice",
)
def threshold_for(answer):
    """The threshold with the fewest words missed among those with few enough false accepts."""
    for points in (_POINTS, _POINTS[::-1]):
        for most in (5, 1, 0.2):
            result = answer(points, most)
            if result == _best(points, most).threshold:
                continue
            thresholds = [one.threshold for one in points]
            if result not in thresholds:
                raise Wrong(f"{result:g} isn't one of the thresholds {thresholds}")
            chosen = points[thresholds.index(result)]
            allowed = chosen.false_accepts_an_hour <= most
            missed = f"misses {chosen.false_rejects:.0%} of the words; another one misses fewer"
            raise Wrong(
                f"with at most {most:g} false accepts an hour you choose {result:g}, which "
                + (missed if allowed else f"gives {chosen.false_accepts_an_hour:g}")
            )


@exercise(
    7,
    function(several(NUMBER, 2, "two numbers: false accepts an hour, and the share missed")),
    why="A threshold chosen on an hour fits that hour's accidents. What it does on another one is "
    "what a customer gets",
)
def on_another_hour(answer):
    """What the threshold chosen on one hour gives on another."""
    for others in (_ELSEWHERE, (*_ELSEWHERE[2:], *_ELSEWHERE[:2])):
        for most in (5, 1, 0.2):
            result = answer(_POINTS, others, most)
            here, there = _best(_POINTS, most), _best(_ELSEWHERE, most)
            (right,) = [one for one in others if one.threshold == here.threshold]
            if near(result, right[:0:-1]):
                continue
            refuse(
                f"with at most {most:g} false accepts an hour you give {shown(result)}",
                result,
                {
                    "that is the first hour: what does its threshold do in the other?": here[:0:-1],
                    "that threshold was chosen on the other hour: it flatters again": there[:0:-1],
                    "false accepts first, then the share missed": right[1:],
                    "that is the second hour's point at the same place in the list; look for the "
                    "same threshold": others[_POINTS.index(here)][:0:-1],
                },
                "choose on `points`, then look up the same threshold in `others`",
            )


def _best(points, most_an_hour):
    """Of the points with few enough false accepts the one that misses the fewest words."""
    allowed = [one for one in points if one.false_accepts_an_hour <= most_an_hour]
    return min(allowed, key=lambda one: one.false_rejects)


@exercise(
    8,
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
        refuse(
            f"for {rate:.3g} an hour you give {result:.4g} hours",
            result,
            {
                "at that rate so many hours pass without one in 37 of 100 cases": 1 / rate,
                "for rarer events one must listen longer, not shorter": 3 * rate,
            },
            "after h hours without a false accept the bound is 3/h: for which h is that the rate?",
        )


@exercise(
    9,
    function(NUMBER),
    why="With the guard closed, what is left is the microphone and a chip that waits: from there "
    "on a better model saves next to nothing",
)
def average_ma(answer):
    """The average current of a guarded spotter."""
    for mic, wait, work, busy, awake in ((0.65, 0.4, 3.3, 0.3, 0.1), (0.2, 0.5, 10.0, 0.5, 0.4)):
        result, share = answer(mic, wait, work, busy, awake), busy * awake
        right = mic + share * work + (1 - share) * wait
        if near(result, right):
            continue
        always = busy * work + (1 - busy) * wait
        awake_computes = awake * work + (1 - awake) * wait
        refuse(
            f"for a microphone of {mic} mA and a chip that takes {wait} mA waiting and {work} mA "
            f"computing, busy {busy:.0%} of the time it is awake, and awake {awake:.0%} of all "
            f"time, you give {result:.4g} mA",
            result,
            {
                "the microphone takes its share, too": right - mic,
                "while it doesn't compute, the chip waits, and that isn't free": mic + share * work,
                "while it computes, the chip doesn't wait": right + share * wait,
                "while the guard is closed the chip waits, too": mic + awake * always,
                "the microphone is never off": awake * (mic + always),
                "that is the spotter without a guard": mic + always,
                "even awake, the chip computes for a part of the time only": mic + awake_computes,
            },
            "what flows all the time, what while it computes, and what in the rest?",
        )
