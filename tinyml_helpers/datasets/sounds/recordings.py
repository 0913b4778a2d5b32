"""A student's own recordings: kept as .wav files in Speech Commands' layout, and read as Clips."""

import contextlib
import itertools
import math
import time
import wave
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.names import plain_name
from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.datasets.sounds.wav_folder import SILENCE, UNKNOWN, read_clips, wav_files
from tinyml_helpers.signals import CLIP_SAMPLES, SAMPLE_RATE

#: What a name may have besides letters and digits; "_nohash_" ends the speaker's.
_SIGNS = {"-": "hyphens"}

#: A recording of one word is never as long as this; whatever is, was taken for one by mistake.
_MOST_SECONDS = 60

#: Seconds after which what is still unfinished belongs to a program that was killed.
_GIVEN_UP_AFTER = 3600

#: Samples a second from a telephone's to a studio's. Fewer leave too little of speech, and what
#: claims more is damaged.
_RATES = range(8_000, 192_001)


def recordings(folder, names=None):
    """Clips of a folder of recordings: `<folder>/<word>/<speaker>_nohash_<number>.wav`.

    Each file is read with `read_recording`, so .wav files of other rates, of two channels or of
    several seconds will do. A file with another kind of name is nobody's: its speaker is "".

    Args:
        folder: where the folders of words are. `_silence_` and `_unknown_` may be among them;
            `_background_noise_` isn't read.
        names: the classes, a tuple of str; None for CLASSES. A word that is none of them
            becomes `_unknown_`.

    Returns:
        Clips, in the order of their classes.

    Raises:
        ValueError: there are no recordings, one can't be used, or a word is none of `names` and
            there is no `_unknown_` among them.
    """
    names = CLASSES if names is None else tuple(names)
    files = wav_files(folder)
    files.pop("_background_noise_", None)
    if not files:
        raise ValueError(
            f"{folder} holds no recordings: put each word's .wav files into a folder with the "
            "word's name, in there"
        )
    strange = sorted(files.keys() - set(names))
    if strange and UNKNOWN not in names:
        raise ValueError(
            f"{folder} has recordings of {strange[0]!r}, which is none of the classes "
            f"{', '.join(names)}: add it to the names, or {UNKNOWN!r} for all such words"
        )
    return read_clips(files, names, read_recording)


def read_recording(file):
    """One second of a recording in a file of sound, made 16 kHz and mono.

    Channels are averaged, other rates resampled, and `loudest_second` is taken. 16 kHz mono 16-bit
    PCM of a second comes out as it is.

    Args:
        file: a path, or a binary file (an upload: `io.BytesIO(its bytes)`).

    Returns:
        int16 [16000].

    Raises:
        ValueError: it can't be read, is empty, longer than a minute, or has fewer than 8,000 or
            more than 192,000 samples a second; the message names it.
    """
    import soundfile

    name = file if isinstance(file, str | Path) else "the file"
    try:
        with soundfile.SoundFile(file) as sound:
            rate, seconds = sound.samplerate, sound.frames / sound.samplerate
            samples = sound.read(always_2d=True) if seconds <= _MOST_SECONDS else None
    except (OSError, RuntimeError, TypeError) as error:  # soundfile's own are RuntimeErrors
        raise ValueError(f"{name} can't be read as a sound: save it as .wav") from error
    if samples is None:
        raise ValueError(
            f"{name} lasts {seconds:,.0f} seconds, and a recording holds one word: cut it into "
            f"files shorter than {_MOST_SECONDS} seconds"
        )
    if rate not in _RATES:
        raise ValueError(
            f"{name} has {rate:,} samples a second, not {_RATES[0]:,} to {_RATES[-1]:,}: record "
            f"{SAMPLE_RATE:,}"
        )
    if not len(samples) or not np.isfinite(samples).all():
        raise ValueError(f"{name} holds no sound: leave it out, or record it again")
    mono = _resampled(samples.mean(axis=1), rate)
    return loudest_second(np.clip(np.rint(mono * 32768), -32768, 32767).astype(np.int16))


def loudest_second(samples):
    """The second with the most energy; of those within 1% of it, the one in their middle.

    A word much shorter than a second then stands in the clip's middle, not at its edge.

    Args:
        samples: int16 [n], 16 kHz.

    Returns:
        int16 [16000]; of fewer samples, all, and zeros at the end.
    """
    if len(samples) <= CLIP_SAMPLES:
        return np.pad(samples, (0, CLIP_SAMPLES - len(samples)))
    energy = np.concatenate([[0], np.cumsum(np.square(samples - samples.mean()))])
    of_second = energy[CLIP_SAMPLES:] - energy[:-CLIP_SAMPLES]
    loud = np.flatnonzero(of_second >= 0.99 * of_second.max())
    return samples[loud[len(loud) // 2] :][:CLIP_SAMPLES]


def save_clip(folder, word, speaker, audio):
    """Keep a recording as `<folder>/<word>/<speaker>_nohash_<number>.wav`, 16 kHz mono PCM16.

    The number is the first that is free. The file appears under its name when it is whole, and
    none that is there is written over.

    Args:
        folder: where the folders of words are, or will be.
        word: what is said: letters, digits and hyphens; or `_silence_` or `_unknown_`. It is
            kept in lower case.
        speaker: who says it: letters, digits and hyphens.
        audio: int16 [samples].

    Returns:
        The file's Path.

    Raises:
        ValueError: a name or the audio isn't as above, or the file can't be written.
    """
    audio = np.asarray(audio)
    if audio.dtype != np.int16 or audio.ndim != 1 or not len(audio):
        raise ValueError(f"audio is {audio.dtype} {list(audio.shape)}: give int16 [samples]")
    word = word if word in (SILENCE, UNKNOWN) else plain_name(word, "word", _SIGNS).lower()
    speaker = plain_name(speaker, "speaker", _SIGNS)
    place = Path(folder) / word
    try:
        place.mkdir(parents=True, exist_ok=True)
        for number in itertools.count():
            path = place / f"{speaker}_nohash_{number}.wav"
            if not path.exists() and _write_new(path, audio):
                return path
    except OSError as error:
        raise ValueError(
            f"the recording can't be kept in {place} ({error.strerror}): choose a folder that "
            "this computer lets you write to"
        ) from error


def _write_new(path, audio):
    """Write a .wav file whole or not at all; False if someone else is writing it or has."""
    unfinished = path.with_name(path.name + ".part")
    try:
        file = unfinished.open("xb")  # of two programs, one gets it
    except FileExistsError:
        with contextlib.suppress(OSError):  # of a program that was killed, or of a quick one
            if time.time() - unfinished.stat().st_mtime > _GIVEN_UP_AFTER:
                unfinished.unlink()
        return False
    try:
        with file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(SAMPLE_RATE)
            wav.writeframes(audio.astype("<i2").tobytes())
        if path.exists():
            unfinished.unlink()
            return False
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return True


def _resampled(samples, rate):
    """Float samples at another rate, at 16 kHz: the spectrum up to what both rates can hold."""
    if rate == SAMPLE_RATE:
        return samples
    # As many samples as last a whole number of new ones; the zeros keep the end, which the
    # Fourier transform takes to come before the start, away from it.
    step = rate // math.gcd(rate, SAMPLE_RATE)
    length = -(-(len(samples) + rate // 10) // step) * step
    wanted = length * SAMPLE_RATE // rate
    spectrum = np.fft.rfft(samples, length)[: wanted // 2 + 1]
    resampled = np.fft.irfft(spectrum, wanted) * (wanted / length)
    return resampled[: math.ceil(len(samples) * SAMPLE_RATE / rate)]
