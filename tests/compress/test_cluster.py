import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from keras import layers
from sklearn.cluster import KMeans

from tinyml_helpers import model_file
from tinyml_helpers.compress import WeightClustering, cluster_weights, quantize
from tinyml_helpers.compress.cluster import kmeans
from tinyml_helpers.compress.prune import kernels, largest

X = np.random.default_rng(0).random((40, 8, 8, 1), dtype=np.float32)


def net():
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(8, 3, activation="relu", bias_initializer="glorot_normal"),
            layers.BatchNormalization(gamma_initializer="glorot_normal"),
            layers.DepthwiseConv2D(3, activation="relu"),
            layers.Conv2D(24, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(3),
        ]
    )


def values(model):
    return [np.asarray(kernel).copy() for kernel in kernels(model)]


def step(model, learning_rate=0.1):
    """One batch of plain gradient descent."""
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    model.fit(X, np.ones((40, 3)), batch_size=40, callbacks=[WeightClustering()], verbose=0)


def test_kmeans_finds_what_scikit_learn_finds():
    numbers = np.random.default_rng(1).uniform(-1, 2, 300)
    start = np.linspace(numbers.min(), numbers.max(), 8).reshape(-1, 1)
    oracle = KMeans(8, init=start, n_init=1, tol=0, max_iter=1000).fit(numbers.reshape(-1, 1))
    wanted = oracle.cluster_centers_[oracle.labels_, 0]
    np.testing.assert_allclose(kmeans(numbers, 8), wanted, atol=1e-9)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(-5, 5, width=16)),
    st.integers(2, 6),
)
def test_kmeans_puts_each_number_in_the_nearest_group(numbers, clusters):
    means = kmeans(numbers, clusters)
    centroids = np.unique(means)
    assert len(centroids) <= clusters
    assert means.dtype == numbers.dtype
    if len(np.unique(numbers)) <= clusters:
        np.testing.assert_array_equal(means, numbers)
        return
    for centroid in centroids:
        assert centroid == pytest.approx(numbers[means == centroid].mean(), abs=1e-5)
    nearest = np.abs(numbers[:, np.newaxis] - centroids).min(axis=1)
    np.testing.assert_allclose(np.abs(numbers - means), nearest, atol=1e-5)


@pytest.mark.parametrize("clusters", [2, 5, 16])
def test_every_kernel_has_few_values_and_nothing_else_changes(clusters):
    model = net()
    before = model.get_weights()
    clustered = cluster_weights(model, clusters)
    chosen = {id(kernel) for kernel in kernels(clustered)}
    assert len(chosen) == 5
    for new, old in zip(clustered.weights, before, strict=True):
        if id(new) in chosen:
            assert len(np.unique(new)) == min(clusters, old.size)
            assert np.mean((np.asarray(new) - old) ** 2) < np.var(old)
        else:
            np.testing.assert_array_equal(new, old)
    for weight, was in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, was)


def test_zeros_of_a_pruned_model_stay_zero():
    model = net()
    for kernel in kernels(model):
        kernel.assign(np.where(largest(np.asarray(kernel), 0.7), kernel, 0))
    clustered = cluster_weights(model, 4)
    for old, new in zip(values(model), values(clustered), strict=True):
        np.testing.assert_array_equal(old == 0, new == 0)
        assert len(np.unique(new)) <= 4
    step(clustered)
    for old, new in zip(values(model), values(clustered), strict=True):
        np.testing.assert_array_equal(old == 0, new == 0)


def test_int8_leaves_few_codes_in_a_channel_and_in_a_dense_layer():
    small = model_file.read(quantize(cluster_weights(net(), 6), representative=X))
    weights = [t for t in small.tensors if t.is_constant and t.dtype == "int8" and len(t.shape) > 1]
    assert {len(t.scale) for t in weights} == {1, 8, 24}
    for tensor in weights:
        channels = np.moveaxis(tensor.data, tensor.quantized_dimension, 0)
        assert max(len(np.unique(codes)) for codes in channels) <= 6
        if len(tensor.shape) == 2:
            assert len(np.unique(tensor.data)) <= 6


def test_fine_tuning_is_gradient_descent_on_the_shared_values():
    start = cluster_weights(keras.Sequential([keras.Input((8,)), layers.Dense(5)]), 3)
    x = np.random.default_rng(2).normal(size=(40, 8))
    y = np.random.default_rng(3).normal(size=(40, 5))
    kernel, bias = start.layers[-1].get_weights()
    gradient = 2 / y.size * x.T @ (x @ kernel + bias - y)  # of the mean squared error
    wanted = kernel.copy()
    for value in np.unique(kernel):
        wanted[kernel == value] = value - 0.1 * gradient[kernel == value].mean()
    start.compile(keras.optimizers.SGD(0.1), "mse")
    start.fit(x, y, batch_size=40, callbacks=[WeightClustering()], verbose=0)
    np.testing.assert_allclose(values(start)[0], wanted, atol=1e-5)


def test_fine_tuning_keeps_who_shares_with_whom():
    model = cluster_weights(net(), 4)
    before = values(model)
    step(model)
    for old, new in zip(before, values(model), strict=True):
        assert (old != new).any()
        for value in np.unique(old):
            assert len(np.unique(new[old == value])) == 1


def test_fine_tuning_wants_a_clustered_model():
    with pytest.raises(ValueError, match="cluster_weights first"):
        step(net())


def test_each_channel_may_have_values_of_its_own():
    together, apart = (cluster_weights(net(), 3, per_channel) for per_channel in (False, True))
    original = values(net())
    for whole, kernel, before in zip(values(together), values(apart), original, strict=True):
        depthwise = kernel.shape[-1] == 1
        rows = kernel.reshape(-1, kernel.shape[2 if depthwise else -1])
        if kernel.ndim == 2:  # Dense has one scale
            np.testing.assert_array_equal(kernel, whole)
            continue
        assert all(len(np.unique(row)) == 3 for row in rows.T)
        assert np.abs(kernel - before).mean() < np.abs(whole - before).mean()


def test_some_layers_may_stay_as_they_are():
    model = net()
    chosen = model.layers[0].name
    some = cluster_weights(model, 3, only=[chosen])
    counts = {one.name: len(np.unique(one.kernel)) for one in some.layers if hasattr(one, "kernel")}
    assert counts.pop(chosen) == 3
    assert min(counts.values()) > 3


def test_channels_of_few_values_have_few_codes():
    model = model_file.read(quantize(cluster_weights(net(), 4, per_channel=True), representative=X))
    weights = [one for one in model.tensors if one.is_constant and one.dtype == "int8"]
    for tensor in weights:
        many = len(tensor.scale) > 1
        rows = np.moveaxis(tensor.data, tensor.quantized_dimension, 0) if many else [tensor.data]
        assert max(len(np.unique(row)) for row in rows) <= 4


def test_bad_arguments():
    with pytest.raises(ValueError, match="at least 2"):
        cluster_weights(net(), 1)
    with pytest.raises(ValueError, match=r"'memory' \(GRU\)"):
        cluster_weights(
            keras.Sequential([keras.Input((4, 2)), layers.GRU(3, name="memory"), layers.Dense(2)])
        )
