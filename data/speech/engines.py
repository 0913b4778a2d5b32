"""The speech engines: each turns a word into samples at 16 kHz. They are Debian packages."""

import math
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import soundfile
from scipy.signal import resample_poly

RATE = 16000

#: What has to be installed, each by the command that lists its voices, and Debian's packages.
_LISTS = {
    "espeak-ng": (["espeak-ng", "--voices=variant"], "espeak-ng"),
    "flite": (["flite", "-lv"], "flite"),
    "festival": (
        ["festival", "-b", "(print (voice.list))"],
        "festival festvox-kallpc16k festvox-kdlpc16k",
    ),
}

#: Festival's diphone voices, and the function that selects each.
FESTIVAL = {"kal": "voice_kal_diphone", "ked": "voice_ked_diphone"}

#: How long Festival is silent on both sides of a word.
_SILENCE_SECONDS = 0.15


class EngineError(RuntimeError):
    """A speech engine is missing or failed; the message says which, and what to install."""


def check(voices):
    """Make sure that everything is installed: engines take another voice for one they lack.

    Args:
        voices: pairs of an engine's name and one of its voices.

    Raises:
        EngineError: an engine or a voice is missing.
    """
    lists = {}
    for engine, voice in voices:
        command, packages = _LISTS[engine]
        if not shutil.which(engine):
            raise EngineError(f"{engine} isn't installed: run `apt-get install {packages}`")
        if engine not in lists:
            lists[engine] = set(re.findall(r"\w+", _run(command).stdout))
        if f"{voice}_diphone" not in lists[engine] and voice not in lists[engine]:
            raise EngineError(
                f"{engine} has no voice {voice}: run `apt-get install {packages}`; this was made "
                "with the versions in data/speech.md"
            )


def _run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise EngineError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done


def _read(file):
    """The samples of a WAV file at 16 kHz, float64 in -1..1."""
    samples, rate = soundfile.read(file)
    if rate != RATE:
        common = math.gcd(rate, RATE)
        samples = resample_poly(samples, RATE // common, rate // common)
    return samples


def espeak(text, voice, pitch=50, speed=150):
    """`text` by espeak-ng. `voice` is "accent+variant"; pitch 0 to 99; speed in words a minute."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "word.wav"
        _run(["espeak-ng", "-v", voice, "-p", f"{pitch:.0f}", "-s", f"{speed:.0f}",
              "-w", str(file), text])  # fmt: skip
        return _read(file)


def flite(voice, text, phones=None, stretch=1.0, pitch=120.0):
    """A word by flite, from its phones or its spelling.

    Args:
        voice: "slt", "rms", "awb" or "kal16".
        text: the word.
        phones: how to say it: phones separated by blanks, such as "y eh s"; or None.
        stretch: how much longer than usual.
        pitch: about how high, in Hz.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "word.wav"
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.3f}"]
        command += ["--setf", f"int_f0_target_mean={pitch:.1f}"]
        command += ["-p", f"pau {phones} pau"] if phones else ["-t", text]
        _run([*command, "-o", str(file)])
        return _read(file)


def festival(voice, words):
    """Many words by one of Festival's diphone voices.

    Args:
        voice: a key of `FESTIVAL`.
        words: a list of (phones, seconds, pitches): the English phones of a word, how long
            each lasts, and the pitch in Hz in the middle of each.

    Returns:
        A list of float64 arrays.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"({FESTIVAL[voice]})"]
        files = [Path(folder) / f"{number}.wav" for number in range(len(words))]
        for file, (phones, seconds, pitches) in zip(files, words, strict=True):
            segments = " ".join(_segments(phones, seconds, pitches))
            lines.append(
                f'(utt.save.wave (utt.synth (Utterance Segments ({segments}))) "{file}" \'riff)'
            )
        script = Path(folder) / "words.scm"
        script.write_text("\n".join(lines), encoding="ascii")
        _run(["festival", "-b", str(script)])
        edge = round((_SILENCE_SECONDS - 0.03) * RATE)  # some voices' silence isn't silent
        return [_read(file)[edge:-edge] for file in files]


def _segments(phones, seconds, pitches):
    """Festival's segments: (phone seconds (seconds into it, pitch)), a silence at both ends."""
    silence = f"(pau {_SILENCE_SECONDS})"
    middles = (
        f"({phone} {length:.3f} ({length / 2:.3f} {pitch:.1f}))"
        for phone, length, pitch in zip(phones, seconds, pitches, strict=True)
    )
    return [silence, *middles, silence]
