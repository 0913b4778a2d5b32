"""Keyword spotting as its application meets it: an hour of sound, and now and then a keyword.

    sound = stream(test_clips, hours=1, seed=1)
    rows = spotter.scores(tflite_bytes, sound.blocks())
    points = curve(rows, sound.events, sound.hours, thresholds=range(100, 256, 5))
    print(choose(points, false_accepts_an_hour=1))

What counts there isn't the share of clips a model gets right. A keyword that isn't heard is a
*false reject*; a detection where nobody said the word is a *false accept*. The first are counted
per keyword, the second per hour. A threshold trades one for the other.

An hour is generated, not recorded: what is measured holds for sounds like these.
"""

import functools
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv

from tinyml_helpers.applications.keywords import scenes, spotter
from tinyml_helpers.signals import FRAMES, SAMPLE_RATE


class Event(NamedTuple):
    """A keyword in a stream.

    Attributes:
        word: what is said.
        label: its class.
        start, end: its first sample, and the one after its last.
        speaker: who says it; "" if that isn't known.
    """

    word: str
    label: int
    start: int
    end: int
    speaker: str = ""


class Stream:
    """A long labelled recording that is made piece by piece, whenever one is wanted.

    The same words, hours and seed give the same sound, however it is cut into blocks (on another
    computer a sample may be one step higher or lower). It is made of scenes of 20 seconds, each of
    one kind, `scenes.KINDS`; in half of them a keyword is said, 5 to 25 dB above what else sounds
    (a scene in which one person talks has no such figure: see `Conditions`, which changes all of
    this). The voices of the background say only words that aren't keywords.

    Attributes:
        hours: its length.
        samples: the same in samples, 16,000 a second.
        events: the keywords, a tuple of `Event` in order.
    """

    def __init__(self, words, hours, seed, conditions=None):
        self.hours = hours
        self.samples = round(hours * 3600 * SAMPLE_RATE)
        self._words, self._maker = words, scenes.Maker(words, seed, conditions)
        count = -(-self.samples // scenes.SAMPLES)
        said = (self._event(number) for number in range(count))
        self.events = tuple(event for event in said if event and event.end <= self.samples)
        self._scene = functools.lru_cache(maxsize=2)(self._maker.sound)

    def _event(self, number):
        """The Event of a scene, or None."""
        plan = self._maker.plan(number)
        if plan.clip is None:
            return None
        start = number * scenes.SAMPLES + plan.start
        label = int(self._words.labels[plan.clip])
        who = str(self._words.speakers[plan.clip])
        return Event(self._words.names[label], label, start, start + plan.length, who)

    def kind(self, sample):
        """What is heard around a sample, one of `scenes.KINDS`."""
        return self._maker.plan(sample // scenes.SAMPLES).kind

    def read(self, start, stop):
        """The samples from `start` up to `stop`, int16 [stop - start]; fewer past the end."""
        start, stop = max(start, 0), min(stop, self.samples)
        pieces = [np.zeros(0, np.int16)]
        while start < stop:
            number, offset = divmod(start, scenes.SAMPLES)
            pieces.append(self._scene(number)[offset : offset + stop - start])
            start += len(pieces[-1])
        return np.concatenate(pieces)

    def blocks(self, seconds=60):
        """All of it in order: int16 arrays of `seconds` each, the last one maybe shorter."""
        size = round(seconds * SAMPLE_RATE)
        for start in range(0, self.samples, size):
            yield self.read(start, start + size)

    def __repr__(self):
        return f"Stream: {self.hours:g} h of sound at 16 kHz, {len(self.events)} keywords"


def stream(words, hours=1, seed=0, conditions=None):
    """Make a labelled stream.

    Args:
        words: a `datasets.sounds.speech.Clips` of voices the model wasn't trained on. Keywords are
            its classes but the first two, each as likely as the next, each clip as it is; speech
            in the background is made of its "_unknown_" clips, a little faster or slower.
        hours: its length, a number above 0.
        seed: an int, 0 or more.
        conditions: a `conditions.Conditions`; the usual ones, as `Stream` says, if None.

    Returns:
        A `Stream`.

    Raises:
        ValueError: there are no keywords or no unknown words among the clips, or `hours` or the
            conditions are wrong.
    """
    if not hours > 0:
        raise ValueError(f"a stream lasts more than 0 hours, not {hours}")
    return Stream(words, hours, seed, conditions)


class Match(NamedTuple):
    """What a spotter made of a stream.

    Attributes:
        hits: a list of pairs, the Event and the detection of it.
        misses: the Events nobody noticed, a list: the false rejects.
        false_accepts: the detections that are none of a keyword, a list.
        latencies: seconds from the end of each word of `hits` to its detection, float64 [hits].
    """

    hits: list
    misses: list
    false_accepts: list
    latencies: np.ndarray


def match(detections, events, tolerance=0.75):
    """Compare what was detected with what was said.

    A detection is right if it is of the class of an event and comes after its start and at most
    `tolerance` seconds after its end, and if it is the first to do so. Every other one is a false
    accept: a wrong word, but also the second detection of a word, since an application acts twice.

    Args:
        detections: `spotter.Detection`s in order of time (or others with fields `detected`, the
            class, and `seconds`).
        events: a sequence of `Event`.
        tolerance: in seconds.

    Returns:
        A `Match`.
    """
    waiting = {}
    for event in events:
        waiting.setdefault(event.label, []).append(event)
    pairs, wrong = [], []
    for found in detections:
        said = [
            event
            for event in waiting.get(found.detected, ())
            if event.start <= found.seconds * SAMPLE_RATE <= event.end + tolerance * SAMPLE_RATE
        ]
        if said:
            waiting[found.detected].remove(said[0])
            pairs.append((said[0], found))
        else:
            wrong.append(found)
    missed = sorted((event for left in waiting.values() for event in left), key=lambda e: e.start)
    late = [found.seconds - event.end / SAMPLE_RATE for event, found in pairs]
    return Match(pairs, missed, wrong, np.array(late, np.float64))


def upper_bound(events, hours):
    """How often an hour something may really happen that was seen `events` times in `hours`.

    The upper end of the one-sided 95 % confidence interval of a Poisson rate: the 95 % quantile
    of a gamma distribution of shape events + 1, per hour (F. Garwood, Biometrika 28, 1936). Of
    nothing seen it gives 3.0 / hours, the *rule of three* (J. A. Hanley and
    A. Lippman-Hand, JAMA 249, 1983). It takes the events for independent. The same few voices
    speak all through a stream, so the truth is less certain than that.
    """
    return float(gammaincinv(events + 1, 0.95) / hours)


class Point(NamedTuple):
    """One threshold and what it gives.

    Attributes:
        threshold: of the smoothed score, 0 to 255.
        false_rejects: share of the keywords that weren't heard, 0 to 1.
        false_accepts_an_hour: detections that are wrong, an hour.
        at_most: of those, the upper end of the 95 % confidence interval, `upper_bound`.
        latency: median of seconds from a word's end to its detection; nan if none was heard.
    """

    threshold: int
    false_rejects: float
    false_accepts_an_hour: float
    at_most: float
    latency: float


def curve(
    scores,
    events,
    hours,
    thresholds,
    settings=None,
    tolerance=0.75,
    first=FRAMES - 1,
):
    """False rejects and false accepts at each threshold.

    Args:
        scores: int8 [k, classes], of `spotter.scores` for all of a stream.
        events, hours: of the stream.
        thresholds: ints, 0 to 255.
        settings: `spotter.Settings` for all but the threshold; the usual ones if None.
        tolerance: as `match`.
        first: as `spotter.detect`.

    Returns:
        A list of `Point`, one for each threshold, in that order.

    Raises:
        ValueError: there are no events.
    """
    if not events:
        raise ValueError("a stream without keywords has no false rejects; make it longer")
    settings = settings or spotter.Settings()
    points = []
    for threshold in thresholds:
        found = spotter.detect(scores, settings._replace(threshold=int(threshold)), first)
        points.append(point(threshold, match(found, events, tolerance), hours))
    return points


def point(threshold, matched, hours):
    """The `Point` of a `Match` over so many hours."""
    words, wrong = len(matched.hits) + len(matched.misses), len(matched.false_accepts)
    late = float(np.median(matched.latencies)) if len(matched.latencies) else float("nan")
    missed = len(matched.misses) / words
    return Point(int(threshold), missed, wrong / hours, upper_bound(wrong, hours), late)


def choose(points, false_accepts_an_hour):
    """The threshold that hears most among those wrong rarely enough.

    Args:
        points: from `curve`.
        false_accepts_an_hour: how many the application bears.

    Returns:
        A `Point`: the one of least false rejects; of several alike, that of the fewest false
        accepts; of these, the highest threshold. On the stream it was chosen on it flatters: try
        it on one of another seed.

    Raises:
        ValueError: no threshold is good enough.
    """
    good = [one for one in points if one.false_accepts_an_hour <= false_accepts_an_hour]
    if not good:
        least = min(one.false_accepts_an_hour for one in points)
        raise ValueError(
            f"no threshold gives {false_accepts_an_hour:g} false accepts an hour or fewer; "
            f"the best gives {least:.1f}: try higher thresholds, or a better model"
        )
    return min(good, key=lambda one: (one.false_rejects, one.false_accepts_an_hour, -one.threshold))
