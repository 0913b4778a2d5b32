"""Representative inputs in every form people have them in make the same model."""

import itertools
import warnings

import numpy as np
import pytest
import topologies

from tinyml_helpers import compress
from tinyml_helpers.compress.representative import MOST_SAMPLES, arrays_of
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf
    from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(20, 6)).astype("float32")
a, b = x, rng.normal(size=(20, 4)).astype("float32")
labels = np.arange(20)


def data(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays[0] if len(arrays) == 1 else arrays)


ONE_INPUT = {
    "array": lambda: x,
    "list of an array": lambda: [x],
    "tensor": lambda: tf.constant(x),
    "numbers": lambda: x.astype(float).tolist(),
    "rows": lambda: list(x),
    "rows with their axis": lambda: [row[None] for row in x],
    "lists of a row": lambda: [[row] for row in x],
    "lists as yielded": lambda: [[row[None]] for row in x],
    "dict": lambda: {"x": x},
    "dict by another's name": lambda: {"input_1": x},
    "dicts": lambda: [{"x": row} for row in x],
    "generator function": lambda: lambda: ([row[None]] for row in x),
    "generator function of rows": lambda: lambda: iter(x),
    "generator function of dicts": lambda: lambda: ({"x": row[None]} for row in x),
    "generator": lambda: ([row[None]] for row in x),
    "generator of batches": lambda: iter([x[:15], x[15:]]),
    "function of an array": lambda: lambda: x,
    "data set": lambda: data(x),
    "batched data set": lambda: data(x).batch(8),
    "data set with labels": lambda: data(x, labels),
    "batched data set with labels": lambda: data(x, labels).batch(8),
    "labels as large as inputs": lambda: data(x, -100 * x),
    "batches as large as inputs": lambda: data(x, -100 * x).batch(7),
    "data set with weights": lambda: data(x, labels, labels).batch(8),
    "data set of dicts": lambda: data({"x": x}).batch(5),
    "double precision": lambda: iter(x.astype("float64")),
}
TWO_INPUTS = {
    "arrays": lambda: [a, b],
    "tuple": lambda: (a, b),
    "samples": lambda: [[one, other] for one, other in zip(a, b, strict=True)],
    "samples with their axis": lambda: [[p[None], q[None]] for p, q in zip(a, b, strict=True)],
    "tuples": lambda: list(zip(a, b, strict=True)),
    "two samples": lambda: [[a[0], b[0]], [a[1], b[1]]],
    "dict": lambda: {"b": b, "a": a},
    "dicts": lambda: [{"b": q, "a": p} for p, q in zip(a, b, strict=True)],
    "generator function": lambda: lambda: ([p[None], q[None]] for p, q in zip(a, b, strict=True)),
    "data set": lambda: data(a, b).batch(3),
    "data set with labels": lambda: data((a, b), labels).batch(3),
    "data set of dicts with labels": lambda: data({"a": a, "b": b}, labels).batch(3),
}


def one_input():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((6,), name="x"), layers.Dense(4, name="y")])


def two_inputs():
    keras.utils.set_random_seed(0)
    one, other = keras.Input((6,), name="a"), keras.Input((4,), name="b")
    both = layers.Concatenate()([one, other])
    return keras.Model([one, other], layers.Dense(3)(both))


@pytest.mark.parametrize("form", ONE_INPUT.values(), ids=ONE_INPUT)
def test_one_input(form):
    (array,) = arrays_of(one_input(), form())
    np.testing.assert_array_equal(array, x)


@pytest.mark.parametrize("form", TWO_INPUTS.values(), ids=TWO_INPUTS)
def test_two_inputs(form):
    one, other = arrays_of(two_inputs(), form())
    assert len(one) in (2, 20)
    np.testing.assert_array_equal(one, a[: len(one)])
    np.testing.assert_array_equal(other, b[: len(other)])


@pytest.mark.parametrize("form", ["generator function", "batched data set with labels", "dicts"])
@pytest.mark.parametrize("mode", ["int8", "int16x8"])
def test_quantize_and_training_take_them(form, mode):
    wanted = compress.quantize(one_input(), mode, x)
    assert compress.quantize(one_input(), mode, ONE_INPUT[form]()) == wanted
    aware, other = (compress.quantization_aware(one_input(), r) for r in (x, ONE_INPUT[form]()))
    np.testing.assert_array_equal(aware(x), other(x))


def test_what_goes_on_for_ever_is_read_to_a_bound():
    read = []

    def for_ever():
        for place in itertools.count():
            read.append(place)
            yield [x[place % 20][None]]

    (array,) = arrays_of(one_input(), for_ever)
    assert len(array) == MOST_SAMPLES and len(read) <= MOST_SAMPLES + 1
    (array,) = arrays_of(one_input(), data(x).repeat().batch(32))
    assert len(array) == MOST_SAMPLES


def test_an_array_is_used_to_its_end():
    many = np.tile(x, (100, 1))
    assert (
        len(arrays_of(one_input(), many)[0]) == len(arrays_of(one_input(), list(many))[0]) == 2000
    )


def test_a_model_that_takes_a_dict_is_given_its_names():
    one, other = keras.Input((6,), name="first"), keras.Input((4,), name="second")
    both = layers.Concatenate()([one, other])
    model = keras.Model({"p": one, "q": other}, layers.Dense(3)(both))
    for given in ({"p": a, "q": b}, {"first": a, "second": b}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras: on the way the inputs are a list
            assert compress.quantize(model, "int8", given)
            assert compress.quantization_aware(model, given)
        np.testing.assert_array_equal(arrays_of(model, given)[0], a)


def test_two_alike_inputs_and_two_samples_could_be_either():
    one, other = keras.Input((6,)), keras.Input((6,))
    model = keras.Model([one, other], layers.Add()([one, other]))
    with pytest.raises(ValueError, match="samples or inputs: give a list of 2 arrays"):
        arrays_of(model, [[x[0], x[1]], [x[2], x[3]]])
    np.testing.assert_array_equal(arrays_of(model, [x[:2], x[2:4]])[1], x[2:4])


def test_one_array_for_two_inputs_is_refused():
    with pytest.raises(ValueError, match=r"are a ndarray of shape \(20, 6\): give a list of 2"):
        arrays_of(two_inputs(), x)


def test_two_inputs_that_do_not_fit_are_told_so():
    model = topologies.made(topologies.two_inputs)
    with pytest.raises(
        ValueError, match=r"list of 3.*2 inputs: give a list of 2 arrays, \[n, 16\]"
    ):
        compress.quantize(model, "int8", [x, x, x])
