"""Make data/speech: `python data/speech/make_speech.py [FOLDER]`.

Needs the programs listed in ../speech.md, which Debian has (`engines.check` says what is missing),
and the Python packages numpy, scipy, soundfile and pyworld. Takes some minutes. Writes
`train.flac` and `test.flac`, all words one after another, and `train.csv` and `test.csv`, which
say in the same order what each word is, who says it, and how many samples it has.
"""

import csv
import sys
from multiprocessing import Pool
from pathlib import Path

import engines
import numpy as np
import soundfile
from shape import reshape, resized, trimmed
from voices import everyone
from words import FIELD_UNKNOWN, KEYWORDS, MORE_UNKNOWN, UNKNOWN, pitches, seconds

#: Words other than keywords that each voice says: of the field's, and of the others.
UNKNOWN_EACH = {"train": (4, 1), "test": (1, 0)}

#: Significant bits of a sample: 8 keep a word at 3 KB.
BITS = 8

#: How much of a rounding error the next sample makes up for. It moves the errors to low pitches,
#: where speech is loud enough to hide them.
_SHAPING = 0.85


def main(folder):
    """Make both parts in `folder`."""
    train, test = everyone()
    engines.check({(voice.engine, voice.base) for voice in train + test})
    for part, voices in (("train", train), ("test", test)):
        with Pool() as pool:
            spoken = pool.starmap(speak, [(voice, part) for voice in voices], chunksize=2)
        rows, audio = [], []
        for voice, words in zip(voices, spoken, strict=True):
            rows += [(word, voice.name, len(samples)) for word, samples in words]
            audio += [samples for _, samples in words]
        soundfile.write(
            folder / f"{part}.flac", np.concatenate(audio), engines.RATE, compression_level=1.0
        )
        with (folder / f"{part}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([("word", "voice", "samples"), *rows])
        size = (folder / f"{part}.flac").stat().st_size
        print(f"{part}: {len(rows):,} words by {len(voices)} voices, {size:,} bytes")


def speak(voice, part):
    """All that a Voice says, as a list of (word, int16 samples)."""
    random = np.random.default_rng([voice.seed, 1])
    words = list(KEYWORDS)
    for some, count in zip((FIELD_UNKNOWN, MORE_UNKNOWN), UNKNOWN_EACH[part], strict=True):
        words += random.choice(sorted(some), count, replace=False).tolist()
    spoken = []
    for word, samples in zip(words, _engine(voice, words, random), strict=True):
        samples = trimmed(samples + 1e-5 * random.standard_normal(len(samples)))
        if voice.vocoded:
            samples = reshape(samples, random, **voice.shape)
        else:
            samples = resized(samples, voice.shape["tract"] * np.exp(random.normal(0, 0.02)))
        spoken.append((word, quantised(trimmed(samples))))
    return spoken


def _engine(voice, words, random):
    """What the voice's engine makes of the words: a list of float64 arrays."""
    # What is resized afterwards gets higher and shorter: ask for lower and longer.
    factor = 1 if voice.vocoded else voice.shape["tract"]
    pitch = (voice.shape["pitch"] or 120) / factor
    stretch = 1 if voice.vocoded else voice.shape["tempo"] * factor
    if voice.engine == "festival":
        said = []
        for word in words:
            phones = _pronounced(word, random)
            lengths = [length * stretch for length in seconds(phones, random)]
            said.append((phones, lengths, pitches(phones, pitch, random)))
        return engines.festival(voice.base, said)
    if voice.engine == "flite":
        return [
            engines.flite(
                voice.base,
                word,
                phones=" ".join(_pronounced(word, random)) if random.random() < 0.5 else None,
                stretch=stretch * random.uniform(0.85, 1.35),
                pitch=pitch * random.uniform(0.85, 1.2),
            )
            for word in words
        ]
    name = f"{voice.accent}+{voice.base}"
    return [
        engines.espeak(word, name, random.uniform(25, 75), random.uniform(110, 190) / stretch)
        for word in words
    ]


def _pronounced(word, random):
    """One way to say a word: a list of phones."""
    ways = KEYWORDS.get(word) or [UNKNOWN[word]]
    return ways[random.integers(len(ways))].split()


def quantised(samples):
    """Samples as loud as they can be, with `BITS` significant bits; int16."""
    step = 1 << (16 - BITS)
    samples = samples / np.abs(samples).max() * (32767 - 2 * step) / step
    steps, error = [], 0.0
    for sample in samples.tolist():
        wanted = sample + _SHAPING * error
        steps.append(round(wanted))
        error = wanted - steps[-1]
    return (np.array(steps) * step).astype(np.int16)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))
    except engines.EngineError as error:
        sys.exit(str(error))
