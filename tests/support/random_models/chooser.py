"""Random choices: numbers, scales, zero points, and the values of tensors."""

import numpy as np


class Chooser:
    """The one source of randomness of a model.

    Args:
        seed: as np.random.default_rng takes it.

    Attributes:
        rng: the np.random.Generator.
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self._arrays = {}

    def chance(self, probability):
        """True with this probability."""
        return self.rng.random() < probability

    def integer(self, low, high):
        """An int from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, options):
        """One of a sequence."""
        return options[self.rng.integers(len(options))]

    def power(self, low, high):
        """A float from 2**low to 2**high, evenly spread over its logarithm.

        A quarter are powers of two, or these by a simple fraction. They make halves, which are to
        be rounded, and near halves, where it matters which steps compute in float32.
        """
        exponent = self.rng.uniform(low, high)
        if self.chance(0.25):
            simple = round(exponent) + np.log2(self.pick((1, 1, 1, 3 / 2, 5 / 4, 2 / 3, 4 / 5)))
            exponent = simple if low <= simple <= high else exponent
        return float(2.0**exponent)

    def scale(self, dtype="int8"):
        """A scale: most within what converters write, some at the ends, some a power of two."""
        if dtype == "int16":
            return self.scale() / 256
        kind = self.rng.random()
        if kind < 0.7:
            return float(np.float32(self.power(-9, -2)))
        if kind < 0.85:
            return float(np.float32(self.power(-20, 6)))
        return 2.0 ** self.integer(-20, 6)

    def zero_point(self, dtype="int8"):
        """A zero point. Of int16 it is 0, which is all that kernels for it take."""
        if dtype != "int8":
            return 0
        near, far = self.integer(-40, 40), self.integer(-128, 127)
        return self.pick((-128, 127, 0, 0, 0, near, near, near, far, far))

    def activation(self, output):
        """Number of a fused activation: most often NONE, also RELU, RELU_N1_TO_1 and RELU6.

        One that would leave hardly any of the output's codes is rare.
        """
        kind = self.pick((0, 0, 0, 1, 2, 3))
        if kind and output.dtype != "float32":
            limits = np.iinfo(output.dtype)
            low, high = ((0, 256 if output.dtype == "int8" else np.inf), (-1, 1), (0, 6))[kind - 1]
            low, high = (output.zero_point + end / output.scale for end in (low, high))
            if min(high, limits.max) - max(low, limits.min) < 8 and self.chance(0.9):
                return 0
        return kind

    def values(self, shape, meaning):
        """Random values for a tensor: codes that cover their range, saturate, or hardly vary."""
        dtype, _, zero_point = meaning
        if dtype == "float32":
            spread = self.pick((1, 1, 8, 100, 2**-10))
            return self.rng.normal(0, spread, shape).astype(np.float32)
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        kind = self.rng.random()
        if dtype == "int8" and tuple(shape) == (256,) and kind < 0.6:
            values = self.rng.permutation(np.arange(low, high + 1))
        elif kind < 0.6:
            values = self.rng.integers(low, high + 1, shape)
        elif kind < 0.66:
            values = np.full(shape, self.pick((low, high, zero_point)))
        elif kind < 0.76:
            values = np.resize((low, high), shape)
        elif kind < 0.88:
            values = self.pick(([low, high], [low, zero_point, high]))
            values = self.rng.choice(values, shape)
        else:
            most = 4 if dtype == "int8" else 1000
            near = zero_point + self.rng.integers(-most, most + 1, shape)
            values = np.clip(near, low, high)
        return values.astype(dtype)

    def weights(self, shape):
        """Random int8 weights; now and then those another tensor of this shape has."""
        if shape in self._arrays and self.chance(0.5):
            return self._arrays[shape]
        kind = self.rng.random()
        if kind < 0.8:
            values = self.rng.integers(-127, 128, shape)
        elif kind < 0.9:
            values = self.rng.integers(-128, 128, shape)  # -128 is unusual, but allowed
        else:
            values = self.rng.choice([-128, -127, 127], shape)
        self._arrays[shape] = values.astype(np.int8)
        return self._arrays[shape]
