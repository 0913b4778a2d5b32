"""Check the representative inputs that quantization takes its ranges from."""

import numpy as np


def check_representative(model, representative):
    """Make sure that arrays are real inputs of a model, and return them as a list of float32.

    Args:
        model: a built Keras model with n inputs.
        representative: an array [samples, ...], or a list of n such arrays with as many samples.

    Raises:
        ValueError: too few or too many arrays, no samples, a wrong shape, a type that isn't
            float, or a value that isn't finite.
    """
    arrays = representative if isinstance(representative, (list, tuple)) else [representative]
    arrays = [np.asarray(array) for array in arrays]
    if len(arrays) != len(model.inputs):
        raise ValueError(
            f"the model has {len(model.inputs)} inputs but there are {len(arrays)} representative "
            "arrays: give one array an input."
        )
    for tensor, array in zip(model.inputs, arrays, strict=True):
        _check_array(array, tensor.shape[1:])
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("the representative arrays differ in length: give each as many samples.")
    return [array.astype(np.float32) for array in arrays]


def _check_array(array, shape):
    """Raise ValueError unless this is a non-empty finite float array [n, *shape]."""
    if array.shape[1:] != tuple(shape) or array.ndim == 0:
        raise ValueError(
            f"the representative inputs have the shape {array.shape}, but the model takes "
            f"{('n', *shape)}: give it inputs as it was trained on.".replace("'n'", "n")
        )
    if len(array) == 0:
        raise ValueError("there are no representative inputs: give a few hundred of them.")
    if array.dtype.kind != "f":
        raise ValueError(
            f"the representative inputs are {array.dtype}, but the model was trained on float32: "
            "scale and convert them in the same way."
        )
    with np.errstate(over="ignore"):
        finite = np.isfinite(array.astype(np.float32)).all()
    if not finite:
        raise ValueError(
            "the representative inputs contain NaN or infinity: remove those samples, because one "
            "of them would spoil every range."
        )
