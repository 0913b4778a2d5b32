"""A candidate that is compressed: as small as it was costed, and trained no longer than another."""

import numpy as np
import pytest

from tinyml_helpers import compress, model_file, search
from tinyml_helpers.quiet import quiet
from tinyml_helpers.search.compression import split

with quiet():
    import keras

X = np.random.default_rng(0).normal(size=(64, 12, 3)).astype(np.float32)
Y = (X[:, :6].sum(axis=(1, 2)) > X[:, 6:].sum(axis=(1, 2))).astype(int)


class Sides(search.Compressible):
    """Which half of a signal is the larger one; `fitted` says how each training went."""

    space = search.Space(filters=(4, 8), **search.CHOICES, bits=search.BITS)

    def __init__(self):
        self.fitted = []

    def build(self, choice):
        self.space.check(choice)
        layers, how = keras.layers, {"padding": "same", "activation": "relu"}
        return keras.Sequential(
            [
                keras.Input((12, 3)),
                layers.Conv1D(choice["filters"], 3, **how, name="first"),
                layers.Conv1D(8, 3, strides=2, **how, name="second"),
                layers.Flatten(name="flat"),
                layers.Dense(2, activation="softmax", name="scores"),
            ]
        )

    def fit(self, model, epochs, seed, rate=1.0, teacher=None, callbacks=()):
        aware = compress.qat.is_quantization_aware(model)
        self.fitted.append((epochs, seed, rate, teacher, aware, model.count_params()))
        model.compile(keras.optimizers.Adam(0.01 * rate), "sparse_categorical_crossentropy")
        model.fit(X, Y, epochs=epochs, verbose=0, shuffle=False, callbacks=list(callbacks))

    def representative(self):
        return X

    def score(self, tflite_bytes):
        raise NotImplementedError

    test = score


class Taught(Sides):
    """The same, by a teacher."""

    def teacher(self):
        return "a teacher"


def choice(**changes):
    usual = {"filters": 8, "keep": 1.0, "aware": False, "distilled": False, "bits": 8}
    return usual | changes


@pytest.mark.parametrize(
    ("aware", "parts"), [(False, (7, 3)), (True, (5, 3, 2))], ids=["pruned", "aware as well"]
)
def test_what_is_compressed_is_trained_in_parts_and_is_as_large_as_it_was_costed(aware, parts):
    task, chosen = Sides(), choice(keep=0.5, aware=aware)
    trained = model_file.read(task.trained(chosen, epochs=10, seed=7))
    epochs, seeds, rates, teachers, was_aware, sizes = zip(*task.fitted, strict=True)
    count = len(parts)
    assert epochs == parts
    assert seeds == (7, 8, 9)[:count]
    assert rates == (1.0, 0.3, 0.1)[:count]
    assert was_aware == (False, False, True)[:count]
    assert teachers == (None,) * count
    assert sizes[1] < sizes[0]

    costed = model_file.read(task.untrained(chosen))
    assert costed.total_bytes == trained.total_bytes
    assert costed.macs == trained.macs
    assert costed.operator_names == trained.operator_names


class Wide(Sides):
    """The same with layers that are large enough for tables."""

    space = search.Space(filters=(64,), **search.CHOICES, bits=search.BITS)

    def build(self, choice):
        self.space.check(choice)
        layers, how = keras.layers, {"padding": "same", "activation": "relu"}
        return keras.Sequential(
            [
                keras.Input((12, 3)),
                layers.Conv1D(choice["filters"], 3, **how, use_bias=False, name="first"),
                layers.BatchNormalization(name="normal"),
                layers.Conv1D(64, 3, strides=2, **how, name="second"),
                layers.Flatten(name="flat"),
                layers.Dense(20, activation="relu", name="hidden"),
                layers.Dense(2, activation="softmax", name="scores"),
            ]
        )


@pytest.mark.parametrize("keep", [0.5, 1.0])
@pytest.mark.parametrize("aware", [False, True])
def test_fewer_bits_are_fewer_bytes_and_those_that_were_costed(keep, aware):
    sizes = {}
    for bits in search.BITS:
        task = Wide()
        chosen = choice(filters=64, keep=keep, aware=aware, bits=bits)
        trained = task.trained(chosen, epochs=10, seed=7)
        costed = task.untrained(chosen)
        assert len(costed) == len(trained)
        trained, costed = map(model_file.read, (trained, costed))
        assert [one.name for one in costed.operators] == [one.name for one in trained.operators]
        assert ("TFLM_DECODE" in trained.operator_names) == (bits < 8)
        assert sum(fitted[0] for fitted in task.fitted) == 10
        assert len(task.fitted) == 1 + (keep < 1) + (bits < 8) + aware
        sizes[bits] = trained.total_bytes
    assert sizes[2] < sizes[4] < sizes[8]


def test_weights_of_few_bits_learn_on():
    task, model = Wide(), Wide().build(choice(filters=64, bits=2))
    few = compress.cluster_weights(model, 4, per_channel=True)
    before = few.get_layer("second").get_weights()[0]
    task.fit(few, 2, 0, callbacks=[compress.WeightClustering()])
    after = few.get_layer("second").get_weights()[0]
    assert not np.array_equal(before, after)
    assert max(len(np.unique(after[..., i])) for i in range(64)) <= 4


def test_small_layers_stay_as_they_are():
    few = Sides().untrained(choice(bits=4))
    assert "TFLM_DECODE" not in model_file.read(few).operator_names


def test_fewer_channels_are_fewer_bytes():
    whole, half = (len(Sides().untrained(choice(keep=keep))) for keep in (1.0, 0.5))
    assert half < whole


def test_only_who_is_distilled_has_a_teacher():
    task = Taught()
    task.trained(choice(), epochs=1, seed=0)
    task.trained(choice(distilled=True, keep=0.5), epochs=10, seed=0)
    assert [row[3] for row in task.fitted] == [None, "a teacher", "a teacher"]
    with pytest.raises(ValueError, match="Sides has no teacher: leave `distilled` out"):
        Sides().trained(choice(distilled=True), epochs=1, seed=0)


@pytest.mark.parametrize("epochs", [1, 2, 3, 9, 27, 100])
@pytest.mark.parametrize("keep", [0.5, 1.0])
@pytest.mark.parametrize("aware", [False, True])
@pytest.mark.parametrize("bits", [2, 8])
def test_a_compressed_candidate_has_no_more_epochs_than_another(epochs, keep, aware, bits):
    whole, *later = split(epochs, {"keep": keep, "aware": aware, "bits": bits})
    assert whole + sum(later) == epochs
    assert whole > 0 <= min(later)
    assert split(epochs, {}) == (epochs, 0, 0, 0)


@pytest.mark.parametrize("aware", [False, True])
def test_an_untrained_model_is_the_same_each_time(aware):
    chosen = choice(filters=4, keep=0.5, aware=aware)
    assert Sides().untrained(chosen) == Sides().untrained(chosen)
    chosen = choice(filters=64, aware=aware, bits=4)
    assert Wide().untrained(chosen) == Wide().untrained(chosen)
