import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import quantization as check

EXERCISES = [
    Exercise(
        "quantization/1_quantize",
        check.quantize,
        wrong={
            "quantize = lambda real, scale, zero_point: "
            "(np.round(real / scale) + zero_point).astype(np.int8)": "beyond the ruler",
            "quantize = lambda real, scale, zero_point: "
            "np.clip(real / scale + zero_point, -128, 127).astype(np.int8)": "nearest",
            "quantize = lambda real, scale, zero_point: "
            "np.clip(np.round(real / scale), -128, 127).astype(np.int8)": "zero point",
            "quantize = lambda real, scale, zero_point: "
            "np.clip(np.round(real / scale) + zero_point, -128, 127)": "int8",
            "def quantize(real, scale, zero_point):\n    return real.no_such_method()": "stopped",
        },
    ),
    Exercise(
        "quantization/2_channel_scales",
        check.channel_scales,
        wrong={
            "channel_scales = lambda kernel: np.abs(kernel).max() / 127": "shape",
            "channel_scales = lambda kernel: kernel.max(axis=(0, 1, 2)) / 127": "sign",
            "channel_scales = lambda kernel: np.abs(kernel).max(axis=(0, 1, 2)) / 255": "127",
            "channel_scales = lambda kernel: np.ptp(kernel, axis=(0, 1, 2)) / 255": "affine",
        },
    ),
    Exercise(
        "quantization/3_safe_products",
        check.safe_products,
        wrong={
            "safe_products = 2**32 // (127 * 255)": "signed",
            "safe_products = 2**31 // 127": "product",
            "safe_products = (2**31 - 1) / (127 * 255)": "whole",
            "safe_products = 'many'": "number",
        },
    ),
    Exercise(
        "quantization/4_multiplier_and_shift",
        check.multiplier_and_shift,
        wrong={
            "multiplier_and_shift = lambda factor: round(factor * 2**31)": "two numbers",
            "def multiplier_and_shift(factor):\n"
            "    fraction, shift = np.frexp(factor)\n"
            "    return round(fraction * 2**31), int(shift)": "not from 2**30",
            "def multiplier_and_shift(factor):\n"
            "    fraction, shift = np.frexp(factor)\n"
            "    return min(round(fraction * 2**31), 2**31 - 1), -int(shift)": "come back",
            "def multiplier_and_shift(factor):\n"
            "    fraction, shift = np.frexp(factor)\n"
            "    return int(fraction * 2**31), int(shift)": "closer",
        },
    ),
    Exercise(
        "quantization/5_spoiled",
        check.spoiled,
        wrong={
            "spoiled = lambda images: images": "still reads",
            "spoiled = lambda images: images[:1]": "still reads",
            "spoiled = lambda images: 255 * images": "from 0 to 1",
            "spoiled = lambda images: 0 * images": "show nothing",
            "spoiled = lambda images: images[:, :4]": "refuse",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)
