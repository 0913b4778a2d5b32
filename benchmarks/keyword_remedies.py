"""What two remedies against false accepts would buy a keyword spotter: a second look, and words.

    python benchmarks/keyword_remedies.py [--json] [--hours H]
                                          [--test DIR --held-out SHARE --model FILE --second FILE]

A second look: where the spotter would report a keyword, another model, which looks at the second
before, has to find that keyword there, too. Thresholds by word: each keyword has its own.

Both are given every advantage: their thresholds are the best that there are for the stream they are
tried on. What doesn't help then doesn't help at all. By word they are chosen on half of the people
besides, and tried on the others, beside one threshold that makes as many false accepts there.
"""

from fractions import Fraction
from pathlib import Path

import command
import numpy as np

from tinyml_helpers.applications.keywords import (
    c_spotter,
    clip_answers,
    spotter,
    stream_measures,
    streams,
    training,
)
from tinyml_helpers.applications.keywords.conditions import Conditions
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands, split_by_speaker
from tinyml_helpers.signals import FRAMES

RATES = (1, 5, 20)  # false accepts an hour
SEED, HALVES = 1, (2, 3)
AGREES = (32, 64, 96, 128, 160, 192, 224)  # of 255: how sure the second model has to be
THRESHOLDS = np.arange(30, 256, 3)


def main():
    options = command.parser(__doc__)
    options.add_argument("--hours", type=float, default=2, help="of each stream")
    options.add_argument("--test", metavar="DIR", help="clips to test on, as Speech Commands' are")
    options.add_argument(
        "--held-out",
        metavar="SHARE",
        type=lambda text: float(Fraction(text)),
        help="test on those people of DIR alone whom split_by_speaker(clips, SHARE) holds out",
    )
    options.add_argument("--model", metavar="FILE", help="a .tflite that keeps state")
    options.add_argument("--second", metavar="FILE", help="a .tflite that looks at a second")
    command.run(options, measured, as_text)


def measured(chosen):
    """All figures, a dict that JSON can hold."""
    if chosen.held_out is not None and chosen.test is None:
        raise ValueError("--held-out is a share of the people of --test DIR: give that, too")
    if chosen.test and not (chosen.model and chosen.second):
        raise ValueError("the bundled models know the people of --test DIR: give --model, --second")
    _, clips = speech()
    if chosen.test:
        clips = speech_commands(chosen.test, part="all")
        if chosen.held_out is not None:
            clips = split_by_speaker(clips, chosen.held_out)[1]
    model, second = (
        Path(file).read_bytes() if file else training.committed(name)
        for file, name in (
            (chosen.model, "synthetic_stateful"),
            (chosen.second, "synthetic_streams"),
        )
    )
    hours = 0.05 if chosen.quick else chosen.hours
    tried = Tried(model, clips, hours, SEED)
    halves = split_by_speaker(clips, 0.5)
    tables = [
        Tried(model, half, hours, seed).by_word() for half, seed in zip(halves, HALVES, strict=True)
    ]
    return {
        "hours": hours,
        "keywords": len(tried.sound.events),
        "one_threshold": tried.missed(tried.averages),
        "second_look": {agrees: tried.missed(tried.seen(second, agrees)) for agrees in AGREES},
        "by_word": at_best(*tried.by_word()),
        "carried": [carried(*tables), carried(*reversed(tables))],
    }


class Tried:
    """A model on a stream.

    Args:
        model: a .tflite.
        clips: `Clips` of people it doesn't know.
        hours, seed: of the stream.
    """

    def __init__(self, model, clips, hours, seed):
        self.sound = streams.stream(clips, hours, seed, Conditions(above=(10, 25)))
        self.settings = spotter.usual(model)
        self.first = spotter.first_hop(model)
        likely = spotter.scores(model, self.sound.blocks()).astype(int) + 128
        means = clip_answers.averaged(likely[np.newaxis], self.settings.average)[0]
        #: As the detector has them, int64 [k, classes], 0 to 255; so it needn't average again.
        self.averages = np.floor(means).astype(int)
        self.settings = self.settings._replace(average=1)

    def seen(self, second, agrees):
        """The averages where a second model is sure enough of the class, 0 elsewhere."""
        every = self.settings.hops_per_inference
        looks = spotter.scores(second, self.sound.blocks(), every).astype(int) + 128
        later = -(-(FRAMES - 1 - self.first) // every)  # a look is at what was heard, not later
        looks = np.pad(looks, [(later, 0), (0, 0)])[: len(self.averages)]
        return np.where(looks >= agrees, self.averages, 0)

    def missed(self, averages):
        """Shares of keywords missed at `RATES`, each at its best threshold; None: at none."""
        rows = (averages - 128).astype(np.int8)
        tried = stream_measures.trial(rows, self.sound, self.settings, THRESHOLDS, first=self.first)
        found = {rate: stream_measures.best(tried, rate) for rate in RATES}
        return {str(rate): result and round(result.missed, 3) for rate, result in found.items()}

    def by_word(self):
        """Missed keywords and false accepts of each word at each threshold, as if alone.

        Returns:
            Two int64 [words, thresholds], how many were said, and the hours.
        """
        words = range(c_spotter.FIRST_KEYWORD, self.averages.shape[1])
        missed, wrong = np.zeros((2, len(words), len(THRESHOLDS)), int)
        for row, word in enumerate(words):
            scores = np.full(self.averages.shape, -128, np.int8)
            scores[:, word] = self.averages[:, word] - 128
            said = [event for event in self.sound.events if event.label == word]
            for column, threshold in enumerate(THRESHOLDS.tolist()):
                settings = self.settings._replace(threshold=threshold)
                matched = streams.match(spotter.detect(scores, settings, self.first), said)
                missed[row, column] = len(matched.misses)
                wrong[row, column] = len(matched.false_accepts)
        return missed, wrong, len(self.sound.events), self.sound.hours


def cheapest(missed, wrong, most):
    """The column of each row with the least sum of `missed` whose sum of `wrong` is at most `most`.

    Returns:
        int64 [rows]; None if there are no such columns.
    """
    least = np.zeros(most + 1)  # missed by the rows so far that are wrong so often at most
    ways = []
    for row, accepts in zip(missed, wrong, strict=True):
        sums = np.full((len(row), most + 1), np.inf)
        for column in np.flatnonzero(accepts <= most):
            sums[column, accepts[column] :] = row[column] + least[: most + 1 - accepts[column]]
        ways.append(sums.argmin(axis=0))
        least = sums.min(axis=0)
    if np.isinf(least[most]):
        return None
    chosen = []
    for way, accepts in zip(reversed(ways), reversed(wrong), strict=True):
        chosen.append(way[most])
        most -= accepts[way[most]]
    return np.array(chosen[::-1])


def one_for_all(missed, wrong, most):
    """Least share of keywords missed with one threshold; args as for `cheapest`."""
    good = wrong.sum(axis=0) <= most
    return int(missed.sum(axis=0)[good].min()) if good.any() else None


def at_best(missed, wrong, said, hours):
    """Shares missed at `RATES` with thresholds by word, chosen for this very stream."""
    rows, shares = np.arange(len(missed)), {}
    for rate in RATES:
        way = cheapest(missed, wrong, int(rate * hours))
        shares[str(rate)] = None if way is None else round(float(missed[rows, way].sum()) / said, 3)
    return shares


def carried(chosen_on, tried_on):
    """Thresholds by word chosen on some people, tried on others.

    Args:
        chosen_on, tried_on: as `Tried.by_word` returns them.

    Returns:
        For each rate a dict: "false_accepts_an_hour" there, "missed", and what "one_threshold"
        would miss that makes as many; None if none could be chosen.
    """
    missed, wrong, said, hours = tried_on
    rows, made = np.arange(len(missed)), {}
    for rate in RATES:
        way = cheapest(*chosen_on[:2], int(rate * chosen_on[3]))
        if way is None:
            made[str(rate)] = None
            continue
        accepts = int(wrong[rows, way].sum())
        one = one_for_all(missed, wrong, accepts)
        made[str(rate)] = {
            "false_accepts_an_hour": round(accepts / hours, 1),
            "missed": round(float(missed[rows, way].sum()) / said, 3),
            "one_threshold": None if one is None else round(one / said, 3),
        }
    return made


def as_text(figures):
    """The figures as a str of many lines."""

    def line(title, shares):
        return f"  {title:34}" + "".join(f"{_percent(shares[str(rate)]):>8}" for rate in RATES)

    lines = [
        f"{figures['keywords']} keywords in {figures['hours']:g} h; missed at "
        f"{', '.join(map(str, RATES))} false accepts an hour, at the best thresholds:",
        line("one threshold", figures["one_threshold"]),
        *(
            line(f"a second look, surer than {agrees}", shares)
            for agrees, shares in figures["second_look"].items()
        ),
        line("a threshold for each word", figures["by_word"]),
        "thresholds by word chosen on half of the people, tried on the others:",
    ]
    for half in figures["carried"]:
        lines += [
            f"  for {rate:>2} an hour: there {one['false_accepts_an_hour']:g}, missed "
            f"{_percent(one['missed'])}; with one threshold and as many "
            f"{_percent(one['one_threshold'])}"
            for rate, one in half.items()
            if one
        ]
    return "\n".join(lines)


def _percent(share):
    return "-" if share is None else f"{share:.0%}"


if __name__ == "__main__":
    main()
