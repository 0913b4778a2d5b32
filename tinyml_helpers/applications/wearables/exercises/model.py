"""The network that names a movement: two seconds of six axes in, a score for each class out."""

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

#: Samples of a window, at 50 Hz, and axes.
WINDOW, AXES = 100, 6

#: The first convolution: channels, width, stride.
_FIRST = 16, 8, 4

#: The others, separable: channels, width, stride.
_OTHERS = (32, 5, 2), (48, 5, 1), (64, 3, 2)


def wrist_cnn(classes):
    """An untrained network: some 8,000 parameters and 72,000 MACs.

    Separable convolutions (F. Chollet, *Xception*, CVPR 2017): one that looks along time in each
    channel by itself, one that mixes the channels. They take a quarter of the MACs of whole ones.

    Args:
        classes: how many there are.

    Returns:
        A `keras.Model` from float32 [n, 100, 6], acceleration in g and rotation in 2 rad/s, to
        [n, classes], a softmax.
    """
    inputs = keras.Input((WINDOW, AXES), name="motion")
    channels, width, stride = _FIRST
    x = layers.Conv1D(channels, width, stride, padding="same", use_bias=False)(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    # Depthwise convolutions of runtimes have two dimensions: here the second has one place.
    x = layers.Reshape((-1, 1, channels))(x)
    for channels, width, stride in _OTHERS:
        along = layers.DepthwiseConv2D((width, 1), stride, padding="same", use_bias=False)(x)
        x = layers.Conv2D(channels, 1, use_bias=False)(layers.BatchNormalization()(along))
        x = layers.ReLU()(layers.BatchNormalization()(x))
    # What was there on the whole, and what was there at all.
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    x = layers.Dropout(0.3)(x)
    scores = layers.Dense(classes, activation="softmax", name="classes")(x)
    return keras.Model(inputs, scores, name="wrist_cnn")
