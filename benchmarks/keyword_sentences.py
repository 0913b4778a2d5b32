"""Sentences without a keyword, by voices no model heard: in how many a spotter hears one.

    python benchmarks/keyword_sentences.py [--json] [--model FILE]

Plays the test part of `data/sentences`, one after another with a pause, in a quiet room, to the
models of `data/keywords` or to the .tflite of --model, at several thresholds. Forty-four sentences
last two minutes: what can be told from them are large differences.
"""

from pathlib import Path

import command
import numpy as np

from tinyml_helpers.applications.keywords import spotter, training
from tinyml_helpers.datasets.sounds.speech import speech_sentences
from tinyml_helpers.signals import SAMPLE_RATE

THRESHOLDS = (128, 150, 176, 200, 220, 240)
#: RMS of a sentence and of the room, of 32,768: 18 dB below full scale, and 72.
VOICE, ROOM = 4125, 8
PAUSE = 1.5  # seconds


def main():
    options = command.parser(__doc__)
    options.add_argument("--model", metavar="FILE", help="a .tflite instead of the bundled models")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    models = {name: training.committed(name) for name in training.MODELS}
    if chosen.model:
        models = {chosen.model: Path(chosen.model).read_bytes()}
    said = speech_sentences()[1].audio
    sound, ends = played(said[:4] if chosen.quick else said)
    return {
        "sentences": len(ends),
        "seconds": round(len(sound) / SAMPLE_RATE),
        "heard": {name: heard(tflite, sound, ends) for name, tflite in models.items()},
    }


def played(sentences):
    """Sentences one after another in a quiet room.

    Args:
        sentences: a list of int16 [n].

    Returns:
        The sound, int16 [samples], and the sample where each sentence with its pause ends, a list.
    """
    random = np.random.default_rng(0)
    parts = []
    for sentence in sentences:
        loud = sentence * (VOICE / np.sqrt(np.mean(np.square(sentence, dtype=float))))
        parts.append(np.concatenate([loud, np.zeros(int(PAUSE * SAMPLE_RATE))]))
    sound = np.concatenate(parts)
    sound += random.normal(0, ROOM, len(sound))
    ends = np.cumsum([len(part) for part in parts]).tolist()
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16), ends


def heard(tflite, sound, ends):
    """In how many sentences a keyword is heard, by threshold, a dict."""
    rows, first = spotter.scores(tflite, sound), spotter.first_hop(tflite)
    settings = spotter.usual(tflite)
    found = {}
    for threshold in THRESHOLDS:
        at = spotter.detect(rows, settings._replace(threshold=threshold), first)
        samples = [one.seconds * SAMPLE_RATE for one in at]
        found[threshold] = len(set(np.searchsorted(ends, samples).tolist()))
    return found


def as_text(figures):
    """The figures as lines of text."""
    lines = [
        f"of {figures['sentences']} sentences ({figures['seconds']} s), those in which a keyword "
        "is heard, at a threshold of",
        f"{'':24}" + "".join(f"{threshold:>6}" for threshold in THRESHOLDS),
    ]
    lines += [
        f"{name:24}" + "".join(f"{count:>6}" for count in counts.values())
        for name, counts in figures["heard"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
