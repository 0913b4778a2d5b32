"""Models for tests of channel pruning, put together at random."""

import keras
from keras import layers

ACTIVATIONS = ("linear", "relu", "relu6", "tanh", "leaky_relu")  # those that leave 0 at 0


def random_network(random):
    """A small functional model that branches, adds, concatenates and reshapes at random.

    (Hypothesis draws alike models again and again when it may draw only a few.)
    """

    def activation():
        return random.choice(ACTIVATIONS)

    def convolution(x):
        size, channels = random.choice((1, 3)), random.randint(1, 6)
        return layers.Conv2D(channels, size, padding="same", activation=activation())(x)

    def separable(x):
        return layers.SeparableConv2D(
            random.randint(1, 6), 3, padding="same", depth_multiplier=random.randint(1, 2)
        )(x)

    def depthwise(x):
        multiplier = random.randint(1, 2)
        return layers.DepthwiseConv2D(
            3, padding="same", depth_multiplier=multiplier, activation=activation()
        )(x)

    def batch_norm(x):
        return layers.ReLU()(layers.BatchNormalization()(x))

    def add(x):
        return layers.Add()([x, random.choice([y for y in tensors if y.shape == x.shape])])

    def concatenate(x):
        return layers.Concatenate()([x, random.choice(tensors)])

    def residual(x):
        return layers.Add()([x, layers.Conv2D(x.shape[-1], 3, padding="same")(x)])

    image = keras.Input((4, 4, random.randint(1, 2)))
    tensors = [image, layers.Conv2D(random.randint(2, 6), 3, padding="same")(image)]
    steps = (convolution, separable, depthwise, batch_norm, add, concatenate, residual)
    for step in random.choices(steps, k=random.randint(2, 6)):
        tensors.append(step(random.choice(tensors[-2:])))

    x = tensors[-1]
    if random.random() < 0.5:
        x = layers.MaxPooling2D(2)(x)
    if random.random() < 0.5:
        x = layers.Reshape((-1, x.shape[-1]))(x)
        x = layers.Conv1D(random.randint(1, 6), 2, activation=activation())(x)
    x = layers.Flatten()(x)
    if random.random() < 0.5:
        x = layers.Dense(12, activation=activation())(layers.Dropout(0.3)(x))
        x = layers.Flatten()(layers.Conv2D(3, 2)(layers.Reshape((2, 2, 3))(x)))
    return keras.Model(image, layers.Dense(3, activation="softmax")(x))
