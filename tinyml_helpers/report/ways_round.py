"""What to do about an operator that doesn't run everywhere: sentences, each tried in the tests."""

from tinyml_helpers.model_file.schema import OPERATORS

_FIXED_BATCH = "keras.Input(shape, batch_size=1)"
_LOOPS = (
    "WHILE",
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
    "UNIDIRECTIONAL_SEQUENCE_RNN",
    "BIDIRECTIONAL_SEQUENCE_LSTM",
    "BIDIRECTIONAL_SEQUENCE_RNN",
)


def way_round(model, operator, verdicts):
    """What to do where one of the runtimes doesn't run an operator, or runs it wrongly.

    Args:
        model: the `model_file.ModelFile`.
        operator: one of its operators.
        verdicts: a dict of runtime to `trials.Verdict`.

    Returns:
        A sentence; "" where nothing is to do or nothing is known.
    """
    if all(verdict.says in ("yes", "-") for verdict in verdicts.values()):
        return ""
    for rule in _RULES:
        if way := rule(model, operator):
            return way
    if verdicts["micro"].says == "no" and verdicts["TFLM"].says == "yes":
        return "firmware with TFLM runs it; the workbook's boards run the micro-interpreter"
    return ""


def _dilated(model, operator):
    if operator.name in ("SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"):
        return (
            "a dilated convolution stands in between; convert the model again with a fixed batch "
            f"({_FIXED_BATCH}): then the convolution has the dilation, and this is gone"
        )
    return ""


def _open(model, operator):
    dimensions = {place for tensor in model.inputs for place in tensor.open_dimensions}
    if dimensions - {0}:
        return (
            "the model's input has no size of its own: convert it again with one, as "
            "keras.Input((height, width, channels), batch_size=1) gives it"
        )
    if dimensions and operator.name in ("FILL", "RESHAPE"):
        return (
            "its result depends on a batch of any size: convert the model again with a fixed one "
            f"({_FIXED_BATCH})"
        )
    return ""


def _loop(model, operator):
    if operator.name in _LOOPS:
        return (
            "a recurrent layer's loop: make the layer with unroll=True, as in "
            f"keras.layers.LSTM(units, unroll=True), and the input with {_FIXED_BATCH}; "
            "the weights stay"
        )
    return ""


def _custom(model, operator):
    if operator.name.startswith("Flex"):
        return (
            "an operator of TensorFlow's, which SELECT_TF_OPS lets through: leave it out of the "
            "model and compute it before or after, or write it with others"
        )
    if operator.name not in OPERATORS:
        return (
            "a custom operator, known to the program it was made for: leave it out of the model "
            "and compute it before or after, or write it with others"
        )
    return ""


def _tables(model, operator):
    if operator.name == "TFLM_DECODE":
        return (
            "weights as indices into tables, which TFLM and the micro-interpreter write out: give "
            "LiteRT the model as it was before compress.lut_compress"
        )
    return ""


def _halves(model, operator):
    halves = {
        made
        for other in model.operators
        if other.name == "DEQUANTIZE" and _types(model, other) == ["float16"]
        for made in other.outputs
    }
    if halves.intersection((*operator.inputs, *operator.outputs)):
        return (
            "weights in float16: convert again without target_spec.supported_types, or to int8 "
            "with compress.quantize"
        )
    return ""


def _hybrid(model, operator):
    reads = [model.tensors[index] for index in operator.inputs if index >= 0]
    if any(tensor.dtype == "float32" and not tensor.is_constant for tensor in reads) and any(
        tensor.dtype == "int8" and tensor.is_constant for tensor in reads
    ):
        return (
            "integer weights on float32 values: give the converter representative inputs too, as "
            "compress.quantize does"
        )
    return ""


def _other_integers(model, operator):
    if {"uint8", "int16"}.intersection(_types(model, operator)):
        return "quantize the model to int8, as compress.quantize does"
    return ""


def _types(model, operator):
    return [model.tensors[index].dtype for index in operator.inputs if index >= 0]


_RULES = (_dilated, _open, _loop, _tables, _custom, _halves, _hybrid, _other_integers)
