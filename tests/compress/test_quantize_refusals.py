"""What `compress.quantize` refuses: models, modes and representative inputs."""

import numpy as np
import pytest
import topologies

from tinyml_helpers import compress
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert

with quiet():
    import keras
    from keras import layers

good = np.linspace(-1, 1, 30, dtype=np.float32).reshape(5, 6)
BAD = {
    "empty": (good[:0], "no representative inputs"),
    "one sample without its axis": (good[0], "shape"),
    "wrong shape": (good[:, :5], r"\(5, 5\).*\(n, 6\)"),
    "extra axis": (good[..., None], "shape"),
    "scalar": (0.5, "shape"),
    "integers": ((good * 255).astype("uint8"), "uint8"),
    "booleans": (good > 0, "bool"),
    "text": (np.full((5, 6), "a"), "<U1"),
    "NaN": (np.where(np.arange(6) == 2, np.nan, good).astype("float32"), "NaN"),
    "infinity": (np.where(np.arange(6) == 2, np.inf, good), "infinity"),
    "too large for float32": (good.astype("float64") * 1e300, "infinity"),
    "two arrays": ([good, good], r"list of 2.*has 1 input: give an array \[n, 6\]"),
    "ragged": ([[1.0, 2.0], [1.0]], "list of 2, the first"),
    "one ragged list": ([[[1.0, 2.0], [1.0]]], "different lengths"),
    "nothing": ([], "list of 0"),
    "a name": ("x_train", "are a str"),
    "nothing yielded": (lambda: iter([]), "yield no sample"),
    "something else yielded": (lambda: iter([good[0, :5]]), r"yield a ndarray of shape \(5,\)"),
    "a function with arguments": (lambda x: x, "without arguments"),
    "unknown names": ({"wave": good, "image": good}, "dict with 'wave', 'image'.*called 'keras_"),
    "labels behind it": ((good, np.arange(5)), r"tuple of 2.*has 1 input: give an array"),
    "a layer": (layers.Dense(2), "are a Dense: give an array"),
    "all zero": (good * 0, "every number.*is 0.*no scale"),
    "constant": (good * 0 + 0.5, r"every number.*is 0\.5.*no scale"),
}


@pytest.mark.parametrize("representative, message", BAD.values(), ids=BAD)
@pytest.mark.parametrize("mode", ["int8", "int16x8"])
def test_bad_representative_inputs_are_refused(representative, message, mode):
    with pytest.raises(ValueError, match=message):
        compress.quantize(topologies.made(topologies.dense), mode, representative)


def test_representative_arrays_of_several_inputs_belong_together():
    wave, image = topologies.inputs_for(topologies.made(topologies.two_inputs))
    with pytest.raises(ValueError, match="length"):
        compress.quantize(topologies.made(topologies.two_inputs), "int8", [wave, image[:-1]])
    with pytest.raises(ValueError, match="shape"):
        compress.quantize(topologies.made(topologies.two_inputs), "int8", [image, wave])


@pytest.mark.parametrize("mode", ["int8", "int16x8"])
def test_integers_need_representative_inputs(mode):
    with pytest.raises(ValueError, match="needs representative inputs"):
        compress.quantize(topologies.made(topologies.dense), mode)


@pytest.mark.parametrize("mode", ["int4", "", None, "INT8"])
def test_unknown_modes_are_refused(mode):
    with pytest.raises(ValueError, match="float32, dynamic, int8, int16x8"):
        compress.quantize(topologies.made(topologies.dense), mode, good)


def test_int16x8_has_one_scale_a_channel_only():
    with pytest.raises(ValueError, match="per_channel=True"):
        compress.quantize(topologies.made(topologies.dense), "int16x8", good, per_channel=False)


def test_unsupported_layers_are_named():
    model = keras.Sequential([keras.Input((4, 3)), layers.LSTM(3, name="memory")])
    with pytest.raises(compress.UnsupportedModel, match=r"'memory' \(LSTM\).*Conv1D"):
        compress.quantize(model, "float32")


def test_nothing_is_printed(capfd):
    compress.quantize(topologies.made(topologies.dense), "int8", good)
    assert capfd.readouterr() == ("", "")


def test_equal_biases_that_int16x8_would_get_wrong_are_refused():
    keras.utils.set_random_seed(0)
    bias = keras.initializers.Constant(0.3)
    model = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(6, activation="relu", bias_initializer=bias),
            layers.Dense(6, bias_initializer=bias),
        ]
    )
    x = np.random.default_rng(0).random((50, 8), dtype=np.float32)
    with pytest.raises(ValueError, match="equal biases"):
        compress.quantize(model, "int16x8", x)
    int8 = compress.quantize(model, "int8", x)
    assert np.abs(litert.predict(int8, x) - model.predict(x, verbose=0)).max() < 0.05
