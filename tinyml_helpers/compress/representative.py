"""Representative inputs, which quantization takes its ranges from, in the forms people have them.

TensorFlow's own pages show a function that yields a list of one sample's inputs, over and over. A
`tf.data.Dataset`, a generator, a list of samples, a dict by input name and plain arrays say the
same.
"""

import inspect
import itertools
from collections.abc import Iterable

import numpy as np

from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: What can be called, but is no function that makes inputs.
_LAYER = keras.layers.Layer

#: How many samples are read of what may go on for ever: a generator or a `tf.data.Dataset`.
MOST_SAMPLES = 1000


def check_representative(model, representative):
    """Make sure that these are real inputs of a model, and return them as a list of float32.

    Args:
        model: a built Keras model with n inputs.
        representative: as for `arrays_of`, with the same number of samples for every input.

    Raises:
        ValueError: as `arrays_of`; or no samples, a wrong shape, a type that isn't float, a value
            that isn't finite, or the same value everywhere.
    """
    arrays = arrays_of(model, representative, "the representative inputs")
    for tensor, array in zip(model.inputs, arrays, strict=True):
        _check_array(array, tensor.shape[1:])
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("the representative arrays differ in length: give each as many samples.")
    return [array.astype(np.float32) for array in arrays]


def arrays_of(model, given, what="the inputs"):
    """Inputs for a model as a list with an array [samples, ...] for each of its n inputs.

    Args:
        model: a built Keras model.
        given: an array [samples, ...]; a list of n of them; a dict of them by input name; a list
            of samples, each an array, a list of n arrays or such a dict; a generator, a function
            that makes one, or a `tf.data.Dataset`, of samples or of batches, with or without
            labels behind them. Of these three the first `MOST_SAMPLES` samples are read.
        what: what to call them in messages.

    Raises:
        ValueError: they are none of these; the message says what they are and what fits.
    """
    if callable(given) and not hasattr(given, "__array__") and not isinstance(given, _LAYER):
        given = _called(given, what)
    reader = _Reader(model, what)
    if isinstance(given, dict):
        return [reader.array(part) for part in reader.by_name(given)]
    if isinstance(given, (list, tuple)):
        return reader.from_list(given)
    if hasattr(given, "__array__"):
        if len(model.inputs) == 1:
            return [reader.array(given)]
    elif isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return reader.from_stream(given)
    shape = f" of shape {np.shape(given)}" if hasattr(given, "__array__") else ""
    raise ValueError(f"{what} are a {type(given).__name__}{shape}: {reader.wanted}.")


def _called(function, what):
    """What a function of no arguments returns, such as a generator."""
    try:
        inspect.signature(function).bind()
    except TypeError:
        raise ValueError(
            f"{what} are a {type(function).__name__} that can't be called without arguments: give "
            "a function that takes none and yields one sample after the other."
        ) from None
    except ValueError:  # a function written in C may not say what it takes
        pass
    return function()


class _Reader:
    """Reads inputs of one model."""

    def __init__(self, model, what):
        self._what = what
        self._shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
        self._places = {tensor.name: place for place, tensor in enumerate(model.inputs)}
        named = getattr(model, "input", None)
        if isinstance(named, dict):  # a model that was given a dict of inputs has its own names
            places = {id(tensor): place for place, tensor in enumerate(model.inputs)}
            self._places |= {name: places[id(tensor)] for name, tensor in named.items()}

    @property
    def wanted(self):
        """What would fit, in words."""
        lists = [f"[{', '.join(map(str, shape))}]" for shape in self._shapes]
        arrays = [f"[{', '.join(map(str, ('n', *shape)))}]" for shape in self._shapes]
        if len(lists) == 1:
            return f"give an array {arrays[0]}, or samples of shape {lists[0]}"
        return (
            f"give a list of {len(lists)} arrays, {' and '.join(arrays)}, or samples, each a list "
            f"of arrays {' and '.join(lists)}"
        )

    def by_name(self, given):
        """The parts of a dict, in the order of the model's inputs; an only one by any name."""
        if len(given) == len(self._shapes) == 1:
            return list(given.values())
        found = {self._places[name]: part for name, part in given.items() if name in self._places}
        if len(found) < len(self._shapes):
            raise ValueError(
                f"{self._what} are a dict with {', '.join(map(repr, given)) or 'nothing'}: the "
                f"model's inputs are called {', '.join(map(repr, self._places))}."
            )
        return [found[place] for place in range(len(self._shapes))]

    def array(self, values):
        """Values as an array; ValueError if they can't be one, as lists of different lengths."""
        array = _array(values)
        if array is None:
            raise ValueError(f"{self._what} hold lists of different lengths: {self.wanted}.")
        return array

    def from_list(self, given):
        """Arrays, one an input; or samples."""
        arrays = [_array(part) for part in given]
        by_input = len(given) == len(self._shapes) and all(
            array is not None and array.ndim and array.shape[1:] == shape
            for array, shape in zip(arrays, self._shapes, strict=True)
        )
        samples = [self._sample(part, longest=1) for part in given]
        by_sample = bool(samples) and all(samples)
        if by_input and by_sample and len(given) > 1 and not hasattr(given[0], "__array__"):
            raise ValueError(
                f"{self._what} are {len(given)} lists of {len(given)}, which may be samples or "
                f"inputs: {self.wanted.split(', or')[0]}."
            )
        if by_input:
            return arrays
        if by_sample:
            return _joined(samples)
        if len(given) == len(self._shapes):
            return [self.array(part) for part in given]
        first = "of different lengths" if not arrays or arrays[0] is None else arrays[0].shape
        count = len(self._shapes)
        raise ValueError(
            f"{self._what} are a {type(given).__name__} of {len(given)}, the first {first}, but "
            f"the model has {count} input{'s' * (count > 1)}: {self.wanted}."
        )

    def from_stream(self, given):
        """The first samples of what yields samples or batches, one after the other."""
        samples, count = [], 0
        for element in itertools.islice(given, MOST_SAMPLES):
            sample = self._sample(element, longest=None)
            if sample is None:
                parts = element if isinstance(element, (list, tuple)) else [element]
                raise ValueError(
                    f"{self._what} yield {' and '.join(_described(part) for part in parts)}: "
                    f"{self.wanted}."
                )
            samples.append(sample)
            count += len(sample[0])
            if count >= MOST_SAMPLES:
                break
        if not samples:
            raise ValueError(
                f"{self._what} yield no sample: give a function that makes the generator, as one "
                "that was read to its end has nothing left."
            )
        return [array[:MOST_SAMPLES] for array in _joined(samples)]

    def _sample(self, element, longest):
        """A sample or a batch, at most `longest`, as an array [m, ...] an input; or None.

        A tuple may have labels and weights behind the inputs, as those that `fit` takes.
        """
        if isinstance(element, dict):
            return self._fit(self.by_name(element), longest)
        whole = self._fit([element], longest)
        if not isinstance(element, (list, tuple)):
            return whole
        if isinstance(element, tuple):
            first = self._sample(element[0], longest) if len(element) in (2, 3) else None
            return self._fit(element, longest) or first or whole
        return whole or self._fit(element, longest)

    def _fit(self, parts, longest):
        """Parts as arrays [m, ...], one an input; None unless they have the inputs' shapes."""
        if len(parts) != len(self._shapes):
            return None
        fitting = []
        for part, shape in zip(parts, self._shapes, strict=True):
            array = _array(part)
            if array is not None and array.shape == shape:
                array = array[np.newaxis]
            if array is None or not array.ndim or array.shape[1:] != shape:
                return None
            fitting.append(array)
        lengths = {len(array) for array in fitting}
        return fitting if len(lengths) == 1 and (longest is None or lengths <= {longest}) else None


def _array(values):
    """Values as an array, None if they can't be one."""
    try:
        return np.asarray(values)
    except (ValueError, TypeError):
        return None


def _described(part):
    """What a part of a sample is, for messages."""
    array = _array(part)
    name = type(part).__name__
    return f"a {name} of different lengths" if array is None else f"a {name} of shape {array.shape}"


def _joined(samples):
    """Samples, each a list of arrays [m, ...], as one list of arrays [sum of m, ...]."""
    return [np.concatenate(arrays) for arrays in zip(*samples, strict=True)]


def _check_array(array, shape):
    """Raise ValueError unless this is a non-empty finite float array [n, *shape] that moves."""
    if array.shape[1:] != tuple(shape) or array.ndim == 0:
        raise ValueError(
            f"the representative inputs have the shape {array.shape}, but the model takes "
            f"{('n', *shape)}: give it inputs as it was trained on.".replace("'n'", "n")
        )
    if len(array) == 0:
        raise ValueError("there are no representative inputs: give a few hundred of them.")
    if array.dtype.kind != "f" and array.dtype.name != "bfloat16":
        raise ValueError(
            f"the representative inputs are {array.dtype}, but the model was trained on float32: "
            "scale and convert them in the same way."
        )
    with np.errstate(over="ignore"):
        array = array.astype(np.float32)
    if not np.isfinite(array).all():
        raise ValueError(
            "the representative inputs contain NaN or infinity: remove those samples, because one "
            "of them would spoil every range."
        )
    if array.min() == array.max():
        raise ValueError(
            f"every number of the representative inputs is {array.min():g}, and what never moves "
            "makes no scale: give inputs as the model was trained on."
        )
