"""`quantize_streaming`: a moment at a time, with state, gives what the whole sequence gives."""

import keras
import numpy as np
import pytest
from keras import layers

from tinyml_helpers import micro, model_file
from tinyml_helpers.compress import Svdf, UnsupportedModel, quantize_streaming
from tinyml_helpers.runtimes import limits

FRAMES = 60


def trained(seed=0, width=8):
    """A model of a stream with every supported layer, its weights uneven as those of trained ones:
    one unit is dead, the others' ranges lie a hundredfold apart."""
    keras.utils.set_random_seed(seed)
    sound = keras.Input((None, 12, 1))
    x = layers.Conv2D(4, (2, 4), (2, 4), padding="same", use_bias=False)(sound)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Reshape((-1, 12))(x)
    x = layers.ReLU()(layers.BatchNormalization()(Svdf(width, 5)(x)))
    x = layers.ReLU()(layers.Add()([layers.BatchNormalization()(Svdf(width, 3)(x)), x]))
    x = layers.Dropout(0.5)(x)
    x = Svdf(width, 1)(x)
    model = keras.Model(sound, layers.Dense(5, activation="softmax")(x))
    random = np.random.default_rng(seed)
    for layer in model.layers:
        weights = layer.get_weights()
        if isinstance(layer, Svdf):
            weights[0] *= 10 ** random.uniform(-1, 1, width)
            weights[0][:, 0] = weights[1][:, 0] = 0
        elif isinstance(layer, layers.BatchNormalization):
            weights[1:3] = random.normal(0, 0.3, (2, len(weights[1])))
            weights[3] = random.uniform(0.3, 3, len(weights[3]))
        layer.set_weights(weights)
    return model


def sequences(count=6, seed=1):
    random = np.random.default_rng(seed)
    return random.normal(0, 1, (count, FRAMES, 12, 1)).astype(np.float32)


def by_moments(tflite, sequence):
    """What the model gives for a sequence, two frames at a time: real numbers [moments, 5]."""
    interpreter = micro.Interpreter(tflite)
    taken = model_file.read(tflite).inputs[0]
    codes = np.clip(np.rint(sequence / taken.scale + taken.zero_point), -128, 127).astype(np.int8)
    made = [
        interpreter.invoke(pair[np.newaxis])[0].reshape(-1) for pair in codes.reshape(-1, 2, 12, 1)
    ]
    return (np.stack(made).astype(float) + 128) / 256


@pytest.mark.parametrize("seed", range(3))
def test_a_moment_at_a_time_gives_what_the_whole_sequence_gives(seed):
    model, data = trained(seed), sequences()
    tflite = quantize_streaming(model, data)
    expected = model.predict(data[:1], verbose=0)[0]
    made = by_moments(tflite, data[0])
    assert made.shape == expected.shape == (FRAMES // 2, 5)
    assert np.abs(made - expected).mean() < 0.01
    assert np.abs(made - expected).max() < 0.1
    assert np.ptp(expected, axis=0).max() > 0.2  # there is something to tell apart


def test_a_relu_inside_a_layer_is_one_behind_it():
    def model(inside):
        sound = keras.Input((None, 12, 1))
        conv = layers.Conv2D(4, (2, 12), 2, activation="relu" if inside else None, name="conv")
        x = conv(sound) if inside else layers.ReLU()(conv(sound))
        x = Svdf(8, 5, name="memory")(layers.Reshape((-1, 4))(x))
        made = keras.Model(sound, layers.Dense(5, activation="softmax", name="scores")(x))
        random = np.random.default_rng(1)
        for layer in made.layers:
            layer.set_weights([random.normal(0, 0.5, one.shape) for one in layer.get_weights()])
        return made

    one, other = (quantize_streaming(model(inside), sequences()) for inside in (True, False))
    np.testing.assert_array_equal(
        by_moments(one, sequences()[0]), by_moments(other, sequences()[0])
    )


def test_what_is_kept_is_kept():
    """The same two frames, after another past, give something else."""
    tflite = quantize_streaming(trained(), sequences())
    data = sequences(2, seed=5)
    data[1, -2:] = data[0, -2:]
    one, other = (by_moments(tflite, each)[-1] for each in data)
    assert np.abs(one - other).max() > 0.05


def test_the_file_is_as_the_runtimes_want_it():
    model = model_file.read(quantize_streaming(trained(), sequences()))
    assert limits.unworkable(model) is None
    names = [operator.name for operator in model.operators]
    assert names == [
        *("CONV_2D", "RESHAPE", "SVDF", "SVDF", "ADD", "SVDF", "FULLY_CONNECTED", "SOFTMAX")
    ]
    assert sum(tensor.is_variable for tensor in model.tensors) == 3
    assert model.inputs[0].shape == (1, 2, 12, 1) and model.outputs[0].shape == (1, 5)


def test_the_same_model_makes_the_same_bytes():
    model = trained()
    assert quantize_streaming(model, sequences()) == quantize_streaming(model, sequences())


def test_sums_of_the_largest_codes_dont_overflow():
    """State at its end all the time, in the unit with the largest weights."""
    tflite = model_file.read(quantize_streaming(trained(), 100 * sequences()))
    for operator in tflite.operators:
        if operator.name == "SVDF":
            _, _, time, bias, _ = (tflite.tensors[index] for index in operator.inputs)
            sums = np.abs(time.data.astype(np.int64)).sum(axis=1) * 32767
            assert (sums + np.abs(bias.data.astype(np.int64)) < 2**31).all()
            assert np.abs(time.data).max() > 1000


def test_a_loaded_model_is_the_same(tmp_path):
    trained().save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        loaded.predict(sequences(), verbose=0), trained().predict(sequences(), verbose=0)
    )


def test_what_it_cant_convert_it_names():
    sound = keras.Input((None, 12, 1))

    def ending(*more):
        x = sound
        for layer in more:
            x = layer(x)
        return keras.Model(sound, x)

    conv = layers.Conv2D(2, (2, 12), (2, 12))
    with pytest.raises(UnsupportedModel, match=r"'lstm' \(LSTM\) is not supported in a stream"):
        quantize_streaming(
            ending(conv, layers.Reshape((-1, 2)), layers.LSTM(3, name="lstm")), sequences()
        )
    with pytest.raises(UnsupportedModel, match=r"'d' \(Dense\) comes first"):
        quantize_streaming(ending(layers.Dense(3, name="d")), sequences())
    with pytest.raises(UnsupportedModel, match="so that it sees each frame once"):
        quantize_streaming(ending(layers.Conv2D(2, (3, 12), (2, 12))), sequences())
    with pytest.raises(UnsupportedModel, match=r"'n' \(BatchNormalization\) stands alone"):
        pooled = layers.Reshape((-1, 2))(layers.Conv2D(2, (2, 12), (2, 12))(sound))
        added = layers.Add()([pooled, layers.Dense(2)(pooled)])
        norm = layers.BatchNormalization(name="n")(added)
        quantize_streaming(keras.Model(sound, norm), sequences())
    moments = layers.Reshape((-1, 2))
    with pytest.raises(UnsupportedModel, match=r"'r' \(Reshape\) mixes moments"):
        quantize_streaming(ending(conv, layers.Reshape((-1, 4), name="r")), sequences())
    with pytest.raises(UnsupportedModel, match="looks at several moments: use Svdf"):
        taller = layers.Conv2D(2, (3, 1))
        quantize_streaming(ending(layers.Conv2D(2, (2, 12), (2, 12)), taller), sequences())
    with pytest.raises(UnsupportedModel, match=r"has an activation that isn't relu"):
        wavy = layers.Conv2D(2, (2, 12), (2, 12), activation="tanh")
        quantize_streaming(ending(wavy, moments), sequences())
    with pytest.raises(UnsupportedModel, match=r"has another activation than softmax"):
        first = layers.Conv2D(2, (2, 12), (2, 12))
        dense = layers.Dense(3, activation="relu")
        quantize_streaming(ending(first, layers.Reshape((-1, 2)), dense), sequences())
    with pytest.raises(ValueError, match=r"sequences are float \[None, None, 12, 1\], not \[60"):
        quantize_streaming(trained(), sequences()[0])
