"""Keyword spotting in figures: how right, how fast, how large, and how often wrong in an hour.

    python benchmarks/keyword_spotting.py [--json] [--test DIR] [--train DIR] [--hours H] [--lesson]

Tests the models of `data/keywords`, trained on synthetic and on real speech, on clips, on streams
and to keep state, on synthetic voices held out; with --test also on a folder of clips in one of
Speech Commands' layouts. With --train it first trains on such a folder as the lesson does. All are
measured as a stream under many conditions, too, as keyword_streams.py does it: a minute or two for
each of them. Cycles, milliseconds and currents of boards are estimated from emulated instructions;
everything else is measured here.
"""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import command
import numpy as np
from keyword_boards import on_board, power
from keyword_streams import MODELS, PEOPLE, QUICK, VOICES, people_of, strangers, table
from keyword_text import as_text

from tinyml_helpers import signals
from tinyml_helpers.applications.keywords import c_spotter, spotter, streams, training, wake
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands, split_by_speaker

BOARDS = ("nano33ble", "pico")
NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
#: The models that are run on boards. Those trained on streams are as large, and as quick.
ON_BOARDS = ("synthetic", "real", "real_stateful")
THRESHOLDS = range(60, 256, 5)
RECIPES = {"real": training.REAL, "synthetic": training.DEFAULT}
#: What the threshold is chosen for, and the seeds of the streams to choose it on and to test it on.
ACCEPTS_AN_HOUR, CHOSEN_ON, TESTED_ON = 1, 1, 2
HELD_OUT = 0.2


def main():
    options = command.parser(__doc__)
    options.add_argument("--test", metavar="DIR", help="clips to test on, as Speech Commands' are")
    options.add_argument("--train", metavar="DIR", help="clips to train on first, 10 minutes")
    options.add_argument("--hours", type=float, default=1, help="length of each stream")
    options.add_argument("--lesson", action="store_true", help="also run and time the lesson")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    if chosen.quick:
        chosen.hours = min(chosen.hours, 0.05)
    says = []
    train, test = real_clips(chosen, says)
    voices, synthetic = speech()
    if chosen.quick:
        voices, synthetic = voices.take(slice(None, None, 10)), synthetic.take(slice(None, None, 4))
    models = {
        name: Model(
            training.committed(name), training.committed_keras(name), training.speakers(name)
        )
        for name in (ON_BOARDS if chosen.quick else MODELS)
    }
    if train is not None:
        models |= trained({"real": train, "synthetic": voices}, chosen.quick)
    seconds = 2 if chosen.quick else 20  # on each emulated board
    sets = {VOICES: synthetic}
    if test is not None:
        sets[PEOPLE] = test
    figures = {
        "accuracy": [
            row
            for title, clips in sets.items()
            for name, model in models.items()
            for row in accuracies(name, model, title, clips, says)
        ],
        "features_a_second": features_a_second(synthetic.audio),
        "boards": [
            on_board(name, models[name].tflite, board, synthetic, seconds, CHOSEN_ON)
            for name in ON_BOARDS
            for board in BOARDS
        ],
    }
    title, clips = list(sets.items())[-1]
    best = "real" if train is None else "real, trained now"
    figures["streams"] = [
        listening(name, models[name].tflite, title, clips, chosen.hours, figures["boards"])
        for name, title, clips in (("synthetic", VOICES, synthetic), (best, title, clips))
    ]
    only = QUICK if chosen.quick else None
    figures["conditions"] = [
        table(name, model.tflite, model.speakers, title, clips, chosen.hours, says, only=only)
        for title, clips in sets.items()
        for name, model in models.items()
    ]
    if chosen.lesson:
        figures["lesson_seconds"] = lesson_seconds()
    else:
        says.append("the lesson wasn't run: add --lesson")
    return figures | {"says": says}


def real_clips(chosen, says):
    """The real clips to train on and to test on, or None; adds to `says` what one should know."""
    if chosen.train is None:
        says.append("nothing was trained: add --train DIR")
        if chosen.test is None:
            says.append("nothing was tested on real people: add --test DIR")
            return None, None
        return None, speech_commands(chosen.test, part="all")
    if chosen.test is None or Path(chosen.test).resolve() == Path(chosen.train).resolve():
        if (Path(chosen.train) / "testing_list.txt").exists():
            says.append("one folder to train and test on: its own lists say what is tested")
            return tuple(speech_commands(chosen.train, part) for part in ("train", "test"))
        says.append(f"one folder to train and test on: {HELD_OUT:.0%} of its people are held out")
        both = speech_commands(chosen.train, part="all")
        return split_by_speaker(both, HELD_OUT, seed=0)
    return tuple(speech_commands(one, part="all") for one in (chosen.train, chosen.test))


class Model(NamedTuple):
    """A trained model: its int8 .tflite, in Keras, and the people it was trained on."""

    tflite: bytes
    keras: object
    speakers: frozenset


def trained(sets, quick):
    """Models trained now as the lesson trains them, by name: one on each set of clips."""
    made = {}
    for name, clips in sets.items():
        recipe = RECIPES[name]
        if quick:
            # All in one batch: TensorFlow takes longer to prepare for another size than to train.
            size = len(clips.labels)
            recipe = recipe._replace(epochs=1, bundled=0, average=1, batch_size=size)
        model, _ = training.train(clips, recipe)
        people = frozenset(clips.speakers)
        made[f"{name}, trained now"] = Model(training.to_int8(model, clips), model, people)
    return made


def accuracies(name, model, title, clips, says):
    """Rows of a model's accuracy on clips; two if it was trained on some of the people."""
    yield accuracy(name, model, title, clips)
    new, people = strangers(model.speakers, clips), people_of(clips)
    left = len(people_of(new))
    if left < len(people):
        says.append(
            f"{name}: was trained on {len(people) - left} of the {len(people)} {title} that it "
            "was tested on, which flatters"
        )
        if left:
            yield accuracy(name, model, f"{title}, strangers", new)


def accuracy(name, model, title, clips):
    """Shares of right answers over all classes, and over the ten words; and the confusion."""
    counts = training.confusion(model.tflite, clips)
    words = slice(c_spotter.FIRST_KEYWORD, None)
    return {
        "model": name,
        "tested_on": title,
        "clips": len(clips.labels),
        "float": round(training.accuracy(model.keras, clips), 4),
        "int8": round(counts.trace() / counts.sum(), 4),
        "ten_words_int8": round(counts[words, words].trace() / counts[words].sum(), 4),
        "names": list(clips.names),
        "confusion": counts.tolist(),
    }


def features_a_second(audio):
    """Clips whose features the front end computes in a second, on one core."""
    clips = np.resize(audio, (4000, audio.shape[-1]))
    signals.log_mel(clips[:10])
    start = time.process_time()
    signals.log_mel(clips)
    return round(len(clips) / (time.process_time() - start))


def listening(name, model, title, clips, hours, on_boards):
    """The threshold, chosen on one stream and tried on another, and what a gate saves there."""
    start = time.perf_counter()
    chosen_on, tested_on = (streams.stream(clips, hours, seed) for seed in (CHOSEN_ON, TESTED_ON))
    rows = spotter.scores(model, chosen_on.blocks())
    points = streams.curve(rows, chosen_on.events, chosen_on.hours, THRESHOLDS)
    met = any(one.false_accepts_an_hour <= ACCEPTS_AN_HOUR for one in points)
    least = min(one.false_accepts_an_hour for one in points)
    point = streams.choose(points, max(ACCEPTS_AN_HOUR, least))
    settings = spotter.Settings(threshold=point.threshold)

    def result(rows, through=None):
        found = spotter.detect(rows, settings, through=through)
        return streams.point(point.threshold, streams.match(found, tested_on.events), hours)

    always = result(spotter.scores(model, tested_on.blocks()))
    seconds = time.perf_counter() - start
    through = wake.awake(tested_on.blocks())
    gated = result(spotter.scores(model, wake.kept(tested_on.blocks(), through)), through)
    return {
        "model": name,
        "voices": title,
        "hours": hours,
        "keywords": len(chosen_on.events),
        "curve": [_dict(one) for one in points],
        "target": ACCEPTS_AN_HOUR,
        "target_met": met,
        "chosen": _dict(point),
        "tested_keywords": len(tested_on.events),
        "tested": _dict(always),
        "seconds_an_hour": round(seconds / 2 / hours, 1),
        "gated": _dict(gated),
        "awake": round(float(through.mean()), 3),
        "power": [
            power(one, float(through.mean()))
            for one in on_boards
            if name.split(",")[0] == one["model"]
        ],
    }


def _dict(point):
    """A Point for JSON, which has no nan."""
    return point._asdict() | {"latency": point.latency if point.latency == point.latency else None}


def lesson_seconds():
    """Seconds the lesson takes."""
    from tinyml_helpers.course import lesson_runner

    (notebook,) = NOTEBOOKS.glob("[0-9][0-9]_keyword_spotting.ipynb")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        lesson_runner.run(notebook, Path(folder))
    return round(time.perf_counter() - start, 1)


if __name__ == "__main__":
    main()
