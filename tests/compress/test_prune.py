import gzip

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from keras import layers

from tinyml_helpers import compress
from tinyml_helpers.compress.prune import kernels, kernels_of, largest

STEPS = 40  # of every training here: 4 epochs of 10 batches


def small_model():
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, bias_initializer="ones"),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(3, bias_initializer="ones"),
            layers.SeparableConv2D(6, 3, bias_initializer="ones"),
            layers.Reshape((4, 6)),
            layers.Conv1D(5, 2, bias_initializer="ones"),
            layers.Flatten(),
            layers.Dense(3, bias_initializer="ones"),
        ]
    )


def values(model):
    """A copy of every kernel."""
    return [keras.ops.convert_to_numpy(kernel).copy() for kernel in kernels(model)]


def train(model, *callbacks, learning_rate=0.01):
    x = np.random.default_rng(0).random((80, 8, 8, 1), dtype=np.float32)
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    model.fit(x, np.ones((80, 3)), 8, epochs=STEPS // 10, callbacks=list(callbacks), verbose=0)


class Watch(keras.callbacks.Callback):
    """Keeps a copy of every kernel, and the sparsity, after each batch."""

    def on_train_begin(self, logs=None):
        self.kernels, self.sparsity = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.kernels.append(values(self.model))
        self.sparsity.append(compress.sparsity(self.model))


def test_the_schedule_is_the_papers_equation():
    pruning = compress.MagnitudePruning(0.8, begin_step=100, end_step=300)
    # s(t) = s_f + (s_i - s_f)(1 - (t - t0) / (n Δt))³; halfway (1/2)³ = 1/8 of the way is left.
    assert [pruning.sparsity_at(t) for t in (0, 99, 100)] == [0, 0, 0]
    assert pruning.sparsity_at(200) == pytest.approx(0.8 - 0.8 / 8)
    assert pruning.sparsity_at(150) == pytest.approx(0.8 - 0.8 * 27 / 64)
    assert pruning.sparsity_at(300) == pruning.sparsity_at(9999) == 0.8
    begun = compress.MagnitudePruning(0.9, end_step=10, initial_sparsity=0.5)
    assert begun.sparsity_at(0) == 0.5
    assert begun.sparsity_at(5) == pytest.approx(0.9 - 0.4 / 8)


def test_sparsity_counts_kernels_and_nothing_else():
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(2), layers.BatchNormalization(), layers.Dense(1)]
    )
    model.layers[0].set_weights([np.array([[0, 1], [0, 1], [0, 1], [2, 0.0]]), np.zeros(2)])
    model.layers[2].set_weights([np.array([[3.0], [0.0]]), np.zeros(1)])
    assert compress.sparsity(model) == 5 / 10


def test_every_kernel_ends_with_its_share_of_exact_zeros():
    model = small_model()
    train(model, compress.MagnitudePruning(0.8))
    assert len(kernels(model)) == 6  # the separable convolution has two
    for kernel in values(model):
        assert np.sum(kernel == 0) == round(0.8 * kernel.size)
    chosen = {id(kernel) for kernel in kernels(model)}
    others = [weight for weight in model.weights if id(weight) not in chosen]
    assert len(others) == 9
    assert all(np.asarray(weight).all() for weight in others)


def test_weights_stay_zero_and_zeros_follow_the_schedule():
    model, watch = small_model(), Watch()
    pruning = compress.MagnitudePruning(0.75, begin_step=5, end_step=25, every=5)
    train(model, pruning, watch)
    for before, after in zip(watch.kernels, watch.kernels[1:], strict=False):
        assert all((new[old == 0] == 0).all() for old, new in zip(before, after, strict=True))
    assert watch.sparsity[:5] == [0] * 5  # step 5 is the first pruning, and its share is still 0
    for step in (10, 15, 20, 25, 40):
        assert watch.sparsity[step - 1] == pytest.approx(pruning.sparsity_at(step), abs=0.02)
    assert watch.sparsity[10] == watch.sparsity[9]  # nothing between two prunings
    assert any((old != new).any() for old, new in zip(*watch.kernels[-2:], strict=True))


@pytest.mark.parametrize(("every", "end"), [(10, 25), (100, 30), (7, 20)])
def test_the_end_step_prunes_whether_it_is_a_multiple_or_not(every, end):
    model, watch = small_model(), Watch()
    train(model, compress.MagnitudePruning(0.75, end_step=end, every=every), watch)
    assert watch.sparsity[end - 1] == pytest.approx(0.75, abs=0.01)
    assert watch.sparsity[end - 2] < 0.75 - 1e-3
    assert watch.sparsity[end - 1 :] == [watch.sparsity[end - 1]] * (STEPS - end + 1)


@pytest.mark.parametrize(("begin", "end"), [(0, 30), (29, 30), (35, 36)])
def test_without_an_end_it_is_three_quarters_of_the_training_or_the_next_step(begin, end):
    pruning = compress.MagnitudePruning(0.5, begin_step=begin)
    train(small_model(), pruning)
    assert pruning.end_step == end


def test_the_smallest_weights_go():
    model = small_model()
    before = values(model)
    train(model, compress.MagnitudePruning(0.5, end_step=20), learning_rate=0.0)
    for old, new in zip(before, values(model), strict=True):
        np.testing.assert_array_equal(new[new != 0], old[new != 0])
        assert np.abs(old[new == 0]).max() <= np.abs(old[new != 0]).min()


def test_training_on_keeps_the_zeros():
    model = small_model()
    train(model, compress.MagnitudePruning(0.6))
    before = values(model)
    train(model, compress.MagnitudePruning(0.6, initial_sparsity=0.6))
    for old, new in zip(before, values(model), strict=True):
        np.testing.assert_array_equal(old == 0, new == 0)


def test_last_in_the_list_it_survives_restored_weights():
    class Restore(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.weights = self.model.get_weights()

        def on_train_end(self, logs=None):
            self.model.set_weights(self.weights)

    model = small_model()
    train(model, Restore(), compress.MagnitudePruning(0.8))
    assert compress.sparsity(model) == pytest.approx(0.8, abs=0.01)


def test_the_file_keeps_its_length_and_gzip_gains():
    random = np.random.default_rng(0)
    keras.utils.set_random_seed(0)
    dense = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(32, 3), layers.Conv2D(32, 3)])
    pruned = keras.models.clone_model(dense)
    pruned.set_weights(dense.get_weights())
    for layer in pruned.layers:
        kernel, bias = layer.get_weights()
        layer.set_weights([np.where(largest(kernel, 0.8), kernel, 0), bias])
    x = random.random((50, 8, 8, 1), dtype=np.float32)
    plain, sparse = (compress.quantize(model, representative=x) for model in (dense, pruned))
    assert len(sparse) == len(plain)
    assert len(gzip.compress(sparse)) < 0.7 * len(gzip.compress(plain))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    hnp.arrays(np.float32, hnp.array_shapes(max_side=6), elements=st.floats(-9, 9, width=32)),
    st.floats(0, 1),
)
def test_largest_marks_the_right_number_and_the_right_ones(values, share):
    kept = largest(values, share)
    assert kept.shape == values.shape
    assert np.sum(~kept) == round(share * values.size)
    if kept.any() and not kept.all():
        assert np.abs(values[kept]).min() >= np.abs(values[~kept]).max()


def test_layers_without_kernels_have_none():
    assert kernels_of(layers.ReLU()) == []
    batch_norm = layers.BatchNormalization()
    batch_norm.build((None, 3))
    assert kernels_of(batch_norm) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"final_sparsity": 1.0}, "below 1"),
        ({"final_sparsity": -0.1}, "from 0"),
        ({"final_sparsity": 0.5, "initial_sparsity": 0.6}, "grows"),
        ({"final_sparsity": 0.5, "begin_step": -1}, "begin at 0"),
        ({"final_sparsity": 0.5, "begin_step": 9, "end_step": 9}, "end after that"),
        ({"final_sparsity": 0.5, "every": 0}, "at least one step"),
    ],
)
def test_bad_arguments(arguments, says):
    with pytest.raises(ValueError, match=says):
        compress.MagnitudePruning(**arguments)


def test_a_training_too_short_for_the_schedule():
    with pytest.raises(ValueError, match=f"end_step is 41, but this training ends after {STEPS}"):
        train(small_model(), compress.MagnitudePruning(0.5, end_step=41))


def test_a_training_of_unknown_length():
    model = small_model()
    model.compile("sgd", "mse")
    batches = ((np.ones((2, 8, 8, 1)), np.ones((2, 3))) for _ in range(3))
    with pytest.raises(ValueError, match="give an end_step"):
        model.fit(batches, callbacks=[compress.MagnitudePruning(0.5)], verbose=0)
    with pytest.raises(ValueError, match="give an end_step"):
        compress.MagnitudePruning(0.5).sparsity_at(1)


def test_a_model_without_weights():
    with pytest.raises(ValueError, match="no Conv or Dense"):
        compress.sparsity(keras.Sequential([keras.Input((4,)), layers.ReLU()]))


def test_unsupported_layers_are_named():
    model = keras.Sequential([keras.Input((4, 2)), layers.LSTM(3, name="memory"), layers.Dense(2)])
    with pytest.raises(compress.UnsupportedModel, match=r"'memory' \(LSTM\)"):
        compress.sparsity(model)


def test_at_once_every_kernel_loses_its_smallest_and_the_model_is_left_alone():
    model = small_model()
    before = values(model)
    pruned = compress.prune_at_once(model, 0.5)
    for was, kernel, stayed in zip(before, values(pruned), values(model), strict=True):
        np.testing.assert_array_equal(kernel, np.where(largest(was, 0.5), was, 0))
        np.testing.assert_array_equal(stayed, was)
    assert all((layer.bias.numpy() == 1).all() for layer in pruned.layers if hasattr(layer, "bias"))


def test_at_once_only_one_layer():
    model = small_model()
    (name,) = [one.name for one in model.layers if isinstance(one, layers.Dense)]
    *others, last = values(compress.prune_at_once(model, 0.5, only=name))
    assert (last == 0).mean() == pytest.approx(0.5, abs=0.05)
    for kernel, was in zip(others, values(model), strict=False):
        np.testing.assert_array_equal(kernel, was)


@pytest.mark.parametrize(
    "arguments, says", [((1.5,), "from 0 to 1"), ((0.5, "flatten"), "choose one of conv2d")]
)
def test_at_once_bad_arguments(arguments, says):
    keras.utils.clear_session()
    with pytest.raises(ValueError, match=says):
        compress.prune_at_once(small_model(), *arguments)
