"""The forecast against the model's own codes, and which models will do."""

import growing
import numpy as np
import pytest
from streaming import changed, doubled

from tinyml_helpers import micro
from tinyml_helpers.applications.fields import c_node, offline, trained

SEEN = np.random.default_rng(0).integers(-127, 128, (300, 24), dtype=np.int8)
STEPS = np.array([0.05, 0.1, 0.2, 0.2])


def test_quantiles_are_the_models_codes_in_order():
    interpreter = micro.Interpreter(growing.tflite())
    codes = np.stack([interpreter.invoke(row[np.newaxis])[0] for row in SEEN]).astype(int)
    codes = codes.reshape(-1, 4, 3)
    crossed = (np.diff(codes, axis=2) < 0).any(axis=(1, 2))
    assert 0 < crossed.mean() < 1
    expected = np.sort(codes, axis=2) * STEPS[:, np.newaxis]
    np.testing.assert_allclose(offline.forecasts(growing.tflite(), SEEN), expected, atol=1e-9)


def test_the_largest_change_is_as_said():
    np.testing.assert_allclose(128 * STEPS, c_node.MOST_CHANGE)


def test_rain_to_come_makes_the_forecast_wetter():
    year, read = growing.year()
    sky = {"water": year.rain, "temperature": year.temperature}
    means = []
    for mm in (0.0, 5.0, 20.0):
        ahead = np.full((len(year.rain), 3), mm)
        seen = offline.inputs(read.values, year.times[0], **sky, ahead=ahead, every=24)
        means.append(offline.forecasts(growing.tflite(), seen)[:, 1:, 1].mean(axis=0))
    assert (np.diff(means, axis=0) > 1).all()


@pytest.mark.parametrize("seen", [SEEN.astype(float), SEEN[:, :20], SEEN[0]])
def test_what_the_model_is_not_shown_is_refused(seen):
    with pytest.raises(ValueError, match=r"give int8 \[n, 24\]"):
        offline.forecasts(growing.tflite(), seen)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"input_scale": [1 / 16]}, "takes int8 .* with scale 1/32"),
        ({"input_zeroPoint": [3]}, "takes int8 .* zero point 0"),
        ({"output_scale": [1 / 256]}, "gives int8 .* with scale 1/128"),
        ({"output_zeroPoint": [-128]}, "gives int8 .* zero point 0"),
    ],
)
def test_a_model_with_other_codes_is_refused(fields, message):
    with pytest.raises(c_node.WrongModel, match=f"a model of soil moisture {message}"):
        c_node.MODEL.check(changed(growing.tflite(), **fields))


@pytest.mark.parametrize("more", ["inputs", "outputs"])
def test_a_model_with_more_ends_is_refused(more):
    with pytest.raises(c_node.WrongModel, match="has one input and one output"):
        c_node.MODEL.check(doubled(growing.tflite(), more))


def test_the_committed_model_will_do():
    c_node.MODEL.check(trained.committed(trained.SIMULATED))
