"""What a caller gives a stream, checked: samples, and the numbers of its settings."""

import numpy as np


def int16_samples(samples, wanted, hint="", channels=()):
    """Samples as a contiguous int16 array [n, *channels].

    Args:
        samples: what was given.
        wanted: what an error says they are, "sound is int16 [samples], 16 kHz".
        hint: what it says at its end of what to do.
        channels: () for one channel, or (channels,).

    Raises:
        ValueError: they are something else.
    """
    samples = np.asarray(samples)
    if samples.dtype != np.int16 or samples.ndim == 0 or samples.shape[1:] != channels:
        raise ValueError(f"{wanted}, not {samples.dtype} {list(samples.shape)}{hint}")
    return np.ascontiguousarray(samples)


def check_whole_numbers(settings, **limits):
    """Check settings that are whole numbers.

    Args:
        settings: with an attribute for each of `limits`.
        limits: by name the smallest and the largest that will do, a pair.

    Raises:
        ValueError: one is out of its range, or no whole number.
    """
    for name, (low, high) in limits.items():
        value = getattr(settings, name)
        if not isinstance(value, int | np.integer) or not low <= value <= high:
            raise ValueError(f"{name} is a whole number from {low} to {high}, not {value!r}")
