"""Models that differ from a sound one in a single thing, and what the interpreter says of them.

    python tests/support/one_change.py

writes the table that tests/micro/test_one_change.py compares with: what became of all changes of a
model, counted. A difference there is a model that is refused now and wasn't, or the other way
round: look whether that is meant.
"""

import collections
import copy
import functools
import itertools
import re
import warnings

import fuzz
import models
import numpy as np
import places
import random_models
from fuzz.without_clang import Harness, damaged
from models import schema

from tinyml_helpers.micro import binding

TABLE = places.ROOT / "tests" / "micro" / "one_change.txt"

_INT32, _INT64 = 2, 4
_TYPES = {"float32": 0, "int32": 2, "uint8": 3, "int64": 4, "bool": 6, "int16": 7, "int8": 9}
_MOST_NUMBERS = 8  # in a constant whose numbers are changed one by one: axes, sizes, paddings


def of(tflite_bytes):
    """Every small change of a model.

    Args:
        tflite_bytes: the model.

    Yields:
        (what is changed, bytes of the changed model), without what its file could never say.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy about what numbers of other types become
        sound = schema.ModelT.InitFromPackedBuf(tflite_bytes, 0)
        for what, change in _changes(sound):
            model = copy.deepcopy(sound)
            change(model)
            yield what, models.pack(model)


def of_bytes(tflite_bytes):
    """A model cut short at every length, and with every byte changed in several ways."""
    for length in range(len(tflite_bytes)):
        yield tflite_bytes[:length]
    for place, byte in enumerate(tflite_bytes):
        for other in {0, 255, byte + 1 & 255, byte - 1 & 255, byte ^ 128, byte + 4 & 255} - {byte}:
            yield tflite_bytes[:place] + bytes([other]) + tflite_bytes[place + 1 :]


#: Names of the models that are changed; of "bytes of ..." the bytes are.
NAMES = (
    *random_models.OPERATORS,
    *("rare", "wide", "bytes of RELU", "bytes of SVDF", "bytes of MAX_POOL_2D"),
)


def line(name):
    """What becomes of all changes of a model: a line of the table.

    Args:
        name: one of `NAMES`.
    """
    harness, unchanged = Harness(), np.random.default_rng(0)
    seen = collections.Counter()
    for model in _changed(name):
        status = harness.run(damaged(unchanged, model, 0), 0)
        seen[_why(harness.state.problem.what) if status != binding.OK else "runs"] += 1
    return f"{name}: " + ", ".join(f"{count} {why}" for why, count in sorted(seen.items()))


def _changed(name):
    if name == "bytes of SVDF":
        return of_bytes(models.memory_model())
    if name.startswith("bytes of "):
        return of_bytes(_small(name.removeprefix("bytes of "))[0])
    if name in random_models.OPERATORS:
        return (model for small in _small(name) for _, model in of(small))
    return (model for _, model in of(fuzz.models(each=0, chains=0)[name]))


def _small(operator):
    """Two small models of an operator."""
    cases = [random_models.make(operator, seed).tflite_bytes for seed in range(100)]
    small = [model for model in cases if len(model) < 2000]
    return (small if len(small) > 1 else sorted(cases, key=len))[:2]


@functools.cache
def _why(sentence):
    """The name of a sentence of tm_refusals.h."""
    header = (binding.FOLDER / "src" / "tm_refusals.h").read_text("utf-8")
    names = re.findall(r'^#define TM_WHY_(\w+) (?:TM_SAY\()?"(.+?)"\)?$', header, re.MULTILINE)
    return next(name for name, text in names if text == sentence.decode())


def _changes(model):
    graph = model.subgraphs[0]
    for place, tensor in enumerate(graph.tensors):
        for name, change in _of_tensor(tensor, model.buffers[tensor.buffer]):
            yield f"tensor {place}: {name}", _at(place, change)
    for place, operator in enumerate(graph.operators):
        for name, change in _of_operator(operator):
            yield f"operator {place}: {name}", _operator_at(place, change)
        yield f"operator {place}: another output", _with_another_output(place)
    for version in (2, 3, 4, 5, 6, 7, 8, 99):
        yield f"version {version}", _set_version(version)


def _of_tensor(tensor, buffer):
    """(name, function of the tensor and its buffer) of each change."""
    shape = np.array(tensor.shape, int).tolist()
    for axis, length in enumerate(shape):
        for other in {length - 1, length + 1, 2 * length}:
            yield f"{other} at axis {axis}", _shaped([*shape[:axis], other, *shape[axis + 1 :]])
    for other in ([1, *shape], [*shape, 1], shape[1:], shape[:-1], [1] * (7 - len(shape)) + shape):
        yield f"shape {other}", _shaped(other)
    for name, number in _TYPES.items():
        if number != tensor.type:
            yield name, lambda tensor, _, number=number: setattr(tensor, "type", number)
    yield "variable", lambda tensor, _: setattr(tensor, "isVariable", not tensor.isVariable)
    if buffer.data is not None:
        yield "a value less", lambda _, buffer: setattr(buffer, "data", buffer.data[:-1])
        yield "no values", lambda tensor, _: setattr(tensor, "buffer", 0)
        yield from _of_numbers(tensor, buffer)
    if tensor.quantization is not None and tensor.quantization.scale is not None:
        yield from _of_quantization(tensor.quantization)


def _shaped(shape):
    """Of a constant the values become fewer or more, too."""

    def change(tensor, buffer):
        if buffer.data is not None:
            bytes_before = max(int(np.prod(tensor.shape)), 1)
            size = len(buffer.data) // bytes_before * int(np.prod(shape))
            buffer.data = np.resize(np.array(buffer.data, np.uint8), max(size, 1))
        tensor.shape = shape

    return change


def _of_numbers(tensor, buffer):
    dtype = {_INT32: np.int32, _INT64: np.int64}.get(tensor.type)
    if dtype is None:
        return
    numbers = np.frombuffer(np.array(buffer.data, np.uint8).tobytes(), dtype).tolist()

    def changed(place, *others):
        data = np.array([*numbers[:place], *others, *numbers[place + len(others) :]], dtype)
        data = np.frombuffer(data.tobytes(), np.uint8)
        return f"{others} at {place}", lambda _, buffer: setattr(buffer, "data", data)

    for place, number in enumerate(numbers[:_MOST_NUMBERS]):
        for other in {number - 1, number + 1, -number - 1, 7, -7, 2**31 - 1} - {number}:
            yield changed(place, max(-(2**31), min(other, 2**31 - 1)))
    # Two at once whose sum stays, one of them below 0: paddings that seem to fit.
    for place, (one, other) in enumerate(itertools.pairwise(numbers[:_MOST_NUMBERS])):
        if abs(one + other) < 2**31 - 1:
            yield changed(place, -1, one + other + 1)
            yield changed(place, one + other + 1, -1)


def _of_quantization(quantization):
    scale = np.array(quantization.scale, np.float32)
    zero_point = np.array(quantization.zeroPoint, np.int64)

    def quantized(name, **fields):
        def change(tensor, _):
            for field, value in fields.items():
                setattr(tensor.quantization, field, value)

        return name, change

    yield "no quantization", lambda tensor, _: setattr(tensor, "quantization", None)
    for factor in (0, 1.5, 2.0**-40, 2.0**40):
        yield quantized(f"scale times {factor}", scale=scale * np.float32(factor))
    for number in (-129, -128, -1, 0, 1, 127, 128):
        yield quantized(f"zero point {number}", zeroPoint=np.full_like(zero_point, number))
    yield quantized("one scale less", scale=scale[1:], zeroPoint=zero_point[1:])
    more = {"scale": np.append(scale, scale[:1]), "zeroPoint": np.append(zero_point, 0)}
    yield quantized("one scale more", **more)
    yield quantized("two zero points", zeroPoint=np.append(zero_point, 0))
    if len(scale) > 1:
        yield quantized("last zero point", zeroPoint=np.append(zero_point[:-1], 1))
        yield quantized("last scale", scale=np.append(scale[:-1], np.float32(0)))
    axis = quantization.quantizedDimension
    yield quantized("another axis", quantizedDimension=axis + 1)
    yield quantized("axis 0", quantizedDimension=0)


def _of_operator(operator):
    """(name, function of the operator) of each change."""
    for field in ("inputs", "outputs"):
        places = np.array(getattr(operator, field), int).tolist()
        for other in ([*places, places[0]], [*places, -1], places[:-1], places[1:], places[::-1]):
            yield f"{field} {other}", _set(field, other)
        for place in range(len(places)):
            yield (
                f"{field} without {place}",
                _set(field, [*places[:place], -1, *places[place + 1 :]]),
            )
    if operator.builtinOptions is None:
        return
    yield "no options", _set("builtinOptions", None)
    for field, value in vars(operator.builtinOptions).items():
        if isinstance(value, bool | int | float) and not isinstance(value, np.ndarray):
            far = {2**30, 2**31 - 1} if re.match("stride|dilation|filter", field) else set()
            for other in far | {-1, 0, 1, 2, 3, 4, 5, 6, 100, value + 1, 2 * value}:
                if other != value and (not isinstance(value, bool) or other in (0, 1)):
                    yield f"{field} {other}", _set_option(field, other)


def _set(field, value):
    return lambda operator: setattr(operator, field, value)


def _set_option(field, value):
    return lambda operator: setattr(operator.builtinOptions, field, value)


def _at(place, change):
    def of_model(model):
        tensor = model.subgraphs[0].tensors[place]
        change(tensor, model.buffers[tensor.buffer])

    return of_model


def _operator_at(place, change):
    return lambda model: change(model.subgraphs[0].operators[place])


def _with_another_output(place):
    def change(model):
        graph = model.subgraphs[0]
        operator = graph.operators[place]
        graph.tensors.append(copy.copy(graph.tensors[operator.outputs[0]]))
        operator.outputs = [*operator.outputs, len(graph.tensors) - 1]

    return change


def _set_version(version):
    return lambda model: setattr(model.operatorCodes[0], "version", version)


if __name__ == "__main__":
    TABLE.write_text("".join(f"{line(name)}\n" for name in NAMES), encoding="utf-8")
