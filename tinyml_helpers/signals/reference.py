"""The front end in floating point, with TensorFlow's signal functions, to compare the C with."""

import numpy as np

from tinyml_helpers.quiet import quiet
from tinyml_helpers.signals import (
    BINS,
    CODE_OF_ONE,
    CODES_AN_OCTAVE,
    HIGHEST_HZ,
    HOP,
    LOWEST_HZ,
    SAMPLE_RATE,
    WINDOW,
)


def log_mel_reference(audio):
    """Log-mel features as `signals.log_mel`, computed with tf.signal and not rounded.

    Args:
        audio: int16 [..., samples], 16 kHz, at least 512 samples.

    Returns:
        float32 [..., frames, 40]: codes, cut to -128 to 127.
    """
    with quiet():
        import tensorflow as tf

    samples = tf.constant(np.asarray(audio, np.float64) / 32768)
    spectrum = tf.signal.stft(samples, WINDOW, HOP, window_fn=tf.signal.hann_window)
    matrix = tf.signal.linear_to_mel_weight_matrix(
        BINS, WINDOW // 2 + 1, SAMPLE_RATE, LOWEST_HZ, HIGHEST_HZ, dtype=tf.float64
    )
    power = np.asarray(tf.tensordot(tf.abs(spectrum) ** 2, matrix, 1))
    with np.errstate(divide="ignore"):
        codes = CODES_AN_OCTAVE * np.log2(power) + CODE_OF_ONE
    return np.clip(codes, -128, 127).astype(np.float32)
