"""The model of a bearing's faults: a small convolutional network along orders of the shaft."""

from tinyml_helpers.applications.machines.c_watcher import CLASSES, INPUT
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

#: Filters, kernel and stride of each convolution.
CONVOLUTIONS = ((16, 5, 2), (16, 5, 2), (24, 3, 2), (32, 3, 2))

#: What may be said of each channel at the end, over all places.
POOLINGS = ("mean", "largest", "both")


def order_cnn(convolutions=CONVOLUTIONS, pooling="both"):
    """An untrained network: it looks for lines where the bearing's combs have teeth.

    Convolutions along the orders; then, of each channel, the mean and the largest, and a
    fully-connected layer. The largest says that a line is there, the mean how many. As order_cnn()
    comes it has four convolutions, each with half as many places: 5,700 parameters, 0.15 million
    MACs.

    Args:
        convolutions: filters, kernel and stride of each, in places along the orders.
        pooling: one of POOLINGS.

    Returns:
        A `keras.Model` from float32 [n, 192, 4], order codes and combs / 32, to probabilities
        [n, 4] of c_watcher.CLASSES.
    """
    inputs = keras.Input(INPUT[1:], name="orders_and_combs")
    x = inputs
    for number, (filters, kernel, stride) in enumerate(convolutions, start=1):
        name = f"conv_{number}"
        x = layers.Conv1D(filters, kernel, stride, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
        x = layers.ReLU(name=f"{name}_relu")(x)
    mean = layers.GlobalAveragePooling1D(name="mean")
    largest = layers.GlobalMaxPooling1D(name="largest")
    if pooling == "both":
        x = layers.Concatenate(name="both")([mean(x), largest(x)])
    else:
        x = (mean if pooling == "mean" else largest)(x)
    x = layers.Dropout(0.2, name="dropout")(x)
    scores = layers.Dense(len(CLASSES), activation="softmax", name="scores")(x)
    return keras.Model(inputs, scores, name="order_cnn")
