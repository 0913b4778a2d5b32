"""Folders of .wav files for tests, written byte by byte: no code under test takes part."""

import struct

import numpy as np


def wav_bytes(samples, rate=16_000, bits=16, form=1):
    """The bytes of a .wav file of `samples` [n] or [n, channels], already of the right dtype."""
    samples = np.asarray(samples)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    frame = channels * bits // 8
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, form, channels, rate, rate * frame, frame, bits)
    body = head + struct.pack("<4sI", b"data", samples.nbytes) + samples.tobytes()
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


def write_wav(path, samples, **form):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(samples, **form))
    return path


def write_clips(folder, names):
    """A clip for each name, constant at its place in `names`; returns the folder."""
    for number, name in enumerate(names):
        write_wav(folder / name, np.full(16_000, number, "<i2"))
    return folder
