# Operator 1 owned the arena, mostly by what it reads: the first layer's maps. With a stride of 2
# they are a quarter of the size.
def smaller():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((96, 96, 1)),
            layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
            layers.DepthwiseConv2D(3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(64, 1, activation="relu"),
            layers.DepthwiseConv2D(3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(64, 1, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
