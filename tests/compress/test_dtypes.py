"""Models trained under any dtype policy: what compression makes of them is float32."""

import numpy as np
import pytest

from tinyml_helpers import compress, model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert

with quiet():
    import keras
    from keras import layers

POLICIES = ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"]
OTHER_MODES = ["float32", "int16x8", "dynamic"]
x = np.random.default_rng(0).normal(size=(30, 8, 8, 2)).astype("float32")
each_policy = pytest.mark.parametrize("policy", POLICIES)


@pytest.fixture(autouse=True)
def policy_of_others():
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


def net(policy, dtype=None):
    """A net that needs all of `lower`, under a global policy; `dtype` is the inputs'."""
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(policy)
    return keras.Sequential(
        [
            keras.Input((8, 8, 2), dtype=dtype),
            layers.Rescaling(0.5),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.SeparableConv2D(4, 3, activation=layers.LeakyReLU(0.1)),
            layers.Reshape((16, 4)),
            layers.Conv1D(4, 3, padding="causal", activation="tanh"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def same_as(model):
    """The same net in float32, with the weights of `model`."""
    float_net = net("float32")
    float_net.set_weights([np.asarray(w).astype("float32") for w in model.get_weights()])
    return float_net


def is_float32(model):
    return {w.dtype for w in model.weights} | {t.dtype for t in model.inputs} == {"float32"}


@pytest.mark.parametrize(
    ("policy", "mode"),
    [*((policy, "int8") for policy in POLICIES), *(("float16", mode) for mode in OTHER_MODES)],
)
def test_it_is_quantized_as_the_same_model_in_float32(policy, mode):
    model = net(policy)
    wanted = compress.quantize(same_as(model), mode, x)
    keras.config.set_dtype_policy(policy)
    assert litert.predict(compress.quantize(model, mode, x), x).tobytes() == (
        litert.predict(wanted, x).tobytes()
    )


@each_policy
def test_what_is_rebuilt_is_float32_and_says_the_same(policy):
    model = net(policy)
    wanted = np.asarray(same_as(model)(x))
    keras.config.set_dtype_policy(policy)
    for change in (
        compress.fold_batch_norm,
        lambda model: compress.prune_channels(model, 1),
        lambda model: compress.cluster_weights(model, 4096),
    ):
        changed = change(model)
        assert is_float32(changed)
        np.testing.assert_allclose(changed(x), wanted, atol=1e-5)


@each_policy
def test_it_is_trained_quantization_aware(policy):
    aware = compress.quantization_aware(net(policy), x)
    assert is_float32(aware)
    aware.compile("sgd", "sparse_categorical_crossentropy")
    with quiet():
        aware.fit(x, np.zeros(30), verbose=0)
    data = compress.quantize(aware)
    assert model_file.read(data).inputs[0].dtype == "int8"
    assert np.abs(litert.predict(data, x) - aware(x)).max() < 0.05


@each_policy
def test_callbacks_train_it_as_it_is(policy):
    model = net(policy)
    model.compile("sgd", "sparse_categorical_crossentropy")
    with quiet():
        model.fit(x, np.zeros(30), callbacks=[compress.MagnitudePruning(0.5)], verbose=0, epochs=9)
    assert compress.sparsity(model) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("policy", "teacher_first"),
    [*((policy, False) for policy in POLICIES), ("mixed_float16", True), ("bfloat16", True)],
)
def test_it_teaches_and_learns(policy, teacher_first):
    one = net(policy)
    keras.config.set_dtype_policy("float32")
    other = keras.Sequential([keras.Input((8, 8, 2)), layers.Flatten(), layers.Dense(3)])
    student, teacher = (other, one) if teacher_first else (one, other)
    teacher.layers[-1].bias.assign([90.0, 0.0, -90.0])  # probabilities of 0 in 16 bits
    with quiet():
        history = compress.distil(student, teacher, x, np.zeros(30, int), epochs=2).history
    assert np.isfinite(history["loss"]).all()
    assert history["agreement"][-1] <= 1


@pytest.mark.parametrize(
    ("policy", "temperature"), [("mixed_bfloat16", 1.0), ("bfloat16", 8.0), ("float16", 1.0)]
)
def test_a_softmax_of_few_bits_is_known_for_one(policy, temperature):
    def teacher(policy):
        parts = [layers.Flatten(), layers.Dense(10, activation="softmax", dtype=policy)]
        model = keras.Sequential([keras.Input((8, 8, 2)), *parts])
        random = np.random.default_rng(0)
        model.set_weights([random.normal(0, 0.2, w.shape) for w in model.get_weights()])
        return model

    def loss(policy):
        keras.utils.set_random_seed(1)
        parts = [layers.Flatten(), layers.Dense(10, activation="softmax")]
        student = keras.Sequential([keras.Input((8, 8, 2)), *parts])
        fixed = keras.optimizers.SGD(0.0)
        arguments = {"temperature": temperature, "epochs": 1, "optimizer": fixed}
        return compress.distil(student, teacher(policy), x, **arguments).history["loss"][0]

    assert loss(policy) == pytest.approx(loss("float32"), rel=0.02)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_inputs_may_be_other_floats(dtype):
    data = compress.quantize(net("float32", dtype), "int8", x.astype("float16"))
    assert model_file.read(data).inputs[0].dtype == "int8"


def test_weights_that_keras_quantized_are_refused():
    model = keras.Sequential([keras.Input((6,)), layers.Dense(4, name="coded")])
    model.quantize("int8")
    with pytest.raises(
        compress.UnsupportedModel, match=r"'coded'.*policy 'int8.*quantized already"
    ):
        compress.quantize(model, "float32")
