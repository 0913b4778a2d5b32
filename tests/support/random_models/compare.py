"""Compares what an interpreter makes of a case with what TFLM made of it."""

import numpy as np

#: Sums of n <= 1,000 products, added in another order or by fused multiply-adds, are off by about
#: sqrt(n) * 2**-24 of the largest partial sum, and that is about sqrt(n) times the largest input.
_SUMS = 2.0**-14
#: C libraries' expf and tanhf differ in their last bits; what is computed from them, in a few more.
_FUNCTIONS = 2.0**-20
_SMALLEST = 2.0**-120  # below it, a result may be flushed to 0


def difference(case, answer, interpreter_class):
    """The first difference between an interpreter and TFLM on a case.

    Every tensor of the first inference is compared, and then the outputs of all inferences of an
    interpreter that has not been asked to keep every tensor.

    Args:
        case: the `Case`.
        answer: what `tflm_batch.Batch.run` gave for its inferences.
        interpreter_class: called with the bytes of the model; has `tensors` and `invoke`.

    Returns:
        The number of bytes compared, and a text that says what differs, or None.
    """
    compared = 0
    try:
        pairs = _pairs(case, answer, interpreter_class)
        for what, expected, found in pairs:
            if found is None:
                return compared, f"{case.description}\n{what} isn't there"
            told = _differs(expected, np.asarray(found), _tolerance(case, expected))
            if told:
                return compared, f"{case.description}\n{what}: {told}"
            compared += expected.nbytes
    except ValueError as error:
        return compared, f"{case.description}\n{type(error).__name__}: {error}"
    return compared, None


def _pairs(case, answer, interpreter_class):
    """What is compared, as TFLM has it, as the interpreter has it."""
    tensors = interpreter_class(case.tflite_bytes).tensors(*case.inputs)
    for index, expected in answer.tensors.items():
        yield f"tensor {index}", expected, tensors.get(index)
    interpreter = interpreter_class(case.tflite_bytes)
    inferences = (case.inputs, *case.later)
    for count, (inputs, expected) in enumerate(zip(inferences, answer.outputs, strict=True)):
        found = interpreter.invoke(*inputs)
        expected, found = (v if isinstance(v, tuple) else (v,) for v in (expected, found))
        for place, values in enumerate(expected):
            yield f"output {place} of inference {count}", values, found[place]


def _tolerance(case, expected):
    """Largest absolute difference allowed, for each value; 0 for none at all."""
    if case.tolerance == "exact" or expected.dtype != np.float32:
        return 0
    if case.tolerance == "functions":
        return _FUNCTIONS * np.abs(expected) + _SMALLEST
    inputs = (values for inference in (case.inputs, *case.later) for values in inference)
    return _SUMS * max(np.abs(values).max(initial=0) for values in (expected, *inputs))


def _differs(expected, found, tolerance):
    """How `found` differs, in one line, or None."""
    if (found.dtype, found.shape) != (expected.dtype, expected.shape):
        return (
            f"{found.dtype} {list(found.shape)}, TFLM has {expected.dtype} {list(expected.shape)}"
        )
    if found.tobytes() == expected.tobytes():
        return None
    if np.any(tolerance):
        wrong = ~(np.abs(found - expected) <= tolerance)
    else:
        bits = f"u{expected.itemsize}"
        wrong = np.atleast_1d(found).view(bits) != np.atleast_1d(expected).view(bits)
        wrong = wrong.reshape(expected.shape)
    if not wrong.any():
        return None
    first = tuple(np.argwhere(wrong)[0].tolist())
    return (
        f"{wrong.sum()} of {wrong.size} values differ, first at {list(first)}: "
        f"{found[first]}, TFLM has {expected[first]}"
    )
