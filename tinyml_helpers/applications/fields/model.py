"""The model of soil moisture: a small network from the last week to quantiles of what comes."""

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

#: Units of each hidden layer.
_HIDDEN = (40, 24)


def quantile_mlp():
    """An untrained network: 2,284 parameters, 2,208 MACs.

    Returns:
        A `keras.Model` from float32 [n, 24], inputs of history.h / 32, to [n, 12]: the 10%, 50% and
        90% quantiles of the change after 6, 24, 72 and 168 hours, each a share, -1 to 1, of
        c_node.MOST_CHANGE.
    """
    inputs = keras.Input((c_node.INPUTS,), name="history")
    x = inputs
    for number, units in enumerate(_HIDDEN, start=1):
        x = layers.Dense(units, activation="relu", name=f"hidden_{number}")(x)
    changes = layers.Dense(c_node.OUTPUT[1], activation="tanh", name="changes")(x)
    return keras.Model(inputs, changes, name="quantile_mlp")
