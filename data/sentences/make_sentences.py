"""Make data/sentences: `python data/sentences/make_sentences.py [FOLDER]`.

Needs what `../speech/make_speech.py` needs, but for Festival. Writes `train.flac` and `test.flac`,
all sentences one after another, and `train.csv` and `test.csv`, which say in the same order what
each sentence is, who says it, and how many samples it has.
"""

import csv
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import soundfile

sys.path.append(str(Path(__file__).resolve().parents[1] / "speech"))
import engines
from make_speech import quantised
from shape import reshape, resized, trimmed
from texts import PARTS, WHOLE
from voices import everyone


def main(folder):
    """Make both parts in `folder`."""
    train, test = everyone()
    # Festival is only given single words here: it says phones.
    train = [voice for voice in train if voice.engine != "festival"]
    random = np.random.default_rng(0)
    texts = [" ".join(str(random.choice(part)) for part in PARTS) + "." for _ in train]
    engines.check({(voice.engine, voice.base) for voice in train + test})
    for part, voices, said in (("train", train, texts), ("test", test, WHOLE)):
        said = said[: len(voices)]
        with Pool() as pool:
            audio = pool.starmap(speak, zip(voices, said, strict=True), chunksize=2)
        rows = [
            (text, voice.name, len(samples))
            for text, voice, samples in zip(said, voices, audio, strict=True)
        ]
        soundfile.write(
            folder / f"{part}.flac", np.concatenate(audio), engines.RATE, compression_level=1.0
        )
        with (folder / f"{part}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([("sentence", "voice", "samples"), *rows])
        size = (folder / f"{part}.flac").stat().st_size
        print(f"{part}: {len(rows)} sentences, {size:,} bytes")


def speak(voice, text):
    """A sentence by a Voice: int16 samples."""
    random = np.random.default_rng([voice.seed, 7])
    # What is resized afterwards gets higher and shorter: ask for lower and longer.
    factor = 1 if voice.vocoded else voice.shape["tract"]
    pitch = (voice.shape["pitch"] or 120) / factor
    stretch = 1 if voice.vocoded else voice.shape["tempo"] * factor
    if voice.engine == "flite":
        stretch *= random.uniform(0.85, 1.2)
        samples = engines.flite(
            voice.base, text, stretch=stretch, pitch=pitch * random.uniform(0.85, 1.2)
        )
    else:
        speed = random.uniform(140, 200) / stretch
        name = f"{voice.accent}+{voice.base}"
        samples = engines.espeak(text, name, random.uniform(25, 75), speed)
    samples = trimmed(samples + 1e-5 * random.standard_normal(len(samples)))
    if voice.vocoded:
        samples = reshape(samples, random, **voice.shape)
    else:
        samples = resized(samples, voice.shape["tract"] * np.exp(random.normal(0, 0.02)))
    return quantised(trimmed(samples))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))
    except engines.EngineError as error:
        sys.exit(str(error))
