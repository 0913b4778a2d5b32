"""The models of beats: a small network from a beat's codes to normal, atrial or ventricular."""

from tinyml_helpers.applications.wearables.hearts.c_monitor import CLASSES, INPUTS
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

#: Of the inputs, those of intervals; all others are of the beat's shape and the usual one's.
INTERVALS = slice(96, 101)

#: Units of each hidden layer.
_HIDDEN = (40, 16)


def beat_mlp():
    """An untrained network: 4,907 parameters, 4,848 MACs.

    Returns:
        A `keras.Model` from float32 [n, 104], codes of beats.c / 32, to probabilities [n, 3] of
        c_monitor.CLASSES.
    """
    inputs = keras.Input((INPUTS,), name="beat")
    x = inputs
    for number, units in enumerate(_HIDDEN, start=1):
        x = layers.Dense(units, activation="relu", name=f"hidden_{number}")(x)
    scores = layers.Dense(len(CLASSES), activation="softmax", name="scores")(x)
    return keras.Model(inputs, scores, name="beat_mlp")
