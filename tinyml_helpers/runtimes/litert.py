"""LiteRT, the runtime for phones and computers that TensorFlow Lite has become, on this computer.

Its reference kernels are used: plain loops in a fixed order, so that results wobble least from one
machine to the next. The optimized kernels and the XNNPACK delegate choose their instructions, and
with them their rounding and the order of their sums, by the processor they find.

Even so a fully-connected layer may be a step off what a chip computes: ask `tflm` for that.
"""

import functools
import json
import re
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import limits

#: The numbers TensorFlow has for LiteRT's sets of kernels: the reference ones, and the optimized
#: ones without the XNNPACK delegate (`_get_op_resolver_id` in its lite/python/interpreter.py).
REFERENCE, OPTIMIZED = 2, 3

_TRIAL_SECONDS = 300


def predict(tflite_bytes, x):
    """Run a model on examples, one after the other, as a chip would.

    Args:
        tflite_bytes: a model with one input, for one example at a time, and one output.
        x: real numbers [n, ...], each example in the shape of the model's input. They are
            quantized first if the input is, and what comes out is dequantized.

    Returns:
        float32 array [n, ...].

    Raises:
        ValueError: the bytes are no model (`model_file.ModelFileError`), LiteRT can't run it or
            crashes, or x is empty, has another shape, or holds something other than finite
            numbers. Each model is tried once in a process of its own, so that a crash
            stays there.

    Warns:
        UserWarning: the reference kernels lack an operator of the model, or compute it wrongly, and
            the optimized ones run it.
    """
    model = model_file.read(tflite_bytes)

    def run(codes):
        interpreter.reset_all_variables()
        interpreter.set_tensor(model.inputs[0].index, codes)
        interpreter.invoke()
        return interpreter.get_tensor(model.outputs[0].index)

    try:
        interpreter = _interpreter(bytes(tflite_bytes))
        return run_each(model, x, run)
    except RuntimeError as error:
        raise ValueError(explain(str(error))) from None


def accuracy(tflite_bytes, x, labels):
    """Share of examples whose highest output is the labelled one, 0 to 1.

    Args:
        tflite_bytes: a classifier with one output a class; with a single output in 0..1, it says
            class 1 when that is above 0.5.
        x: real numbers [n, ...], as `predict` takes them.
        labels: class numbers [n].

    Raises:
        ValueError: as `predict`, or there isn't one label for each example.
    """
    return share_right(lambda: predict(tflite_bytes, x), x, labels)


def share_right(predict_x, x, labels):
    """Share of examples whose highest output is the labelled one, 0 to 1, as for `accuracy`.

    Args:
        predict_x: called without arguments, gives the outputs for x: float32 [n, ...].
        x, labels: as for `accuracy`.

    Raises:
        ValueError: there isn't one label for each example, or as predict_x.
    """
    if not np.iterable(x):
        raise ValueError(f"give the examples as one array, not as a {type(x).__name__}")
    labels = _class_numbers(labels, len(x))
    scores = predict_x().reshape(len(labels), -1)
    classes = max(2, scores.shape[1])
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels go from {labels.min():g} to {labels.max():g}, but this model tells the "
            f"classes 0 to {classes - 1} apart"
        )
    if np.isnan(scores).any():
        raise ValueError("the model answers NaN, which is no class")
    said = scores.argmax(axis=1) if scores.shape[1] > 1 else scores[:, 0] > 0.5
    return float(np.mean(said == labels))


def _class_numbers(labels, count):
    """Labels as an array of `count` whole numbers; ValueError if they are anything else."""
    try:
        labels = np.asarray(labels)
    except ValueError:
        raise ValueError("give one class number for each example, not lists of them") from None
    if labels.shape != (count,):
        raise ValueError(
            f"give one class number for each of the {count} examples: labels has shape "
            f"{labels.shape}"
        )
    if labels.dtype.kind not in "iubf":
        raise ValueError(
            "labels are the numbers of classes, from 0 on, as the model's outputs are numbered: "
            f"not {labels.dtype} such as {labels.tolist()[0]!r}"
        )
    if not np.array_equal(labels, np.trunc(labels)):
        raise ValueError("labels are the numbers of classes: whole ones, and no NaN")
    return labels


def run_each(model, x, run):
    """Quantize examples, run each, dequantize the results.

    Args:
        model: a `model_file.ModelFile` with one input and one output.
        x: real numbers [n, ...].
        run: takes one example's codes in the input's shape and dtype, returns the output's codes.

    Returns:
        float32 array [n, ...].

    Raises:
        ValueError: as `predict`.
    """
    return run_all(model, x, lambda codes: [run(example[np.newaxis]) for example in codes])


def run_all(model, x, run):
    """Quantize examples, run all, dequantize the results.

    Args:
        model, x: as `run_each`.
        run: takes codes [n, ...] of all examples, returns the output's codes for each, in a list
            or an array.

    Returns:
        float32 array [n, ...].

    Raises:
        ValueError: as `predict`.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1 or model.inputs[0].shape[:1] != (1,):
        raise ValueError(
            "predict runs models with one input, for one example at a time, and one output: this "
            f"one has inputs {list(model.inputs)} and outputs {list(model.outputs)}"
        )
    source, target = model.inputs[0], model.outputs[0]
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError("give the examples as one array: they differ in shape") from None
    if x.dtype.kind not in "fiub":
        raise ValueError(f"give the examples as real numbers, not as {x.dtype}")
    if x.shape[1:] != source.shape[1:] or not len(x):
        wanted = ", ".join(["n", *map(str, source.shape[1:])])
        raise ValueError(f"give examples of shape [{wanted}], not {list(x.shape)}")
    if not np.isfinite(x).all():
        raise ValueError("there is a NaN or an infinity among the examples")
    codes = source.quantize(x)
    made = [target.dequantize(result) for result in run(codes)]
    # An output without the batch's 1, such as a squeezed one, is an example's whole result.
    has_batch = made[0].shape[:1] == (1,)
    return np.concatenate(made) if has_batch else np.stack(made)


def _interpreter(tflite_bytes):
    """A LiteRT interpreter ready to run; ValueError or RuntimeError if there can't be one."""
    chosen = _try(tflite_bytes)
    with quiet():
        import tensorflow as tf

        kinds = tf.lite.experimental.OpResolverType
        try:
            interpreter = tf.lite.Interpreter(
                model_content=tflite_bytes,
                experimental_op_resolver_type=(
                    kinds.BUILTIN_REF
                    if chosen == REFERENCE
                    else kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES
                ),
            )
        except ValueError as error:
            raise RuntimeError(error) from None
        interpreter.allocate_tensors()
    return interpreter


def _try(tflite_bytes):
    """The number of the kernels that run a model, with a warning unless they are the reference.

    Raises:
        ValueError, RuntimeError: none do.
    """
    answer = _trial(tflite_bytes)
    if answer["resolver"] is None:
        raise ValueError(explain(answer["said"]))
    if answer["resolver"] != REFERENCE:
        missing = _missing_kernel(answer["said"])
        why = f"lack {missing}" if missing else "compute SUM wrongly in int8 and int16"
        warnings.warn(
            f"LiteRT's reference kernels {why}: its optimized ones run instead, which may round "
            "otherwise on another processor",
            stacklevel=4,
        )
    return answer["resolver"]


def kernels(model):
    """The sets of kernels to run a model with: the next is for what one lacks.

    In int8 and int16 the reference kernel of SUM gives wrong results, as of TensorFlow 2.21.

    Args:
        model: a `model_file.ModelFile`.

    Returns:
        A tuple of TensorFlow's numbers for them.
    """
    summed = (model.tensors[one.inputs[0]] for one in model.operators if one.name == "SUM")
    if any(tensor.dtype in ("int8", "int16") for tensor in summed):
        return (OPTIMIZED,)
    return REFERENCE, OPTIMIZED


def explain(said):
    """One sentence about a model that LiteRT refused, from what it said."""
    missing, reason = _missing_kernel(said), textwrap.shorten(said, 200)
    if missing:
        reason = f"it has no kernel for its {missing} operator, or not for this version of it"
    return f"LiteRT can't run this model: {reason}"


def _missing_kernel(said):
    """The name of the operator LiteRT said it lacks, or None."""
    found = re.search(r"Didn't find op for builtin opcode '(\w+)'", said)
    return found and found[1]


@functools.lru_cache(maxsize=64)
def _trial(tflite_bytes):
    """Run a model in a process of its own; its answer (see litert_trial.py)."""
    script = Path(__file__).with_name("litert_trial.py")
    # -P: this folder has modules whose names others may want to import.
    sets = map(str, kernels(model_file.read(tflite_bytes)))
    command = [sys.executable, "-P", str(script), *sets]
    try:
        done = subprocess.run(
            command, input=tflite_bytes, capture_output=True, check=False, timeout=_TRIAL_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"one inference takes more than {_TRIAL_SECONDS} s") from None
    if done.stdout:
        return json.loads(done.stdout)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == 1 and "Traceback" in said:
        raise RuntimeError(f"it couldn't be started: {said.splitlines()[-1]}")
    why = limits.unworkable(model_file.read(tflite_bytes))
    raise RuntimeError(f"it crashes on it{': ' + why if why else ''}")
