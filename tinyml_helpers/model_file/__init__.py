"""What is in a .tflite file, read from its bytes: operators, tensors, weights, work.

    model = model_file.read(Path("model.tflite").read_bytes())
    print(model)

This room knows TensorFlow Lite's format and nothing of what runs it.
"""

from tinyml_helpers.model_file.alone import operands, operator_alone
from tinyml_helpers.model_file.reader import ModelFile, ModelFileError, Operator, read
from tinyml_helpers.model_file.tensor import Tensor

__all__ = [
    "ModelFile",
    "ModelFileError",
    "Operator",
    "Tensor",
    "operands",
    "operator_alone",
    "read",
]
