"""Weight clustering: kernels with few distinct values, so that a short index can stand for each.

The .tflite stays as long as before, since int8 still spends a byte on every weight; but a look-up
table can now shorten it (`lut_compress`), and gzip finds more to squeeze.
"""

import numpy as np

from tinyml_helpers.compress.fake_quant import QuantizedWeights
from tinyml_helpers.compress.layers import check, copy_call, rebuild, weights_of
from tinyml_helpers.compress.prune import is_depthwise, kernels, kernels_of
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: Lloyd's iterations in one dimension settle in tens of rounds; this only bounds the worst case.
_MOST_ROUNDS = 300


def cluster_weights(model, clusters=16, per_channel=False, only=None):
    """A copy of a model whose kernels take few distinct values each.

    The values are found by k-means, its centroids first spread evenly over the kernel's range:
    Han, Mao and Dally, "Deep Compression" (2016), arXiv:1510.00149, section 3. Weights that are
    exactly zero, as in a pruned model, stay zero; zero is then one of the values. Biases and
    BatchNormalization are left as they are.

    Quantization keeps codes few where one scale holds: over all of a Dense kernel, and within each
    output channel of a convolution, which has a scale of its own and into which the converter may
    have folded a factor from BatchNormalization. That is what `lut_compress` asks for. (Not so in a
    Dense layer with a BatchNormalization behind: each of its outputs has another factor, and all
    one scale. `fold_batch_norm` first.)

    Args:
        model: a built Sequential or functional model.
        clusters: the most distinct values in a kernel, 2 or more; 2**b for an index of b bits.
        per_channel: whether each output channel of a convolution has so many of its own, as look-up
            tables have; a Dense kernel has one table. With few values that costs less accuracy.
        only: names of the layers whose kernels are clustered, such as those of `worth_tables`; all
            if None.

    Returns:
        A functional `keras.Model` of the same layers, to be compiled anew.

    Raises:
        UnsupportedModel: the message names the layer.
        ValueError: fewer than 2 clusters.
    """
    if clusters < 2:
        raise ValueError(f"clusters={clusters}: a kernel needs at least 2 values.")

    def replace(call, *tensors):
        some = only is None or call.layer.name in only
        chosen = [id(kernel) for kernel in kernels_of(call.layer)] if some else []
        weights = weights_of(call.layer)
        for place, weight in enumerate(call.layer.weights):
            if id(weight) in chosen:
                for row in _rows(call.layer, weight, weights[place], per_channel):
                    row[...] = _cluster(row, clusters)
        return copy_call(call, *tensors, weights=weights)

    return rebuild(model, replace, check(model))


def _rows(layer, kernel, values, per_channel):
    """Views of the values that are clustered together: of a whole kernel, or of each channel."""
    if not per_channel or isinstance(layer, keras.layers.Dense):
        return [values]
    if is_depthwise(layer, kernel):
        return [values[..., i, j] for i, j in np.ndindex(values.shape[-2:])]
    return [values[..., i] for i in range(values.shape[-1])]


def _cluster(kernel, clusters):
    """Cluster weights; those that are zero are a group of their own."""
    clustered = np.zeros_like(kernel)
    weights = kernel != 0
    clustered[weights] = kmeans(kernel[weights], clusters - (not weights.all()))
    return clustered


class WeightClustering(keras.callbacks.Callback):
    """A callback for `fit` that trains a clustered model's values and leaves it clustered.

    Which weights share a value is fixed when the training begins. After each batch, weights that
    share one get their mean: the value moves by the mean of the steps the optimizer wanted for
    them. With plain gradient descent that is the centroid's own gradient descent (Deep Compression,
    equation 3, which sums where this averages: a matter of the learning rate). Zeros stay zero.
    A quantization-aware model of a clustered one is trained so, too.

    Raises:
        ValueError: from `fit`, if no kernel of the model is clustered.

    Example:
        >>> small = cluster_weights(model, 16)
        >>> small.compile("adam", "sparse_categorical_crossentropy")
        >>> small.fit(x, y, epochs=3, callbacks=[WeightClustering()])
    """

    def on_train_begin(self, logs=None):
        rounded = [one.layer for one in self.model.layers if isinstance(one, QuantizedWeights)]
        self._kernels = [layer.kernel for layer in rounded] or kernels(self.model)
        self._shared = [np.unique(kernel, return_inverse=True) for kernel in self._kernels]
        if all(len(values) == members.size for values, members in self._shared):
            raise ValueError("no two weights of this model are equal: use cluster_weights first.")

    def on_train_batch_end(self, batch, logs=None):
        for kernel, (values, members) in zip(self._kernels, self._shared, strict=True):
            sums = np.bincount(members.ravel(), np.ravel(kernel))
            means = np.where(values == 0, 0, sums / np.bincount(members.ravel()))
            kernel.assign(means[members].reshape(kernel.shape))


def kmeans(values, clusters):
    """Replace numbers by the means of at most `clusters` groups of near ones.

    Args:
        values: array [n].
        clusters: the number of groups, 2 or more.

    Returns:
        The array [n] with each number replaced by its group's mean; unchanged if it had no more
        than `clusters` distinct numbers.
    """
    if len(np.unique(values)) <= clusters:
        return values
    centroids = np.linspace(values.min(), values.max(), clusters)
    for _ in range(_MOST_ROUNDS):
        nearest = np.searchsorted((centroids[1:] + centroids[:-1]) / 2, values)
        count = np.bincount(nearest, minlength=clusters)
        sums = np.bincount(nearest, values, minlength=clusters)
        moved = np.where(count > 0, sums / np.maximum(count, 1), centroids)
        if np.array_equal(moved, centroids):
            break
        centroids = moved
    return centroids[nearest].astype(values.dtype)
