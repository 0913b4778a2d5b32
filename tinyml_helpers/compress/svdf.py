"""SVDF as a Keras layer: what TensorFlow Lite calls a dense layer over time, split in two."""

from tinyml_helpers.quiet import quiet

with quiet():
    import keras


@keras.saving.register_keras_serializable(package="tinyml_helpers")
class Svdf(keras.layers.Layer):
    """A unit weighs the features of a moment, then what it made of the last moments.

    out[t, unit] = sum over k of time[k, unit] × (sum over features of in[t - k] × feature)

    A moment before the first counts as zeros, as for a chip that has just been switched on. On a
    chip the layer sees one moment after the other, and keeps what it made of the last ones:
    `quantize_streaming` makes that of it.

    Source: Nakkiran et al., "Compressing Deep Neural Networks using a Rank-Constrained Topology",
    Interspeech 2015; here with one filter a unit. It has no bias of its own: a BatchNormalization
    behind it brings one.

    Args:
        units: how many, an int.
        memory: moments that a unit sees, an int from 1 up; the newest is the last.
        kwargs: of `keras.layers.Layer`.
    """

    def __init__(self, units, memory, **kwargs):
        super().__init__(**kwargs)
        self.units, self.memory = units, memory

    def build(self, input_shape):
        """Make `feature` [features, units] and `time` [memory, units], the oldest moment first."""
        self.feature = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="feature"
        )
        spread = keras.initializers.RandomNormal(stddev=self.memory**-0.5)
        self.time = self.add_weight(
            shape=(self.memory, self.units), initializer=spread, name="time"
        )

    def call(self, moments):
        """Float32 [n, moments, features] to [n, moments, units]."""
        weighed = keras.ops.matmul(moments, self.feature)
        count = keras.ops.shape(weighed)[1]
        past = keras.ops.pad(weighed, [[0, 0], [self.memory - 1, 0], [0, 0]])
        return sum(past[:, k : k + count] * self.time[k] for k in range(self.memory))

    def compute_output_shape(self, input_shape):
        """[n, moments, units]."""
        return (*input_shape[:-1], self.units)

    def get_config(self):
        """What `keras.models.load_model` makes the layer of."""
        return {**super().get_config(), "units": self.units, "memory": self.memory}
