"""CSV files of vibration as phones and boards write them, and what must come of them."""

import numpy as np

G = 9.80665


def times(rate=200, seconds=3.0, jitter=0.0, seed=0):
    """float64 [n]: seconds from 0, each off by up to `jitter` of a step."""
    off = np.random.default_rng(seed).uniform(-jitter, jitter, int(rate * seconds) + 1)
    off[[0, -1]] = 0
    return (np.arange(len(off)) + off) / rate


def shaken(t, hz=20.0, rest=(0.1, -0.2, 1.0), by=(0.1, 0.2, 0.5)):
    """x, y, z in g: a tone on each axis, over what gravity gives at rest."""
    wave = np.sin(2 * np.pi * hz * t)
    return [still + size * wave for still, size in zip(rest, by, strict=True)]


def rows(*columns, separator=",", form="{:.9g}"):
    lines = zip(*columns, strict=True)
    return [separator.join(form.format(value) for value in line) for line in lines]


def write(tmp_path, header, lines, name="fan.csv", end="\n", encoding="utf-8"):
    text = end.join([*([header] if header else []), *lines]) + end
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


def is_tone(recording, hz, g, within=0.02):
    """Whether a recording is a sine wave of so many Hz and g that began at 0, but for its ends."""
    time = np.arange(len(recording.samples)) / recording.rate
    off = recording.samples / 2048 - g * np.sin(2 * np.pi * hz * time)
    return np.abs(off[20:-20]).max() < within * g
