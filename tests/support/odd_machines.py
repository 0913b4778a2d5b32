"""Band codes of machines for the anomaly model: usual ones, and what no machine should give."""

import numpy as np


def machine(looks, seed=0, latent=3, spread=4.0, noise=1.0):
    """Band codes of a machine whose bands rise and fall together: int8 [looks, 32]."""
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(latent, 32)) * spread
    x = rng.normal(size=(looks, latent)) @ mixing + rng.normal(size=(looks, 32)) * noise
    return codes(x + rng.uniform(-60, 60, 32))


def codes(x):
    return np.clip(np.rint(x), -128, 127).astype(np.int8)


def alternating(looks, bands=slice(None)):
    made = np.zeros((looks, 32), np.int8)
    made[:, bands] = np.where(np.arange(looks) % 2, 127, -128)[:, np.newaxis]
    return made


def bands(looks):
    """What no machine gives, or only with a broken sensor: dict of name to int8 [looks, 32]."""
    rng = np.random.default_rng(9)
    ends = np.array([-128, 127], np.int8)
    return {
        "always the same": np.full((looks, 32), 5, np.int8),
        "silent": np.full((looks, 32), -128, np.int8),
        "all bands from end to end together": alternating(looks),
        "one band from end to end": alternating(looks, slice(0, 1)),
        "the last band from end to end": alternating(looks, slice(31, 32)),
        "every band from end to end": rng.choice(ends, (looks, 32)),
        "every band anywhere": rng.integers(-128, 128, (looks, 32)).astype(np.int8),
        "two bands against each other": alternating(looks) * np.array([1, -1] * 16, np.int8),
        "one wide, one narrow": codes(rng.normal(size=(looks, 1)) * np.logspace(-1, 2, 32)),
    }


def after(usual, seed=3):
    """The looks, and after them looks of every kind."""
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [
            usual,
            rng.integers(-128, 128, (100, 32)).astype(np.int8),
            rng.choice(np.array([-128, 127], np.int8), (100, 32)),
            usual[:50],
            np.full((1, 32), 127, np.int8),
            np.full((1, 32), -128, np.int8),
        ]
    )
