"""The two layers of quantization-aware training: int8's rounding, computed in float32.

Both round to a grid of 256 (or 255) evenly spaced values, as in Jacob and others, "Quantization
and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018, section 3.
Rounding has a gradient of 0 almost everywhere, which would teach nothing; so the gradient passes
through it as if it weren't there (the "straight-through estimator"), and stops outside the range.
"""

from functools import reduce

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf
    from keras import ops

#: How much of the range learnt so far a training batch keeps.
_MOMENTUM = 0.99

#: The narrowest range, so that a tensor that is all 0 still has a scale.
_NARROWEST = 1e-4


@keras.saving.register_keras_serializable("tinyml_helpers")
class FakeQuant(keras.layers.Layer):
    """Round activations to 256 evenly spaced values, one of which is exactly 0.

    The range is learnt in training, as moving averages of each batch's least and largest value;
    the first batch sets it. At inference it stands still.

    Args:
        fixed: the range (low, high), or None to learn it. A fixed range rounds at inference
            only: a probability rounded to 0 would leave the training loss without a gradient.
        tensors: how many tensors share the range; it spans the ranges of them all.

    Attributes:
        lows: the lower end of each tensor's range, scalar variables, 0 until the first batch.
        highs: the upper ends, likewise.
    """

    def __init__(self, fixed=None, tensors=1, **kwargs):
        super().__init__(**kwargs)
        self.fixed = fixed
        self.tensors = tensors
        self.learns = False  # at inference too; `quantization_aware` sets the first ranges so

    def build(self, input_shape):
        self.lows, self.highs = (
            [
                self.add_weight((), keras.initializers.Constant(value), trainable=False)
                for _ in range(self.tensors)
            ]
            for value in self.fixed or (0, 0)
        )

    def call(self, x, tensor=0, training=False):
        """Round x; `tensor` says which of the tensors that share the range it is."""
        if self.fixed and training:
            return x
        if not self.fixed and (training or self.learns):
            _learn(self.lows[tensor], ops.minimum(ops.min(x), 0))
            _learn(self.highs[tensor], ops.maximum(ops.max(x), _NARROWEST))
        low, high = reduce(ops.minimum, self.lows), reduce(ops.maximum, self.highs)
        return tf.quantization.fake_quant_with_min_max_vars(x, low, high)

    def get_config(self):
        return super().get_config() | {"fixed": self.fixed, "tensors": self.tensors}


def _learn(end, seen):
    """Move an end of a range towards the one this batch has."""
    before = ops.where(ops.equal(end, 0), seen, end)
    end.assign(_MOMENTUM * before + (1 - _MOMENTUM) * seen)


@keras.saving.register_keras_serializable("tinyml_helpers")
class QuantizedWeights(keras.layers.Layer):
    """Run a Conv2D, DepthwiseConv2D or Dense layer with its kernel rounded to int8.

    Args:
        layer: the Keras layer. Its own weights stay unrounded: they are what training moves.
        per_channel: one scale an output channel, or one for the whole kernel.
    """

    def __init__(self, layer, per_channel, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer
        self.per_channel = per_channel

    def build(self, input_shape):
        if not self.layer.built:  # a layer read from a file is
            self.layer.build(input_shape)

    def call(self, x):
        kernel, rounded = self.layer.kernel, self.rounded_kernel()

        def swap(variables):
            return [rounded if variable is kernel else variable for variable in variables]

        trainable, fixed = self.layer.trainable_variables, self.layer.non_trainable_variables
        return self.layer.stateless_call(swap(trainable), swap(fixed), x)[0]

    def rounded_kernel(self):
        """The kernel's int8 codes times their scale; the codes are in -127...127, 0 means 0.

        The scale is max|w| / 127, over each output channel or over the whole kernel: symmetric,
        as the LiteRT 8-bit quantization specification has it.
        """
        kernel = ops.convert_to_tensor(self.layer.kernel)
        shape = kernel.shape
        if isinstance(self.layer, keras.layers.DepthwiseConv2D):
            # [height, width, channels, multiplier]: the last two together are the output channels.
            kernel = ops.reshape(kernel, (*shape[:2], shape[2] * shape[3]))
        axes = tuple(range(len(kernel.shape) - 1)) if self.per_channel else None
        largest = ops.stop_gradient(ops.max(ops.abs(kernel), axis=axes))
        largest = ops.maximum(largest, _NARROWEST)
        if self.per_channel:
            fake_quant = tf.quantization.fake_quant_with_min_max_vars_per_channel
        else:
            fake_quant = tf.quantization.fake_quant_with_min_max_vars
        return ops.reshape(fake_quant(kernel, -largest, largest, narrow_range=True), shape)

    def get_config(self):
        layer = keras.saving.serialize_keras_object(self.layer)
        return super().get_config() | {"layer": layer, "per_channel": self.per_channel}

    @classmethod
    def from_config(cls, config):
        layer = keras.saving.deserialize_keras_object(config["layer"])
        return cls(**(config | {"layer": layer}))
