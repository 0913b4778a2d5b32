"""A tensor of a .tflite model, and how its codes stand for real numbers."""

from dataclasses import dataclass

import numpy as np

_FLOATS = ("float16", "float32", "float64")
_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


@dataclass(frozen=True, eq=False, repr=False)
class Tensor:
    """A tensor of the model.

    Attributes:
        index: its place in `ModelFile.tensors`.
        name: as the converter named it; for people, not always unique.
        shape: sizes of its dimensions; a dimension left open by the converter reads 1.
        dtype: "int8", "float32", "int32" and so on.
        scale: float32 [n], the real size of one step; n is 0 for a tensor that isn't quantized,
            1 for one scale for all, or the size of `quantized_dimension` for one scale a channel.
        zero_point: int64 [n], the code that stands for 0.0.
        quantized_dimension: the dimension whose channels have their own scales.
        byte_count: bytes its values take.
        is_variable: whether it keeps its values from one inference to the next.
        data: a constant's values [shape], read-only, or None for what is computed while running.
            Types NumPy lacks (int4, string and others) and sparse tensors give their raw bytes.
        open_dimensions: the dimensions the converter left open, such as (0,) for any batch.
    """

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: np.ndarray
    zero_point: np.ndarray
    quantized_dimension: int
    byte_count: int
    is_variable: bool
    data: np.ndarray | None
    open_dimensions: tuple[int, ...] = ()

    @property
    def is_constant(self):
        """Whether the values are in the file: weights, biases, shapes."""
        return self.data is not None

    @property
    def described(self):
        """Type, shape and codes in words, for messages; a str."""
        text = f"{self.dtype} {list(self.shape)}"
        if self.scale.size == 1:
            text += f" with scale {self.scale[0]:.6g} and zero point {self.zero_point[0]}"
        return text

    def is_int8(self, scale, zero_point):
        """Whether the codes are int8, with this one scale (a float) and zero point (an int)."""
        return (
            self.dtype == "int8"
            and np.array_equal(self.scale, np.float32([scale]))
            and np.array_equal(self.zero_point, [zero_point])
        )

    def quantize(self, real):
        """Turn real numbers into this tensor's codes: round(real / scale) + zero_point.

        Halves are rounded away from zero and codes outside the dtype saturate, as TfLiteRound and
        the Quantize kernel of TensorFlow Lite do, in float32. A float tensor takes the numbers as
        they are; so does an integer tensor without a scale, if they are whole.

        Args:
            real: array of any shape; with one scale a channel, of this tensor's number of
                dimensions and channels.

        Returns:
            An array of the same shape and of this tensor's dtype.

        Raises:
            ValueError: a NaN, a shape that doesn't fit the channels, numbers the dtype lacks.
        """
        real = np.asarray(real)
        if np.isnan(real).any():
            raise ValueError(f"there is a NaN among the numbers for tensor {self.name!r}")
        if self.dtype in _FLOATS:
            return real.astype(self.dtype)
        if self.dtype not in _INTEGERS:
            raise ValueError(f"numbers can't be turned into the {self.dtype} of {self.name!r}")
        if not len(self.scale):
            codes = real.astype(self.dtype)
            if not np.array_equal(codes, real):
                raise ValueError(
                    f"tensor {self.name!r} has no scale: give it whole numbers of its {self.dtype}"
                )
            return codes
        if not (self.scale > 0).all():
            raise ValueError(f"tensor {self.name!r} has a scale of 0, so it has no codes")
        scale, zero_point = self._along_channels(real)
        steps = np.divide(real, scale, dtype=np.float32).astype(np.float64)
        codes = np.trunc(steps + np.copysign(0.5, steps)) + zero_point
        limits = np.iinfo(self.dtype)
        # The float just below max + 1 becomes max as an integer; max itself, for an int64, is no
        # float, and the next one is out of range.
        return np.clip(codes, limits.min, np.nextafter(limits.max + 1.0, 0)).astype(self.dtype)

    def dequantize(self, codes):
        """Turn codes into the real numbers they stand for: scale * (code - zero_point).

        Args:
            codes: array of any shape; with one scale a channel, of this tensor's number of
                dimensions and channels.

        Returns:
            float32 array of the same shape. A tensor without a scale gives the codes themselves.

        Raises:
            ValueError: a shape that doesn't fit the channels.
        """
        codes = np.asarray(codes)
        if not len(self.scale):
            return codes.astype(np.float32)
        scale, zero_point = self._along_channels(codes)
        return (scale.astype(np.float64) * (codes - zero_point)).astype(np.float32)

    def _along_channels(self, values):
        """Scale and zero point in a shape that spreads over `values`."""
        if len(self.scale) == 1:
            return self.scale[0], self.zero_point[0]
        channels, dimension = len(self.scale), self.quantized_dimension
        if (
            not 0 <= dimension < values.ndim == len(self.shape)
            or values.shape[dimension] != channels
        ):
            raise ValueError(
                f"tensor {self.name!r} has a scale for each of {channels} channels in dimension "
                f"{dimension} of {len(self.shape)}, which shape {values.shape} doesn't fit"
            )
        sizes = [channels if place == dimension else 1 for place in range(values.ndim)]
        return self.scale.reshape(sizes), self.zero_point.reshape(sizes)

    def __repr__(self):
        scale = ""
        if len(self.scale):
            some = ", ..." if len(self.scale) > 1 else ""
            scale = f", scale {self.scale[0]!s}{some}, zero point {self.zero_point[0]}{some}"
        return f"<tensor {self.index} {self.name!r}: {self.dtype} {list(self.shape)}{scale}>"
