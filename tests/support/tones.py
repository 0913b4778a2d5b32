"""A keyword spotter whose words are tones, for tests: what it must report is known."""

import functools

import numpy as np

from tinyml_helpers import compress
from tinyml_helpers.applications.keywords.spotter import Settings
from tinyml_helpers.datasets.sounds import speech
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: Hertz of the words "yes", "no", "up" and "down"; each is in the middle of ten of the 40 bands.
PITCHES = (250, 900, 2000, 4500)
CLASSES = 12
RATE = 16000

#: (seconds at which a word begins, its class): half a second each.
WORDS = ((1.2, 2), (2.6, 4), (4.1, 5), (5.5, 3))
SECONDS = 7


@functools.cache
def tflite():
    """Bytes of a model that scores how loud each quarter of the bands was."""
    sound = keras.Input((49, 40, 1), batch_size=1)
    loudness = keras.layers.Flatten()(keras.layers.AveragePooling2D((49, 10))(sound))
    dense = keras.layers.Dense(CLASSES, activation="softmax")
    model = keras.Model(sound, dense(loudness))
    weights, biases = np.zeros((4, CLASSES)), np.full(CLASSES, -9.0)
    weights[range(4), range(2, 6)] = 6
    biases[2:6], biases[0] = 20, 0
    dense.set_weights([weights, biases])
    return compress.quantize(model, "int8", representative=representative())


@functools.cache
def remembering():
    """Bytes of a model that does the same two frames at a time, and keeps the last half second."""
    sound = keras.Input((None, 40, 1))
    bands = keras.layers.Conv2D(1, (2, 10), (2, 10), use_bias=False)
    memory = compress.Svdf(4, 12)
    dense = keras.layers.Dense(CLASSES, activation="softmax")
    model = keras.Model(sound, dense(memory(keras.layers.Reshape((-1, 4))(bands(sound)))))
    bands.set_weights([np.full((2, 10, 1, 1), 1 / 20)])
    memory.set_weights([np.eye(4), np.full((12, 4), 1 / 12)])
    weights, biases = np.zeros((4, CLASSES)), np.full(CLASSES, -9.0)
    weights[range(4), range(2, 6)] = 6
    biases[2:6], biases[0] = 18, 0
    dense.set_weights([weights, biases])
    sequences = np.repeat(representative()[:, :1], 40, axis=1)
    sequences[0, :2] = representative()[0, :2]
    return compress.quantize_streaming(model, sequences)


#: Settings under which tones are soon reported.
QUICK = Settings(hops_per_inference=5, average=3, threshold=150, refractory_hops=75)
REMEMBERING = Settings(hops_per_inference=2, average=6, threshold=150, refractory_hops=75)


def representative():
    """Inputs with the smallest and the largest code, for a scale of 1/32: float32 [20, ...]."""
    quiet_ones = np.full((20, 49, 40, 1), -4, np.float32)
    quiet_ones[1:] += np.random.default_rng(0).random((19, 1, 40, 1), np.float32) * 8
    quiet_ones[0, 0, 0] = 127 / 32
    return np.minimum(quiet_ones, 127 / 32)


@functools.cache
def stream():
    """Seconds with WORDS, faint noise, a click, silence and a full-scale square wave: int16 [n]."""
    rng = np.random.default_rng(1)
    sound = rng.normal(0, 3, SECONDS * 16000)
    for start, label in WORDS:
        time = np.arange(8000) / 16000
        tone = 9000 * np.sin(2 * np.pi * PITCHES[label - 2] * time)
        sound[int(start * 16000) :][:8000] += tone
    sound[3000] = 32767
    sound[5000:9000] = 0
    square = np.where(np.arange(1600) // 20 % 2, -32768, 32767)
    sound[-1600:] = square
    return np.clip(sound.round(), -32768, 32767).astype(np.int16)


def clips(count=60, names=speech.CLASSES, seed=0):
    """Clips that are easy to tell apart: a word is a tone of its own, silence is soft noise."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(names)
    hertz = 200 * 1.3 ** labels[:, np.newaxis]
    audio = 4000 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)
    audio[labels == 0] = 0
    audio += random.normal(0, 30, audio.shape)
    words = np.where(labels == 0, "", np.array(names)[labels])
    speakers = np.where(
        labels == 0, "", np.array(["ann", "bob", "eve"])[np.arange(count) // 12 % 3]
    )
    return speech.Clips(audio.astype(np.int16), labels, words, speakers, tuple(names))
