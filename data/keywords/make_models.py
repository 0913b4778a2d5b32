"""Makes the trained models of keyword spotting, and measures how good they are.

    python data/keywords/make_models.py DIR

DIR holds the Speech Commands v0.02 test archive, unpacked. Takes about two hours on two cores, much
of it for the cross-validation of the model for real people. Training differs a little between
machines, and so do the models.
"""

import argparse
import json

import numpy as np

from tinyml_helpers.applications.keywords import (
    clip_answers,
    spotter,
    stateful,
    stream_measures,
    streams,
    training,
)
from tinyml_helpers.applications.keywords.conditions import Conditions
from tinyml_helpers.applications.keywords.trained import FOLDER
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands, split_by_speaker
from tinyml_helpers.files import write_whole

#: Of the streams that models are tried on: keywords 10 to 25 dB above noise, music and babble.
HOURS, SEED, STREAM = 4, 5, Conditions(above=(10, 25))
VOICES, PEOPLE, THIRD = "synthetic voices", "real people", "a third of the people, held out"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", help="Speech Commands' test archive, unpacked")
    parser.add_argument("--folds", type=int, default=4, help="parts of the cross-validation")
    chosen = parser.parse_args()
    voices, held_out = speech()
    people = speech_commands(chosen.folder, part="all")

    figures = {name: {} for name in training.MODELS}
    for name, kind, recipe in (
        ("synthetic", training, training.THOROUGH),
        ("synthetic_streams", training, training.STREAMS),
        ("synthetic_stateful", stateful, stateful.SYNTHETIC),
    ):
        model, _ = kind.train(voices, recipe)
        tflite = save(name, model, kind.to_int8(model, voices))
        for title, clips in ((f"{VOICES} held out", held_out), (PEOPLE, people)):
            figures[name][title] = measured(model, tflite, clips, in_streams=True)
        note(figures)

    figures["real"]["real people held out"] = cross_validated(people, chosen.folds)
    known, strangers = split_by_speaker(people, 1 / 3)
    for name, kind, recipe in (
        ("real", training, training.REAL),
        ("real_streams", training, training.REAL_STREAMS),
        ("real_stateful", stateful, stateful.REAL),
    ):
        model, _ = kind.train(known, recipe)
        tflite = kind.to_int8(model, known)
        figures[name][THIRD] = measured(model, tflite, strangers, in_streams=True)
        figures[name][THIRD]["without the worst other word"] = without_worst(tflite, strangers)
        model, _ = kind.train(people, recipe)
        tflite = save(name, model, kind.to_int8(model, people))
        figures[name][VOICES] = measured(model, tflite, held_out, in_streams=True)
        # What it would miss if it had heard these people: it has, now.
        figures[name][THIRD]["streams of people it knows"] = missed(tflite, strangers)
        note(figures)
    names = sorted(set(people.speakers.tolist()) - {""})
    write_whole(FOLDER / "keyword_real_speakers.txt", "\n".join(names) + "\n")


def save(name, model, tflite):
    """Write a model in both formats; returns the bytes of its .tflite."""
    write_whole(FOLDER / f"keyword_{name}.tflite", tflite)
    model.save(FOLDER / f"keyword_{name}.keras")
    return tflite


def note(figures):
    text = json.dumps(figures, indent=1)
    write_whole(FOLDER / "metrics.json", text + "\n")
    print(text)


def measured(model, tflite, clips, in_streams=False):
    """Accuracy in float and int8 over all classes and over the ten words, and who took whom."""
    exact, int8 = training.predict(model, clips), training.predict(tflite, clips)
    figures = shares(clips.labels, exact, int8, clips.names)
    return figures | ({"streams": missed(tflite, clips)} if in_streams else {})


def missed(tflite, clips):
    """The share of keywords missed in streams, by false accepts an hour."""
    sound = streams.stream(clips, HOURS, SEED, STREAM)
    rows = spotter.scores(tflite, sound.blocks())
    first = spotter.first_hop(tflite)
    tried = stream_measures.trial(rows, sound, spotter.usual(tflite), first=first)
    figures = {"hours": HOURS, "keywords": len(sound.events)}
    for rate in (1, 5):
        best = stream_measures.best(tried, rate)
        figures[str(rate)] = {
            "missed": round(best.missed, 3),
            "interval": [round(end, 3) for end in best.interval],
            "threshold": best.threshold,
            "delay": round(best.delay, 2),
        }
    return figures


def without_worst(tflite, clips):
    """The same in streams without the recording of another word that is mistaken most easily."""
    others = np.flatnonzero(clips.labels == 1)
    worst = others[clip_answers.surest(tflite, clips.take(others)).argmax()]
    rest = clips.take(np.arange(len(clips.labels)) != worst)
    return {"word": str(clips.words[worst]), "of": len(others), "streams": missed(tflite, rest)}


def shares(labels, exact, int8, names):
    """The figures of answers in float and in int8, both int64 [n]."""
    words = labels >= 2
    confusion = np.zeros((len(names), len(names)), int)
    np.add.at(confusion, (labels, int8), 1)
    figures = {"clips": len(labels)}
    for name, answers in (("float", exact), ("int8", int8)):
        right = answers == labels
        figures[name] = {
            "12 classes": round(float(right.mean()), 4),
            "ten words": round(float(right[words].mean()), 4),
        }
    return figures | {"confusion": confusion.tolist()}


def cross_validated(clips, folds):
    """Train on all people but a fold's, test on those; every clip is tested once."""
    exact, int8 = np.empty((2, len(clips.labels)), np.int64)
    each = []
    part = fold_of(clips, folds)
    for fold in range(folds):
        others, tested = clips.take(part != fold), clips.take(part == fold)
        model, _ = training.train(others, training.REAL, seed=fold)
        tflite = training.to_int8(model, others)
        exact[part == fold] = training.predict(model, tested)
        int8[part == fold] = training.predict(tflite, tested)
        each.append(round(float((int8 == clips.labels)[part == fold].mean()), 4))
        print(f"fold {fold}: {each[-1]}", flush=True)
    return shares(clips.labels, exact, int8, clips.names) | {"int8 of each fold": each}


def fold_of(clips, folds):
    """The fold of each clip, int64 [n]: all of a speaker's in one, silences at random.

    Who spoke most is placed first, each in the smallest fold so far.
    """
    random = np.random.default_rng(0)
    speakers, speaker, counts = np.unique(clips.speakers, return_inverse=True, return_counts=True)
    fold, size = random.integers(0, folds, len(clips.labels)), np.zeros(folds, int)
    for one in np.argsort(-counts, kind="stable"):
        if speakers[one]:
            smallest = size.argmin()
            fold[speaker == one] = smallest
            size[smallest] += counts[one]
    return fold


if __name__ == "__main__":
    main()
