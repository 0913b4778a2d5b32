"""What a program's models need of it: operators, an arena, floats."""

from tinyml_helpers import micro, model_file

#: Operators that read int16 in models of int8 too, such as a SOFTMAX's result.
_ALWAYS_INT16 = ("QUANTIZE", "DEQUANTIZE")
#: Operators whose state may be of int16 in models of int8.
_WITH_STATE = ("SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM")


def operators(application):
    """Names of the operators that an application's models have: sorted, each once."""
    return sorted({name for model in _models(application) for name in model.operator_names})


def arena_bytes(application):
    """Bytes of the tensor arena, at least 1: what the model takes that needs most.

    Raises:
        micro.CannotRun: a model can't be run.
    """
    files = application.models.values()
    return max(1, *(micro.Interpreter(file).arena_used_bytes for file in files))


def defines(application, readable=False):
    """Macros that leave out what the program doesn't need; a list of their names.

    Args:
        application: an `Application`.
        readable: whether to use the readable kernels instead of those made for the processor.
    """
    models = _models(application)
    has_floats = any(tensor.dtype == "float32" for model in models for tensor in model.tensors)
    chosen = {
        "TM_READABLE": readable,
        "TM_WITHOUT_FLOAT": not has_floats,
        "TM_WITHOUT_INT16": not any(map(_computes_int16, models)),
        "TM_WITHOUT_COMPUTED_WEIGHTS": not any(map(_computes_weights, models)),
    }
    # The models were loaded here, by the same C, to know the arena they need.
    return ["TM_WITHOUT_CHECKS", *(name for name, wanted in chosen.items() if wanted)]


def _computes_int16(model):
    """Whether an operator reads int16 whose kernel has a part of its own for it."""
    return any(
        model.tensors[index].dtype == "int16"
        for operator in model.operators
        if operator.name not in _ALWAYS_INT16
        for index in operator.inputs[: 1 if operator.name in _WITH_STATE else None]
        if index >= 0
    )


def _computes_weights(model):
    """Whether a convolution's weights aren't constant: TFLM_DECODE makes them, or they come in."""
    return any(
        not model.tensors[operator.inputs[1]].is_constant
        for operator in model.operators
        if operator.name == "CONV_2D"
    )


def _models(application):
    return [model_file.read(file) for file in application.models.values()]
