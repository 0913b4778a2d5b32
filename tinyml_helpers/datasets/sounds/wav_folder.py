"""A folder of words: a folder for each, with a .wav file for each clip.

This is how Speech Commands is laid out, and a student's own recordings are too. A clip is called
`<speaker>_nohash_<number>.wav`.
"""

import re
import unicodedata
import wave
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.sounds.speech import CLASSES, Clips
from tinyml_helpers.signals import CLIP_SAMPLES, SAMPLE_RATE

SILENCE, UNKNOWN, *KEYWORDS = CLASSES

#: Clips in `_unknown_` of the test archive say in front which word they are.
_NAME = re.compile(r"(?:(?P<word>.+)_)?(?P<speaker>[^_]+)_nohash_\d+\.")


def wav_files(folder):
    """The .wav files in the folders of a folder.

    Returns:
        Folders' names, in lower case, to lists of Path, sorted by name. Hidden files and empty
        folders are left out.

    Raises:
        ValueError: there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    files = {}
    for place in sorted(folder.iterdir(), key=lambda path: path.name):
        if place.name.startswith(".") or not place.is_dir():
            continue
        found = [
            path
            for path in place.iterdir()
            if path.suffix.lower() == ".wav" and not path.name.startswith(".")
        ]
        if found:
            # macOS may keep é as two characters.
            word = unicodedata.normalize("NFC", place.name).lower()
            files.setdefault(word, []).extend(sorted(found, key=lambda path: path.name))
    return files


def read_wav(path):
    """The samples of a .wav file of 16 kHz mono 16-bit PCM, int16 [n].

    Raises:
        ValueError: it is something else, damaged or empty; the message names it.
    """
    try:
        with wave.open(str(path)) as file:
            form = file.getframerate(), file.getnchannels(), 8 * file.getsampwidth()
            promised, data = file.getnframes(), file.readframes(file.getnframes())
    except (OSError, EOFError, RuntimeError, wave.Error) as error:  # RuntimeError: a chunk too long
        why = str(error) or "it breaks off"
        raise ValueError(f"{path} can't be read as a .wav file of PCM samples ({why})") from error
    if form != (SAMPLE_RATE, 1, 16):
        raise ValueError(
            f"{path} has {form[0]:,} samples a second, {form[1]} channels and {form[2]} bits a "
            "sample, not 16,000, 1 and 16: convert it"
        )
    if not data or len(data) != 2 * promised:
        raise ValueError(f"{path} is empty or breaks off: leave it out, or fetch it again")
    return np.frombuffer(data, "<i2").astype(np.int16, copy=False)


def read_clips(files, names, read=read_wav):
    """Read files as Clips.

    Args:
        files: folders' names to lists of what `read` takes, as `wav_files` gives them.
        names: the classes. A folder with another name is `_unknown_`.
        read: Path to int16 [n].

    Returns:
        Clips, in the order of their classes, then of `files`.
    """
    chosen = [
        (names.index(word if word in names else UNKNOWN), word, path)
        for word, paths in files.items()
        for path in paths
    ]
    chosen.sort(key=lambda clip: clip[0])
    audio = np.zeros((len(chosen), CLIP_SAMPLES), np.int16)
    for row, (_, _, path) in zip(audio, chosen, strict=True):
        samples = read(path)[:CLIP_SAMPLES]
        row[: len(samples)] = samples
    said = [_said(word, path) for _, word, path in chosen]
    return Clips(
        audio,
        np.array([label for label, _, _ in chosen], np.int64),
        np.array([word for word, _ in said], str),
        np.array([speaker for _, speaker in said], str),
        tuple(names),
    )


def _said(word, path):
    """(what is said, by whom) in the file `path` of the folder `word`."""
    if word == SILENCE:
        return "", ""
    found = _NAME.match(unicodedata.normalize("NFC", path.name))
    if word == UNKNOWN:
        word = ((found and found["word"]) or "").lower()
    return word, found["speaker"] if found else ""
