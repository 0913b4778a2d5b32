"""The micro-interpreter: runs a .tflite model as a chip does, here on this computer.

    m = micro.Interpreter(tflite_bytes)
    codes = m.invoke(m.model.inputs[0].quantize(x))

It is the C of this folder, the same that runs on the boards, compiled on first use. micro.h is
where to start reading; kernels/ holds the code of the operators. The C knows nothing but itself;
the Python here knows the compiler and model files, and no board.
"""

from tinyml_helpers.micro.interpreter import Interpreter, OperatorTime, accuracy, predict
from tinyml_helpers.micro.loaded import ArenaPiece, ArenaTooSmall, CannotRun
from tinyml_helpers.micro.source import source

__all__ = [
    "ArenaPiece",
    "ArenaTooSmall",
    "CannotRun",
    "Interpreter",
    "OperatorTime",
    "accuracy",
    "predict",
    "source",
]
