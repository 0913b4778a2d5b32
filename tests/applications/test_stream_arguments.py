"""What a stream's model must be, and what a caller gives it: each refusal says what and why."""

import types

import numpy as np
import pytest
import tones
from streaming import changed

from tinyml_helpers.applications.stream import (
    ModelSpec,
    TensorSpec,
    check_whole_numbers,
    int16_samples,
)


class WrongModel(ValueError):  # noqa: N818 - as the applications name theirs
    pass


TAKES = TensorSpec((1, 49, range(40, 42), 1), 1 / 32, 0, "int8 [1, 49, 40 or 41, 1]")
GIVES = TensorSpec((1, 12), None, None, "int8 [1, 12] with one scale: quantiles")
SPEC = ModelSpec("a forecast's model", TAKES, GIVES, "one day at a time", WrongModel)


@pytest.mark.parametrize(("scale", "zero_point"), [(1 / 256, -128), (0.1, 3)])
def test_codes_of_any_scale_may_be_asked_for(scale, zero_point):
    model = SPEC.check(changed(tones.tflite(), output_scale=[scale], output_zeroPoint=[zero_point]))
    assert model.outputs[0].is_int8(scale, zero_point)


def test_a_scale_that_float32_rounds_may_be_asked_for():
    spec = SPEC._replace(gives=GIVES._replace(scale=0.1))
    spec.check(changed(tones.tflite(), output_scale=[0.1]))
    with pytest.raises(WrongModel, match=r"quantiles; this one gives int8 .* with scale 0.2 and"):
        spec.check(changed(tones.tflite(), output_scale=[0.2]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"takes": TAKES._replace(shape=(1, 49, 40))}, r"takes int8 \[1, 49, 40 or 41, 1\]; this"),
        ({"takes": TAKES._replace(shape=(1, 49, range(41, 43), 1))}, r"one takes int8 \[1, 49, 40"),
        ({"takes": TAKES._replace(zero_point=1)}, "with scale 0.03125 and zero point 0"),
        ({"gives": GIVES._replace(shape=(1, 11))}, r"one scale: quantiles; this one gives int8"),
        ({"gives": GIVES._replace(zero_point=0)}, "scale 0.00390625 and zero point -128"),
    ],
)
def test_another_model_is_refused_in_the_applications_words(changes, message):
    with pytest.raises(WrongModel, match=f"^a forecast's model .*{message}"):
        SPEC._replace(**changes).check(tones.tflite())


def test_codes_without_one_scale_are_refused(tiny_models):
    floats = TensorSpec((1, 8, 8, 1), None, None, "int8 [1, 8, 8, 1]")
    with pytest.raises(WrongModel, match=r"takes float32 \[1, 8, 8, 1\]$"):
        SPEC._replace(takes=floats).check(tiny_models["float32"])


@pytest.mark.parametrize("channels", [(), (3,)])
def test_samples_come_as_c_takes_them(channels):
    samples = np.arange(60, dtype=np.int16).reshape(20, 3)[::2][:, 0 if channels == () else ...]
    made = int16_samples(samples, "motion is int16", channels=channels)
    assert made.flags.c_contiguous and np.array_equal(made, samples)
    for wrong in (np.int16(3), samples.astype(int), np.zeros((2, 2), np.int16)):
        with pytest.raises(ValueError, match=r"^motion is int16, not int\d+ \[.*\]: turn it$"):
            int16_samples(wrong, "motion is int16", ": turn it", channels)


@pytest.mark.parametrize("wrong", [0, 8, 2.0, "3", None])
def test_a_setting_is_a_whole_number_in_its_range(wrong):
    for right in (1, np.uint8(7)):
        check_whole_numbers(types.SimpleNamespace(hours=right), hours=(1, 7))
    with pytest.raises(ValueError, match=f"^hours is a whole number from 1 to 7, not {wrong!r}$"):
        check_whole_numbers(types.SimpleNamespace(hours=wrong), hours=(1, 7))
