"""Each operator of a model, alone, on each runtime: does it run, and are its results right?

LiteRT goes first, on random inputs, from the first operator to the last: what one operator gives is
what the next one gets, so that shapes computed on the way are real ones. Where LiteRT lacks an
operator, random values stand in for its results. The micro-interpreter and TFLM run the same
operators on the same values, and are right if they give what LiteRT gives. Where one gives
something else, and LiteRT's other set of kernels gives that too, LiteRT is wrong.
"""

import contextlib
from dataclasses import dataclass

import numpy as np

from tinyml_helpers import micro, model_file
from tinyml_helpers.runtimes import litert, tflm
from tinyml_helpers.runtimes.worker import Answer, Worker

RUNTIMES = ("micro", "TFLM", "LiteRT")

#: What stands for a size the converter left open, other than the batch: TinyML's inputs are small,
#: and a network's windows must fit.
_OPEN_SIZE = 32

_MOST_BYTES = 1 << 28  # of a tensor that is filled with random values

#: Integer kernels round in different ways: this many steps are no error.
_STEPS = 2
#: Nor is, of float results, this share of the largest; nor, of all, an error of this share of what
#: they vary by. Wrong results are off by about as much as they vary.
_FLOAT_SHARE, _SPREAD_SHARE = 1e-3, 0.05


@dataclass(frozen=True)
class Verdict:
    """What one runtime makes of an operator, or of the whole model.

    Attributes:
        says: "yes", "no" (it refuses or crashes), "wrong" (it runs, with wrong results), or "-"
            (not tried: it isn't here, or a tensor is too large or of a type NumPy lacks).
        why: of "no" and "wrong", a sentence.
    """

    says: str
    why: str = ""


_UNTRIED = Verdict("-")


def tried(tflite_bytes):
    """Try a model, and each of its operators alone.

    Args:
        tflite_bytes: the model.

    Returns:
        A pair: of the whole model, a dict of runtime to `Verdict`; and a list of such a dict for
        each operator. An operator that a runtime can't run alone but as a part of the whole model,
        such as one that reads what another stored, counts as one that it runs.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        toolchain.CompileError: there is no C compiler for the micro-interpreter.
    """
    model = model_file.read(tflite_bytes)
    with contextlib.ExitStack() as ends:
        bench = _Bench(bytes(tflite_bytes), model, ends)
        operators = [bench.operator(operator) for operator in model.operators]
        whole = bench.whole()
    for verdicts in operators:
        for runtime, verdict in verdicts.items():
            if verdict.says in ("no", "-") and whole[runtime].says == "yes":
                verdicts[runtime] = Verdict("yes")
    for runtime in RUNTIMES:
        wrong = any(verdicts[runtime].says == "wrong" for verdicts in operators)
        if wrong and whole[runtime].says == "yes":
            whole[runtime] = Verdict("wrong")
    return whole, operators


class _Bench:
    """The runtimes, and the values of a model's tensors as far as they are known."""

    def __init__(self, tflite_bytes, model, ends):
        self._bytes, self._model = tflite_bytes, model
        self._litert = ends.enter_context(Worker("litert"))
        self._tflm = ends.enter_context(Worker("tflm")) if tflm.available() else None
        self._random = np.random.default_rng(0)
        self._inputs = [self._values(t, t.open_dimensions) for t in model.inputs]
        self._known = {
            tensor.index: values for tensor, values in zip(model.inputs, self._inputs, strict=True)
        }

    def whole(self):
        """A dict of runtime to `Verdict`, without a look at the results."""
        if any(values is None for values in self._inputs):
            return _only_loaded(self._bytes)
        answer = self._litert.run(self._bytes, self._inputs)
        as_told = [self._values(tensor) for tensor in self._model.inputs]
        others = self._others(self._bytes, as_told)
        return {runtime: _verdict(one) for runtime, one in (*others.items(), ("LiteRT", answer))}

    def operator(self, operator):
        """A dict of runtime to `Verdict` of one operator; its results become known."""
        operands = model_file.operands(self._model, operator.index)
        for tensor in operands:
            if tensor.index not in self._known:
                self._known[tensor.index] = self._values(tensor)
        given = [self._known[tensor.index] for tensor in operands]
        try:
            alone = model_file.operator_alone(self._bytes, operator.index)
        except model_file.ModelFileError:
            return dict.fromkeys(RUNTIMES, _UNTRIED)
        if any(values is None for values in given):
            return _only_loaded(alone)
        answer = reference = self._litert.run(alone, given)
        as_told = given
        if [values.shape for values in given] != [tensor.shape for tensor in operands]:
            # The others take the shapes in the file.
            as_told = [self._values(tensor) for tensor in operands]
            reference = self._litert.run(alone, as_told)
        others = self._others(alone, as_told)
        verdicts = {
            runtime: _verdict(one) for runtime, one in (*others.items(), ("LiteRT", answer))
        }
        doubters = [one for one in others.values() if _disagree(one, reference)]
        if doubters:
            second = self._litert.run(alone, as_told, (litert.OPTIMIZED,))
            if any(_agree(one, second) for one in doubters):
                verdicts["LiteRT"] = Verdict("wrong", "its other kernels give other results")
                answer = reference = second
        if answer.ran:
            self._known |= zip(operator.outputs, answer.outputs, strict=True)
        for runtime, one in others.items():
            wrong = _wrong(one, answer, reference, model_file.read(alone), given)
            if wrong:
                verdicts[runtime] = Verdict("wrong", wrong)
        return verdicts

    def _others(self, tflite_bytes, inputs):
        """A dict of "micro" and "TFLM" to an `Answer`, or to None where it isn't here."""
        tflm_says = self._tflm.run(tflite_bytes, inputs) if self._tflm else None
        return {"micro": _on_micro(tflite_bytes, inputs), "TFLM": tflm_says}

    def _values(self, tensor, open_dimensions=()):
        """Random codes for a tensor; None if NumPy has no type for it, or it is too large.

        Integers without a scale are 0 or 1: they may be places in something short.
        """
        try:
            dtype = np.dtype(tensor.dtype)
        except TypeError:
            return None
        if dtype.kind not in "fiub" or tensor.byte_count > _MOST_BYTES:
            return None
        shape = [
            _OPEN_SIZE if place and place in open_dimensions else size
            for place, size in enumerate(tensor.shape)
        ]
        if dtype.kind == "f":
            return self._random.standard_normal(shape).astype(dtype)
        if dtype.kind == "b" or not tensor.scale.size:
            return self._random.integers(0, 2, shape).astype(dtype)
        limits = np.iinfo(dtype)
        return self._random.integers(limits.min, limits.max, shape, dtype, endpoint=True)


def _verdict(answer):
    """ "yes", "no" or "-", by an `Answer` or None."""
    if answer is None:
        return _UNTRIED
    return Verdict("yes" if answer.ran else "no", answer.why)


def _only_loaded(tflite_bytes):
    """Verdicts without values to run with: the micro-interpreter refuses while it loads."""
    refused = _on_micro(tflite_bytes, None)
    return dict.fromkeys(RUNTIMES, _UNTRIED) | (
        {} if refused.ran else {"micro": Verdict("no", refused.why)}
    )


def _on_micro(tflite_bytes, inputs):
    """The micro-interpreter's `Answer`; without outputs where the inputs are None."""
    try:
        interpreter = micro.Interpreter(tflite_bytes)
    except micro.CannotRun as error:
        return Answer(False, error.why or str(error))
    if inputs is None:
        return Answer(True)
    outputs = interpreter.invoke(*inputs)
    return Answer(True, outputs=outputs if isinstance(outputs, tuple) else (outputs,))


def _agree(one, other):
    """Whether two `Answer`s, or None, both ran and gave the same."""
    return bool(one and other and one.ran and other.ran) and not _disagree(one, other)


def _disagree(one, other):
    """Whether two `Answer`s, or None, both ran and gave other results."""
    if not (one and other and one.ran and other.ran):
        return False
    pairs = zip(one.outputs, other.outputs, strict=True)
    return any(got.shape != expected.shape or _are_apart(got, expected) for got, expected in pairs)


def _wrong(one, answer, reference, model, given):
    """What is wrong with results that aren't LiteRT's; "" if nothing is.

    Args:
        one: the `Answer` of another runtime, in the shapes of the file, or None.
        answer: LiteRT's on what the operator is given in this model.
        reference: LiteRT's in the shapes of the file.
        model: the operator alone.
        given: what it is given.
    """
    if one is None or not one.ran or not (answer.ran or reference.ran):
        return ""
    if not reference.ran:
        real = ", ".join(str(list(values.shape)) for values in given)
        told = ", ".join(str(list(tensor.shape)) for tensor in model.inputs)
        return f"it is given {real}, but believes the file, which says {told}"
    for expected, tensor in zip(reference.outputs, model.outputs, strict=True):
        if expected.shape != tensor.shape:
            return (
                f"it believes the file, which says that {list(tensor.shape)} come out: "
                f"{list(expected.shape)} do"
            )
    return "its results are not LiteRT's" if _disagree(one, reference) else ""


def _are_apart(got, expected):
    """Whether two arrays of codes of one shape differ by more than kernels round."""
    is_float = expected.dtype.kind == "f"
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    if same.all():
        return False
    error = np.abs(got[~same] - expected[~same])
    if not np.isfinite(error).all():
        return True
    finite = expected[np.isfinite(expected)]
    allowed = _FLOAT_SHARE * np.abs(finite).max(initial=0) if is_float else _STEPS
    root_mean_square = np.sqrt((error**2).sum() / expected.size)
    return error.max() > allowed and root_mean_square > _SPREAD_SHARE * finite.std()
