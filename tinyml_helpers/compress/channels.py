"""Channel pruning: whole channels leave a model, and everything that touches them gets smaller.

A zero in a kernel saves nothing by itself. A channel that is gone saves its filter, its bias, the
activations it made, and the part of the next kernel that read it.

How this module finds out what belongs together: every channel a layer makes gets a number. Each
tensor has an array of them, one for each position on its last axis: pooling hands it on, Flatten
repeats it, Concatenate joins two. Where channels can only stay or leave together, as those that Add
sums, their numbers are tied. Numbers tied to each other are one *unit*.
"""

from collections import Counter

import numpy as np

from tinyml_helpers.compress.activations import activation_name
from tinyml_helpers.compress.layers import check, copy_call, rebuild
from tinyml_helpers.compress.prune import is_depthwise, kernels_of
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: The layers that make channels, with what their `get_config` calls the number of them.
_MAKERS = {
    keras.layers.Conv1D: "filters",
    keras.layers.Conv2D: "filters",
    keras.layers.SeparableConv2D: "filters",
    keras.layers.Dense: "units",
}

#: The number of channels that have to stay, as those of the model's inputs and outputs.
_FIXED = 0


def prune_channels(model, keep=0.5):
    """Rebuild a model without the least important output channels of its Conv and Dense layers.

    A channel's importance is the sum of its filter's magnitudes (its L1 norm): Li and others,
    "Pruning Filters for Efficient ConvNets" (2017), arXiv:1608.08710, section 3.1. Channels tied by
    an Add, or by a Reshape that mixes them with positions, leave together or stay together, ranked
    by the sum of their importances. DepthwiseConv2D and BatchNormalization follow the channels
    they read.

    Channels that reach an output of the model or are added to one of its inputs stay, and so do
    those under a softmax. Every layer keeps at least its share (rounded) and at least one channel;
    a tied layer keeps more where the layers it is tied to have a larger share.

    Removing a channel changes nothing if it was zero everywhere, and little if it was small;
    fine-tune the result.

    Args:
        model: a built Sequential or functional model.
        keep: the share of its channels each layer keeps, above 0 and up to 1; or a dict from layer
            name to share, with the layers it doesn't name left whole.

    Returns:
        A smaller functional `keras.Model`, to be compiled anew, that shares nothing with the old.

    Raises:
        UnsupportedModel: the message names the layer.
        ValueError: a share out of range, or a name in `keep` whose layer has no channels to remove.
    """
    graph = check(model)
    shapes, numbers, units = _number_channels(model, graph)
    stays = _choose(graph, numbers, units, keep)

    def replace(call, *tensors):
        read, made = stays[call.inputs[0]], stays[call.output]
        weights = [_slice(call.layer, weight, read, made) for weight in call.layer.weights]
        changes = {}
        if type(call.layer) in _MAKERS:
            changes[_MAKERS[type(call.layer)]] = int(made.sum())
        if isinstance(call.layer, keras.layers.Reshape):
            changes["target_shape"] = (*shapes[call.output][1:-1], int(made.sum()))
        return copy_call(call, *tensors, weights=weights, **changes)

    return rebuild(model, replace, graph)


def _slice(layer, weight, read, made):
    """A layer's weight without the channels that leave: those where `read` and `made` are False."""
    values = np.asarray(weight).astype(np.float32)
    if values.ndim == 1:  # a bias, or one of BatchNormalization's four
        return values[made]
    per_channel = values.shape[-2] // len(read)  # above 1 behind SeparableConv2D's depthwise half
    values = values[..., np.repeat(read, per_channel), :]
    return values if is_depthwise(layer, weight) else values[..., made]


class _Units:
    """Numbers for channels, and which of them are tied (a union-find structure)."""

    def __init__(self):
        self._towards = [_FIXED]

    def new(self, count):
        """The next `count` numbers, int array [count], not yet tied to any."""
        first = len(self._towards)
        self._towards += range(first, first + count)
        return np.arange(first, first + count)

    def tie(self, some, others):
        """Tie numbers pairwise; the two arrays are broadcast to one shape."""
        pairs = np.broadcast_arrays(some, others)
        for one, other in set(zip(*(side.ravel().tolist() for side in pairs), strict=True)):
            low, high = sorted((self._unit(one), self._unit(other)))
            self._towards[high] = low

    def of(self, numbers):
        """The unit of each number: the smallest it is tied to. int array of the same shape."""
        return np.array([self._unit(number) for number in numbers.tolist()], int)

    def _unit(self, number):
        while self._towards[number] != number:
            number = self._towards[number]
        return number


def _number_channels(model, graph):
    """Follow every channel through the model.

    Returns:
        Two dicts by tensor number, shapes and arrays of channel numbers, and the `_Units`.
    """
    units = _Units()
    shapes = {number: model.inputs[number].shape for number in graph.inputs}
    numbers = {number: np.full(shape[-1], _FIXED) for number, shape in shapes.items()}
    for call in graph.calls:
        read = [numbers[tensor] for tensor in call.inputs]
        shapes_read = [shapes[tensor] for tensor in call.inputs]
        one = len(read) == 1
        shape = call.layer.compute_output_shape(shapes_read[0] if one else shapes_read)
        made = _follow(call.layer, read, shapes_read, shape, units)
        if _fixes_channels(call.layer):
            units.tie(made, _FIXED)
        shapes[call.output], numbers[call.output] = shape, made
    for tensor in graph.outputs:
        units.tie(numbers[tensor], _FIXED)
    return shapes, numbers, units


def _follow(layer, read, shapes_read, shape, units):
    """The channel numbers on the last axis of what a layer makes.

    Args:
        layer: the layer.
        read: for each tensor it reads, an int array of channel numbers.
        shapes_read: their shapes, batch first.
        shape: the shape of what it makes.
        units: where to tie the numbers that the layer ties.
    """
    if type(layer) in _MAKERS:
        return units.new(shape[-1])
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return np.repeat(read[0], layer.depth_multiplier)
    if isinstance(layer, keras.layers.Concatenate) and layer.axis in (-1, len(shape) - 1):
        return np.concatenate(read)
    if isinstance(layer, (keras.layers.Add, keras.layers.Concatenate)):
        alike = len({len(numbers) for numbers in read}) == 1
        for numbers in read:  # one channel added to many belongs to all of them, so all stay
            units.tie(numbers, read[0] if alike else _FIXED)
        return max(read, key=len)
    if isinstance(layer, (keras.layers.Flatten, keras.layers.Reshape)):
        positions = np.broadcast_to(read[0], shapes_read[0][1:])
        rows = positions.reshape(-1, shape[-1])
        units.tie(rows, rows[0])  # a column can only leave as a whole
        return rows[0]
    return read[0]


def _fixes_channels(layer):
    """Whether all channels a layer makes have to stay, as each depends on what others there are."""
    if isinstance(layer, keras.layers.Rescaling):
        return np.size(layer.scale) > 1 or np.size(layer.offset) > 1  # one for each channel
    return activation_name(layer) == "softmax"


def _choose(graph, numbers, units, keep):
    """Choose what stays: a dict from tensor number to a bool array over the tensor's channels."""
    unit_of = {tensor: units.of(array) for tensor, array in numbers.items()}
    makers = [call for call in graph.calls if type(call.layer) in _MAKERS]
    importance, channels_of = Counter(), {}
    for call in makers:
        for unit, norm in zip(unit_of[call.output], _l1_norms(call.layer), strict=True):
            importance[unit] += norm
            channels_of.setdefault(unit, Counter())[call.layer.name] += 1

    made = {call.layer.name: unit_of[call.output] for call in makers}
    may_lose = {
        name: len(made[name]) - max(1, round(share * len(made[name])))
        for name, share in _shares(keep, made).items()
    }
    leaving = []
    for unit in sorted(importance, key=lambda unit: (importance[unit], unit)):
        channels = channels_of[unit]
        if unit != _FIXED and all(may_lose[name] >= count for name, count in channels.items()):
            leaving.append(unit)
            for name, count in channels.items():
                may_lose[name] -= count
    return {tensor: ~np.isin(array, leaving) for tensor, array in unit_of.items()}


def _l1_norms(layer):
    """The sum of the magnitudes of each of a layer's filters, float64 [channels]."""
    magnitudes = np.abs(np.asarray(kernels_of(layer)[-1]).astype(np.float64))
    return magnitudes.reshape(-1, magnitudes.shape[-1]).sum(axis=0)


def _shares(keep, made):
    """Read `keep` as a dict with a share for each layer in `made`, from name to its units."""
    prunable = [name for name, units in made.items() if (units != _FIXED).any()]
    shares = keep if isinstance(keep, dict) else dict.fromkeys(made, keep)
    for name, share in shares.items():
        if shares is keep and name not in prunable:
            raise ValueError(
                f"no channel can leave the layer '{name}': only those of "
                f"{', '.join(prunable) or 'no layer in this model'} can."
            )
        if not 0 < share <= 1:
            raise ValueError(f"keep={share}: a layer keeps a share above 0 and up to 1.")
    return dict.fromkeys(made, 1.0) | shares
