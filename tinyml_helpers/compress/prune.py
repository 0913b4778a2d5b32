"""Magnitude pruning: small weights become zero while the model trains, a few more at a time.

Zeros alone make no file smaller: a .tflite stores a zero in as many bytes as any other weight.
They make it compress better (gzip, for a download); `prune_channels` is what makes it smaller.
"""

import numpy as np

from tinyml_helpers.compress.layers import check, copy_call, rebuild, weights_of
from tinyml_helpers.quiet import quiet

with quiet():
    import keras


def kernels_of(layer):
    """The variables a layer multiplies its input with: not biases, not those of BatchNormalization.

    One for Conv1D, Conv2D, DepthwiseConv2D and Dense, two for SeparableConv2D, else none.
    """
    names = ("kernel", "depthwise_kernel", "pointwise_kernel")
    return [getattr(layer, name) for name in names if getattr(layer, name, None) is not None]


def is_depthwise(layer, kernel):
    """Whether a kernel of this layer is [height, width, inputs, outputs per input]."""
    return isinstance(layer, keras.layers.DepthwiseConv2D) or kernel is getattr(
        layer, "depthwise_kernel", None
    )


def kernels(model):
    """All kernels of a model, in the order its layers run.

    Raises:
        UnsupportedModel: the message names the layer.
        ValueError: the model has no layer with a kernel.
    """
    found = [kernel for call in check(model).calls for kernel in kernels_of(call.layer)]
    if not found:
        raise ValueError(f"the model '{model.name}' has no Conv or Dense layer, so no weights.")
    return found


def sparsity(model):
    """The share of a model's kernel weights that are exactly zero, from 0.0 to 1.0.

    Raises:
        ValueError: as `kernels`.
    """
    values = np.concatenate([np.ravel(kernel) for kernel in kernels(model)])
    return float(np.mean(values == 0))


def prune_at_once(model, sparsity, only=None):
    """A copy of a model whose smallest weights are zero, with no training in between.

    Args:
        model: a built Sequential or functional model.
        sparsity: the share of each kernel to set to zero, 0 to 1.
        only: the name of the one layer to prune; None for every layer with a kernel.

    Returns:
        A functional `keras.Model` of the same layers, to be compiled anew.

    Raises:
        UnsupportedModel: the message names the layer.
        ValueError: a share out of range, or no layer with a kernel has that name.
    """
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparsity={sparsity}: a share of the weights is from 0 to 1.")
    graph = check(model)
    names = [call.layer.name for call in graph.calls if kernels_of(call.layer)]
    if only is not None and only not in names:
        raise ValueError(
            f"no layer '{only}' has weights to prune: choose one of {', '.join(names)}."
        )

    def replace(call, *tensors):
        chosen = [id(kernel) for kernel in kernels_of(call.layer)]
        weights = weights_of(call.layer)
        for place, weight in enumerate(call.layer.weights):
            if id(weight) in chosen and only in (None, call.layer.name):
                weights[place] = np.where(largest(weights[place], sparsity), weights[place], 0)
        return copy_call(call, *tensors, weights=weights)

    return rebuild(model, replace, graph)


class MagnitudePruning(keras.callbacks.Callback):
    """A callback for `fit` that zeroes the smallest weights of every kernel and keeps them zero.

    The share of zeros grows by a cubic curve, fast at first, while there is much to spare, and ever
    slower, so that the weights that stay can take over: Zhu and Gupta, "To prune, or not to prune"
    (2017), arXiv:1710.01878, equation 1. Each kernel has its own threshold, so every layer ends
    with the same share. A weight once zero stays zero. Steps are finished batches, counted from
    the start of each `fit`.

    Leave some steps after `end_step` for the model to recover. To train a pruned model further,
    use `initial_sparsity=final_sparsity`. Put it last in the list of callbacks: one that brings
    back earlier weights, as EarlyStopping may, would otherwise bring back what was pruned.

    Args:
        final_sparsity: the share of zeros from `end_step` on, 0 to below 1.
        begin_step: the step of the first pruning; until then the model trains untouched.
        end_step: the step of the last pruning; None: after three quarters of the training.
        initial_sparsity: the share of zeros at `begin_step`.
        every: steps between two prunings.

    Raises:
        ValueError: an argument out of its range; from `fit`, a training that ends before `end_step`
            or whose length Keras doesn't know while `end_step` is None; as `kernels`.

    Example:
        >>> model.fit(x, y, epochs=20, callbacks=[MagnitudePruning(0.8)])
    """

    def __init__(self, final_sparsity, begin_step=0, end_step=None, initial_sparsity=0.0, every=10):
        super().__init__()
        if not 0 <= initial_sparsity <= final_sparsity < 1:
            raise ValueError(
                f"sparsity can't go from {initial_sparsity} to {final_sparsity}: "
                "it grows, from 0 at the least to below 1."
            )
        if begin_step < 0 or (end_step is not None and end_step <= begin_step):
            raise ValueError(
                f"pruning can't last from step {begin_step} to {end_step}: begin at 0 or later, "
                "and end after that."
            )
        if every < 1:
            raise ValueError(f"every={every}: there is at least one step between two prunings.")
        self.final_sparsity, self.initial_sparsity = final_sparsity, initial_sparsity
        self.begin_step, self.end_step, self.every = begin_step, end_step, every

    def sparsity_at(self, step):
        """The share of zeros, 0..1, that the schedule wants after `step` batches."""
        if self.end_step is None:
            raise ValueError("the schedule has no end before fit begins: give an end_step.")
        if step < self.begin_step:
            return 0.0
        done = min(1.0, (step - self.begin_step) / (self.end_step - self.begin_step))
        return self.final_sparsity + (self.initial_sparsity - self.final_sparsity) * (1 - done) ** 3

    def on_train_begin(self, logs=None):
        steps = self.params.get("steps")
        steps = steps and steps * self.params["epochs"]
        if self.end_step is None:
            if not steps:
                raise ValueError(
                    "this training's length is not known beforehand: give an end_step."
                )
            self.end_step = max(self.begin_step + 1, steps * 3 // 4)
        if steps and steps < self.end_step:
            raise ValueError(
                f"end_step is {self.end_step}, but this training ends after {steps} steps: "
                "train longer or end the pruning earlier."
            )
        self.step = 0
        self._kernels = kernels(self.model)
        self._kept = [np.ones(kernel.shape, bool) for kernel in self._kernels]
        self._prune()

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        self._prune()

    def on_train_end(self, logs=None):
        self._zero_what_is_pruned()

    def _prune(self):
        """Choose anew what to keep if this step is one for it; zero everything else."""
        self._zero_what_is_pruned()  # first, so that what is zero is the smallest and stays chosen
        since_begin = self.step - self.begin_step
        in_schedule = self.begin_step <= self.step <= self.end_step
        if in_schedule and (since_begin % self.every == 0 or self.step == self.end_step):
            share = self.sparsity_at(self.step)
            self._kept = [largest(np.asarray(kernel), share) for kernel in self._kernels]
            self._zero_what_is_pruned()

    def _zero_what_is_pruned(self):
        for kernel, kept in zip(self._kernels, self._kept, strict=True):
            if not kept.all():
                kernel.assign(np.where(kept, np.asarray(kernel), 0))


def largest(values, sparsity):
    """Mark all but the smallest magnitudes.

    Args:
        values: an array of any shape.
        sparsity: the share to leave unmarked, 0..1; rounded to a whole number of values.

    Returns:
        A bool array of the same shape, False at exactly `round(sparsity * values.size)` places.
    """
    kept = np.ones(values.size, bool)
    smallest_first = np.argsort(np.abs(values), axis=None, kind="stable")
    kept[smallest_first[: round(sparsity * values.size)]] = False
    return kept.reshape(values.shape)
