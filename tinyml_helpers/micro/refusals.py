"""All that the micro-interpreter refuses of a model: loading one stops at the first."""

from tinyml_helpers import model_file
from tinyml_helpers.micro.loaded import ArenaTooSmall, CannotRun, Loaded


def refusals(tflite_bytes):
    """Why operators can't be loaded, each tried alone.

    Args:
        tflite_bytes: the model.

    Returns:
        A dict of an operator's place in `model_file.ModelFile.operators` to why the C refuses it, a
        sentence without its subject; without the operators that it takes.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
    """
    found = {}
    for operator in model_file.read(tflite_bytes).operators:
        try:
            alone = model_file.operator_alone(tflite_bytes, operator.index)
            Loaded(alone, model_file.read(alone))
        except CannotRun as error:
            found[operator.index] = error.why
        except model_file.ModelFileError:
            continue  # it can't be cut out of this file
    return found


def with_the_others(error, tflite_bytes):
    """An error about the first thing the interpreter refuses, that names the others too.

    Args:
        error: a `CannotRun`, of loading the model.
        tflite_bytes: the model.

    Returns:
        A `CannotRun`, or the same error if it isn't for an operator that the model was refused.
    """
    if isinstance(error, ArenaTooSmall):
        return error
    operators = model_file.read(tflite_bytes).operators
    places = refusals(tflite_bytes)
    if not places:
        return error
    names = dict.fromkeys(operators[place].name for place in places if place != error.operator)
    if error.operator is not None:
        names.pop(operators[error.operator].name, None)
    also = f"; nor does it run {', '.join(names)}" if names else ""
    return CannotRun(
        f"{error}{also}: report.operators(tflite_bytes) says what runs where, and the way round",
        error.why,
        error.operator,
    )
