"""Codes and the real numbers they stand for, against LiteRT's kernels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import OPERATOR, hand_made, pack, tensor_of, tf

from tinyml_helpers.quiet import quiet


def kernel_result(name, values, tensors):
    """What LiteRT's reference kernel of an operator makes of values."""
    with quiet():
        interpreter = tf.lite.Interpreter(
            model_content=pack(hand_made(OPERATOR[name], tensors, [0], [1])),
            experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
        )
        interpreter.allocate_tensors()
    interpreter.set_tensor(0, values)
    interpreter.invoke()
    return interpreter.get_tensor(1)


@pytest.mark.parametrize(
    ("type_number", "scale", "zero_point"), [(9, 0.25, -3), (9, 0.007, 5), (7, 0.0003, 0)]
)
def test_as_the_quantize_and_dequantize_kernels(type_number, scale, zero_point):
    halves = np.arange(-600, 600) * np.float32(scale) / 2
    values = np.concatenate([halves, np.random.default_rng(0).normal(0, 9, 400), [1e5, -1e5]])
    values = values.astype(np.float32)
    real = {"shape": values.shape, "type": 0}
    codes = {"shape": values.shape, "type": type_number, "scale": [scale]}
    codes["zero_point"] = [zero_point]
    tensor = tensor_of([scale], [zero_point], type_number)
    quantized = kernel_result("QUANTIZE", values, [real, codes])
    np.testing.assert_array_equal(tensor.quantize(values), quantized)
    assert tensor.quantize(values).dtype == quantized.dtype
    np.testing.assert_array_equal(
        tensor.dequantize(quantized), kernel_result("DEQUANTIZE", quantized, [codes, real])
    )


def test_halves_round_away_from_zero():
    codes = tensor_of([1.0], [0]).quantize([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997])
    assert codes.tolist() == [-3, -2, -1, 1, 2, 3, 0]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    st.integers(-128, 127), st.floats(2**-20, 1000, width=32), st.floats(-10000, 10000, width=32)
)
def test_round_trip_is_within_half_a_step(zero_point, scale, value):
    tensor = tensor_of([scale], [zero_point])
    codes = np.arange(-128, 128).astype(np.int8)
    np.testing.assert_array_equal(tensor.quantize(tensor.dequantize(codes)), codes)
    again = float(tensor.dequantize(tensor.quantize(value)))
    low, high = (float(tensor.dequantize(code)) for code in (-128, 127))
    clipped = min(max(value, low), high)
    assert abs(again - clipped) <= scale * 0.5000001 + abs(value) * 1e-6


@pytest.mark.parametrize("type_number", [2, 4, 7, 9])
def test_saturates(type_number):
    tensor = tensor_of([1e-9], [0], type_number)
    limits = np.iinfo(tensor.dtype)
    low, high = tensor.quantize([-np.inf, np.inf]).tolist()
    assert low == limits.min and limits.max - high < 2048


def test_a_scale_for_each_channel():
    tensor = tensor_of([1.0, 0.5, 0.25], [0, 1, 2], shape=(2, 3), quantized_dimension=1)
    assert tensor.quantize(np.ones((2, 3))).tolist() == [[1, 3, 6], [1, 3, 6]]
    assert tensor.dequantize(np.full((1, 3), 5)).tolist() == [[5.0, 2.0, 0.75]]
    for wrong in (np.ones(3), np.ones((3, 2)), 1.0):
        with pytest.raises(ValueError, match="3 channels in dimension 1"):
            tensor.quantize(wrong)
        with pytest.raises(ValueError, match="3 channels in dimension 1"):
            tensor.dequantize(wrong)


def test_scales_that_fit_no_dimension():
    """TFLM's compressor leaves such tensors: packed bytes under the scales of the original."""
    tensor = tensor_of([1.0, 0.5], [0, 0], shape=(7,), quantized_dimension=3)
    with pytest.raises(ValueError, match="2 channels in dimension 3 of 1"):
        tensor.quantize(np.ones(7))


def test_without_a_scale():
    floats = tensor_of(None, None, type_number=0)
    assert floats.quantize([0.5]).dtype == np.float32 and floats.dequantize([0.5]) == [0.5]
    integers = tensor_of(None, None, type_number=2)
    assert integers.quantize([3.0]).tolist() == [3] and integers.dequantize([3]) == [3.0]
    for fraction in (0.5, 1e10):
        with pytest.raises(ValueError, match="has no scale"), np.errstate(invalid="ignore"):
            integers.quantize([fraction])


@pytest.mark.parametrize("scale", [[1.0], None])
def test_nan_is_refused(scale):
    with pytest.raises(ValueError, match="NaN"):
        tensor_of(scale, [0]).quantize([0.0, np.nan])


def test_a_tensor_in_words_and_whether_its_codes_are_those_asked_for():
    tensor = tensor_of([0.1234567], [-3], shape=(2, 1))
    assert tensor.described == "int8 [2, 1] with scale 0.123457 and zero point -3"
    assert tensor_of(None, None, type_number=0).described == "float32 [1]"
    assert tensor_of([1, 2], [0, 0], shape=(2,)).described == "int8 [2]"
    assert tensor.is_int8(0.1234567, -3)
    assert not tensor.is_int8(0.1234567, -2) and not tensor.is_int8(0.12, -3)
    assert not tensor_of([0.5], [0], type_number=7).is_int8(0.5, 0)
    assert not tensor_of([0.5, 0.5], [0, 0], shape=(2,)).is_int8(0.5, 0)


def test_scale_of_zero_is_refused():
    with pytest.raises(ValueError, match="scale of 0"):
        tensor_of([0.0], [0]).quantize([1.0])
