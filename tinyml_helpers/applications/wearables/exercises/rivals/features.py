"""48 numbers that describe a window of movement: the NumPy of `c/rival_features.c`, equal to it.

Eight of each axis, all of them integers: what is kept says how the arm was held (sum, least, most,
low, high), how far it moved (deviation, change), and how often (crossings). What their order in
time was they don't say.
"""

import numpy as np

#: What is kept of each axis, in this order; `rival_features.h` says what each is.
NAMES = ("sum", "deviation", "least", "most", "change", "crossings", "low", "high")

#: A window's samples and axes, and its features in all.
SAMPLES, AXES = 100, 6
FEATURES = AXES * len(NAMES)

#: Places of `low` and `high` among the sorted samples.
_LOW, _HIGH = 10, 89


def of(windows):
    """The features of windows.

    Args:
        windows: int8 [n, 100, 6], codes of the network's input.

    Returns:
        int16 [n, 48]: the eight of the first axis, then those of the next.

    Raises:
        ValueError: they aren't such windows.
    """
    check_windows(windows)
    x = windows.astype(np.int64).transpose(0, 2, 1)
    ordered = np.sort(x, axis=2)
    total = x.sum(axis=2)
    # A float64's root, rounded down, is right for integers of up to 52 bits.
    deviation = np.sqrt(SAMPLES * (x * x).sum(axis=2) - total * total).astype(np.int64)
    above = SAMPLES * x > total[..., np.newaxis]
    kept = {
        "sum": total,
        "deviation": deviation,
        "least": ordered[..., 0],
        "most": ordered[..., -1],
        "change": np.abs(np.diff(x, axis=2)).sum(axis=2),
        "crossings": (above[..., 1:] != above[..., :-1]).sum(axis=2),
        "low": ordered[..., _LOW],
        "high": ordered[..., _HIGH],
    }
    found = np.stack([kept[name] for name in NAMES], axis=2)
    return found.reshape(len(windows), FEATURES).astype(np.int16)


def check_windows(windows):
    """Raise a ValueError unless these are windows, int8 [n, 100, 6]."""
    if windows.dtype != np.int8 or windows.shape[1:] != (SAMPLES, AXES):
        raise ValueError(
            f"windows are {windows.dtype} {list(windows.shape)}: give int8 [n, {SAMPLES}, {AXES}], "
            "codes of the network's input"
        )


def check_features(seen):
    """Raise a ValueError unless these are features, int16 [n, 48]."""
    if seen.dtype != np.int16 or seen.ndim != 2 or seen.shape[1] != FEATURES:
        raise ValueError(
            f"features are {seen.dtype} {list(seen.shape)}: give int16 [n, {FEATURES}], "
            "features.of makes them"
        )


def check_examples(seen, classes):
    """How many classes examples have.

    Raises:
        ValueError: they aren't features with a class each, or a class below the largest one has no
            example.
    """
    check_features(seen)
    if classes.shape != seen.shape[:1]:
        raise ValueError(
            f"{len(seen)} windows and {len(classes)} classes: give each window its own"
        )
    found = np.unique(classes).tolist()
    if len(found) < 3 or found != list(range(len(found))):
        raise ValueError(
            f"the classes of the examples are {found}: number them from 0, three or more, and give "
            "examples of each"
        )
    return len(found)
