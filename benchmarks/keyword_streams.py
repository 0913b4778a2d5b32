"""Keywords in a stream, by people never heard: misses, wrong ones and delay, by condition.

    python benchmarks/keyword_streams.py [--json] [--test DIR] [--hours H] [--model FILE]
                                         [--held-out SHARE] [--hops N] [--average N]

Measures the models of `data/keywords`, or the .tflite of --model, on synthetic voices held out and,
with --test, on a folder of clips in one of Speech Commands' layouts; nobody a model was trained on
is in its test if that leaves ten people. One threshold is chosen on a mixed stream and used under
every condition; beside it stands the best that each condition would allow. As a threshold chosen
on the people it is tested on flatters, it is also chosen on half of them and tried on the rest.
"""

from fractions import Fraction
from pathlib import Path

import command
import numpy as np
from keyword_streams_text import as_text

from tinyml_helpers.applications.keywords import spotter, stream_measures, streams, training
from tinyml_helpers.applications.keywords.conditions import BEHIND, KINDS, NOISES, Conditions
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands, split_by_speaker

MODELS = training.MODELS
VOICES, PEOPLE = "synthetic voices held out", "real people"
MIXED = "mixed, 10 to 25 dB"
#: False accepts an hour that thresholds are chosen for; the first is that of the one threshold.
RATES = (1, 5)
#: Of streams. All conditions have the first, so that they share their words.
SEED, HALVES = 1, (2, 3)
LEAST_STRANGERS = 10
#: What --quick measures beside the mixed stream.
QUICK = ("noise, music, babble 0 dB", "mixed, both")


def main():
    options = command.parser(__doc__)
    options.add_argument("--test", metavar="DIR", help="clips to test on, as Speech Commands' are")
    options.add_argument("--hours", type=float, default=2, help="of the mixed stream")
    options.add_argument("--model", metavar="FILE", help="a .tflite instead of the bundled models")
    options.add_argument(
        "--held-out",
        metavar="SHARE",
        type=lambda text: float(Fraction(text)),
        help="test on those people of DIR alone whom split_by_speaker(clips, SHARE) holds out",
    )
    options.add_argument("--hops", type=int, help="an inference; else what is usual for a model")
    options.add_argument("--average", type=int, help="scores averaged; else what is usual")
    command.run(options, measured, as_text)


def measured(chosen):
    """All figures, a dict that JSON can hold."""
    if chosen.held_out is not None and chosen.test is None:
        raise ValueError("--held-out is a share of the people of --test DIR: give that, too")
    _, voices = speech()
    sets, says = {VOICES: voices}, []
    if chosen.test is None:
        says.append("nothing was tested on real people: add --test DIR")
    else:
        people = speech_commands(chosen.test, part="all")
        share = chosen.held_out
        sets[PEOPLE] = people if share is None else split_by_speaker(people, share)[1]
    models = {name: (training.committed(name), training.speakers(name)) for name in MODELS}
    if chosen.model:
        says.append(f"{chosen.model}: whom it was trained on isn't known; --held-out says whom not")
        models = {chosen.model: (Path(chosen.model).read_bytes(), frozenset())}
    given = {"hops_per_inference": chosen.hops, "average": chosen.average}
    given = {name: value for name, value in given.items() if value is not None}
    hours, only = (min(chosen.hours, 0.05), QUICK) if chosen.quick else (chosen.hours, None)
    tables = [
        table(name, *model, title, clips, hours, says, given, only)
        for title, clips in sets.items()
        for name, model in models.items()
    ]
    return {"tables": tables, "says": says}


def table(name, tflite, known, title, clips, hours, says, given=None, only=None):
    """The figures of a model on clips of people it doesn't know, if enough are left.

    Args:
        name, title: of the model, and of the people.
        tflite: the model.
        known: whom it was trained on, a set of str.
        clips: `Clips`.
        hours, only: as `measure`.
        given: a dict of `spotter.Settings` that aren't those `spotter.usual` for the model.
        says: a list of what one should know; it is added to.

    Returns:
        A dict that JSON can hold.
    """
    people, new = people_of(clips), strangers(known, clips)
    if len(people_of(new)) < len(people):
        knows = f"{name}: was trained on {len(people & known)} of the {len(people)} {title}"
        if len(people_of(new)) < LEAST_STRANGERS:
            says.append(f"{knows}, and its streams are of them too, which flatters")
        else:
            says.append(f"{knows}; its streams are of the others")
            clips = new
    settings = spotter.usual(tflite)._replace(**given or {})
    return {"model": name, "voices": title} | measure(tflite, clips, hours, settings, only)


def people_of(clips):
    """Who speaks, a set of str."""
    return set(clips.speakers.tolist()) - {""}


def strangers(known, clips):
    """The clips of people who aren't among the `known`, and of nobody."""
    return clips.take(~np.isin(clips.speakers, list(known - {""})))


def conditions():
    """What is measured, by title; the mixed stream comes first."""
    mixed = Conditions(above=(10, 25))
    behind = Conditions({kind: KINDS[kind] for kind in BEHIND})
    rows = {MIXED: mixed}
    rows |= {
        f"noise, music, babble {above} dB": behind._replace(above=above) for above in (20, 10, 5, 0)
    }
    rows["quiet"] = Conditions({"quiet": 1})
    for noise in NOISES:
        rows[f"noise: {noise}, 10 dB"] = Conditions({"noise": 1}, (noise,), above=10)
    rows["music, 10 dB"] = Conditions({"music": 1}, above=10)
    rows["one talks, silent for it"] = Conditions({"talk": 1})
    rows["babble, 10 dB"] = Conditions({"babble": 1}, above=10)
    rows["mixed, 60 dB: no noise"] = mixed._replace(above=60)
    rows["mixed, far"] = mixed._replace(distance="far")
    rows["mixed, in a sentence"] = mixed._replace(in_sentence=True)
    rows["mixed, both"] = mixed._replace(distance="far", in_sentence=True)
    return rows


def measure(tflite, clips, hours, settings, only=None):
    """A model under many conditions.

    Args:
        tflite: the model, as for `spotter.scores`.
        clips: `Clips` of people it doesn't know.
        hours: of the mixed stream, and of those of half of the people; others last half of that.
        settings: its `spotter.Settings`, all but the threshold.
        only: which of `conditions` to measure beside the mixed stream, titles; all if None.

    Returns:
        A dict that JSON can hold.
    """
    first = spotter.first_hop(tflite)

    def tried(clips, hours, seed, condition):
        sound = streams.stream(clips, hours, seed, condition)
        rows = spotter.scores(tflite, sound.blocks(), settings.hops_per_inference)
        return stream_measures.trial(rows, sound, settings, first=first)

    wanted = conditions()
    mixed = tried(clips, hours, SEED, wanted.pop(MIXED))
    chosen = stream_measures.best(mixed, RATES[0])
    threshold = chosen.threshold if chosen else int(mixed.thresholds[-1])
    rows = [_row(MIXED, mixed, threshold)] + [
        _row(title, tried(clips, hours / 2, SEED, condition), threshold)
        for title, condition in wanted.items()
        if only is None or title in only
    ]
    return {
        "people": len(people_of(clips)),
        "unknown_clips": int((clips.labels == 1).sum()),
        "hours": hours,
        "hops_per_inference": settings.hops_per_inference,
        "average": settings.average,
        "threshold": threshold,
        "target_met": chosen is not None,
        "rows": rows,
        "words": stream_measures.by("word", mixed, threshold),
        "spread": _plain(stream_measures.spread(mixed, threshold)),
        "halves": list(_halves(clips, hours, tried)),
    }


def _row(title, tried, threshold):
    """A condition: at the one threshold, and at the best of its own for each rate."""
    best = {str(rate): stream_measures.best(tried, rate) for rate in RATES}
    return {
        "condition": title,
        "hours": tried.hours,
        "at_threshold": _plain(stream_measures.at(tried, threshold)),
        "best": {rate: found and _plain(found) for rate, found in best.items()},
    }


def _halves(clips, hours, tried):
    """Thresholds chosen on the mixed stream of half of the people, used on that of the others."""
    mixed = conditions()[MIXED]
    try:
        halves = split_by_speaker(clips, 0.5)
        made = [tried(half, hours, seed, mixed) for half, seed in zip(halves, HALVES, strict=True)]
    except ValueError:  # so few people that one half of them says no keywords, or nothing else
        return
    for chosen_on, tested_on in ((0, 1), (1, 0)):
        for rate in RATES:
            chosen = stream_measures.best(made[chosen_on], rate)
            if chosen:
                yield {
                    "rate": rate,
                    "people": [len(people_of(halves[half])) for half in (chosen_on, tested_on)],
                    "chosen": _plain(chosen),
                    "tested": _plain(stream_measures.at(made[tested_on], chosen.threshold)),
                }


def _plain(found):
    """A Result or a Spread as a dict for JSON, which has no nan."""
    return {
        field: [_number(one) for one in value] if isinstance(value, tuple) else _number(value)
        for field, value in found._asdict().items()
    }


def _number(value):
    return None if value != value else value


if __name__ == "__main__":
    main()
