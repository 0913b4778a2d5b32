"""Scales that no integer kernel can work with: LiteRT and TFLM end the process on them.

Both turn a ratio of scales into an integer multiplier while they load a model, and check with
`TFLITE_CHECK`, which calls `abort`, that the ratio is one the kernel can hold.
"""

#: Bits by which an ADD shifts its inputs up before it adds them, by their type: `left_shift` in
#: add.cc of LiteRT's kernels.
_HEADROOM = {"int8": 20, "uint8": 20, "int16": 15}

#: Softmax keeps differences of inputs with 5 integer bits of 31: `kScaledDiffIntegerBits` in
#: softmax.cc. The multiplier that makes them so has to be above 1.
_SOFTMAX_FRACTION_BITS = 26


def unworkable(model):
    """What is wrong with the first operator whose scales its integer kernel can't hold.

    Sources: `QuantizeMultiplierSmallerThanOneExp` and `QuantizeMultiplierGreaterThanOne` in
    LiteRT's quantization_util.cc, and the kernels that call them.

    Args:
        model: a `model_file.ModelFile`.

    Returns:
        A sentence, or None where there is no such operator.
    """
    for operator in model.operators:
        read = [model.tensors[index] for index in operator.inputs if index >= 0]
        made = [model.tensors[index] for index in operator.outputs]
        where = f"operator {operator.index} ({operator.name})"
        if operator.name in ("SOFTMAX", "LOG_SOFTMAX") and _is_too_fine(read, operator):
            return f"{where} has an input of scale {read[0].scale[0]:.3g}, too fine for its kernel"
        if operator.name == "ADD" and _is_too_fine_a_sum(read, made):
            return (
                f"{where} has an output of scale {made[0].scale[0]:.3g}, too fine for its kernel "
                f"beside inputs of {read[0].scale[0]:.3g} and {read[1].scale[0]:.3g}"
            )
    return None


def _is_too_fine(read, operator):
    """Whether the difference of two inputs of a softmax is too small a step for its kernel."""
    if not read or read[0].dtype not in ("int8", "uint8") or read[0].scale.size != 1:
        return False
    beta = operator.options.get("beta", 1.0)
    return not float(beta) * float(read[0].scale[0]) * 2.0**_SOFTMAX_FRACTION_BITS > 1


def _is_too_fine_a_sum(read, made):
    """Whether a sum's output has steps finer than the sums it is made from."""
    if len(read) != 2 or len(made) != 1 or made[0].dtype not in _HEADROOM:
        return False
    if any(tensor.scale.size != 1 for tensor in (*read, *made)):
        return False
    largest = 2 * max(float(tensor.scale[0]) for tensor in read)
    return not largest < 2.0 ** _HEADROOM[made[0].dtype] * float(made[0].scale[0])
