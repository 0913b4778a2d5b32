"""Makes the trained models of keyword spotting, and measures how good they are.

    python data/keywords/make_models.py DIR

DIR holds the Speech Commands v0.02 test archive, unpacked. Takes about an hour on two cores, most
of it for the cross-validation of the model for real people. Training differs a little between
machines, and so do the models.
"""

import argparse
import json

import numpy as np

from tinyml_helpers.applications.keywords import training
from tinyml_helpers.applications.keywords.trained import FOLDER
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands
from tinyml_helpers.files import write_whole


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", help="Speech Commands' test archive, unpacked")
    parser.add_argument("--folds", type=int, default=4, help="parts of the cross-validation")
    chosen = parser.parse_args()
    voices, held_out = speech()
    people = speech_commands(chosen.folder, part="all")

    model, _ = training.train(voices, training.THOROUGH)
    tflite = save("synthetic", model, voices)
    figures = {
        "synthetic": {
            "synthetic voices held out": measured(model, tflite, held_out),
            "real people": measured(model, tflite, people),
        }
    }
    note(figures)

    figures["real"] = {"real people held out": cross_validated(people, chosen.folds)}
    note(figures)

    model, _ = training.train(people, training.REAL)
    tflite = save("real", model, people)
    figures["real"]["synthetic voices"] = measured(model, tflite, held_out)
    names = sorted(set(people.speakers.tolist()) - {""})
    path = FOLDER / "keyword_real_speakers.txt"
    write_whole(path, "\n".join(names) + "\n")
    note(figures)


def save(name, model, clips):
    """Write a model in both formats; returns the bytes of its .tflite."""
    tflite = training.to_int8(model, clips)
    write_whole(FOLDER / f"keyword_{name}.tflite", tflite)
    model.save(FOLDER / f"keyword_{name}.keras")
    return tflite


def note(figures):
    text = json.dumps(figures, indent=1)
    write_whole(FOLDER / "metrics.json", text + "\n")
    print(text)


def measured(model, tflite, clips):
    """Accuracy in float and int8 over all classes and over the ten words, and who took whom."""
    return shares(
        clips.labels, training.predict(model, clips), training.predict(tflite, clips), clips.names
    )


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
