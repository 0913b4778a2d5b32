"""Models quantization has nothing to work with: untrained ones, or no models at all."""

import numpy as np
import pytest

from tinyml_helpers import compress, model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert

with quiet():
    import keras
    from keras import layers

x = np.random.default_rng(0).normal(size=(20, 6)).astype("float32")
integers = pytest.mark.parametrize("mode", ["int8", "int16x8"])


def shrinking(last):
    """A net that is 0 but for rounding before its last layer."""
    keras.utils.set_random_seed(0)
    small = keras.initializers.RandomNormal(stddev=1e-7)
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(4, kernel_initializer=small, name="first"),
            layers.Dense(3, kernel_initializer=small, name="second"),
            *last,
        ]
    )


def test_an_untrained_model_is_said_to_be_one():
    with pytest.raises(ValueError, match=r"SOFTMAX.*too fine.*looks untrained.*train it first"):
        compress.quantize(shrinking([layers.Softmax()]), "int8", x)
    with pytest.raises(ValueError, match=r"first.* is 0 for every.*looks untrained"):
        compress.quantize(shrinking([]), "int8", x)


def test_an_untrained_application_of_keras():
    keras.utils.set_random_seed(0)
    net = keras.applications.MobileNet((32, 32, 3), alpha=0.25, weights=None, classes=4)
    with pytest.raises(ValueError, match="looks untrained"):
        compress.quantize(net, "int8", np.random.default_rng(0).random((4, 32, 32, 3)))


def test_a_trained_model_that_shrinks_is_not_called_untrained():
    model = shrinking([layers.Softmax()])
    model.layers[1].bias.assign([0.0, 1e-9, 0.0])
    with pytest.raises(ValueError, match=r"SOFTMAX.*too fine.*representative inputs") as error:
        compress.quantize(model, "int8", x)
    assert "untrained" not in str(error.value)


def test_a_sum_far_finer_than_its_terms():
    keras.utils.set_random_seed(0)
    source = keras.Input((6,))
    one, other = layers.Dense(6), layers.Dense(6)
    model = keras.Model(source, layers.Add()([one(source), other(source)]))
    other.kernel.assign(-one.kernel)
    one.bias.assign(np.full(6, 1e-7))
    with pytest.raises(ValueError, match=r"ADD.*too fine for its kernel beside inputs"):
        compress.quantize(model, "int8", x)


def test_a_layer_that_training_killed_is_no_fault_where_it_has_codes():
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, activation="relu"), layers.Dense(3)]
    )
    model.layers[0].bias.assign(np.full(4, -99))
    model.layers[1].bias.assign([1.0, 2.0, 3.0])
    data = compress.quantize(model, "int8", x)
    np.testing.assert_allclose(litert.predict(data, x), [[1, 2, 3]] * 20, atol=0.02)
    with pytest.raises(ValueError, match=r"'int16x8' has no codes.*scale.*shrinks to 0"):
        compress.quantize(model, "int16x8", x)


PASSING = {
    "Flatten": layers.Flatten(),
    "Dropout": layers.Dropout(0.1),
    "linear": layers.Activation("linear"),
    "nothing": lambda source: source,
}


@integers
@pytest.mark.parametrize("passed", PASSING.values(), ids=PASSING)
def test_a_model_that_only_passes_its_input_on_is_refused(passed, mode):
    source = keras.Input((6,))
    model = keras.Model(source, passed(source), name="idle")
    with pytest.raises(compress.UnsupportedModel, match="'idle' passes an input on as it is"):
        compress.quantize(model, mode, x)
    assert model_file.read(compress.quantize(model, "float32")).inputs[0].dtype == "float32"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("net.keras", r'not a str: keras\.models\.load_model\("net\.keras"\)'),
        (b"\0\0\0\0TFL3", "not a bytes.*converted already"),
        (None, "not a NoneType"),
    ],
)
def test_what_is_no_model_is_told_what_to_do(model, message):
    for refuse in (
        compress.quantize,
        compress.fold_batch_norm,
        compress.quantization_aware,
        compress.prune_channels,
        compress.cluster_weights,
        compress.sparsity,
        lambda given: compress.distil(given, keras.Sequential([layers.Dense(2)]), x),
        lambda given: compress.distil(keras.Sequential([layers.Dense(2)]), given, x),
    ):
        with pytest.raises(compress.UnsupportedModel, match=message):
            refuse(model)


NAMES = [
    ["größe", "gr__e"],
    ["a b", "a_b"],
    ["erste schicht", "zweite"],
    ["层", "层2"],
    ["_x", "-y"],
]


@pytest.mark.parametrize("names", NAMES, ids=str)
def test_names_may_hold_any_letter(names):
    keras.utils.set_random_seed(0)
    first, second = (layers.Dense(4, name=name, activation="tanh") for name in names)
    model = keras.Sequential(
        [keras.Input((6,), name="ein gang"), first, second], name="mein größtes"
    )
    wanted = np.asarray(model(x))
    for data in (
        compress.quantize(model, "int8", x),
        compress.quantize(compress.quantization_aware(model, x)),
    ):
        assert np.abs(litert.predict(data, x) - wanted).max() < 0.05
    aware = compress.quantization_aware(model, x)
    aware.compile("sgd", "mse")
    aware.fit(x, wanted, verbose=0)
