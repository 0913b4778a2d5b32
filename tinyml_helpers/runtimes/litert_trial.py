"""Runs a model on LiteRT in a process of its own, which may crash; a script for litert.py.

LiteRT ends the process where a kernel's arithmetic can't hold a model's scales (`TFLITE_CHECK` in
its kernels calls `abort`), and not every file that reads well is one its kernels survive. So a
model is tried here first, on zeros.

The model comes in on stdin. The arguments are the numbers of op resolvers, which are sets of
kernels: the next is tried where one lacks a kernel. The answer is JSON on stdout; there is none
where LiteRT crashed:

    {"resolver": the one that ran the model, or null, "said": why the first refused it}
"""

import importlib
import importlib.util
import json
import os
import sys
import types
from pathlib import Path

import numpy as np

_PACKAGE = "tensorflow.lite.python.interpreter_wrapper"
_MODULE = f"{_PACKAGE}._pywrap_tensorflow_interpreter_wrapper"


def main():
    answer_to = os.dup(1)
    os.dup2(2, 1)  # what LiteRT itself prints is no answer
    native = wrapper()
    model = sys.stdin.buffer.read()
    answer = {"resolver": None, "said": ""}
    for resolver in map(int, sys.argv[1:]):
        try:
            _run(native, model, resolver)
        except (RuntimeError, ValueError) as error:
            answer["said"] = answer["said"] or str(error)
            if "Didn't find op" not in str(error):
                break
        else:
            answer["resolver"] = resolver
            break
    os.write(answer_to, json.dumps(answer).encode())
    os._exit(0)  # what crashes while it is taken down has run


def wrapper():
    """The native part of `tf.lite.Interpreter`.

    All of TensorFlow takes seconds to import, and none of its Python is needed: packages that are
    only their folders do. Where it isn't to be had like this, TensorFlow is imported after all.
    """
    try:
        found = importlib.util.find_spec("tensorflow")
        folder = Path(found.submodule_search_locations[0])
        parts = _PACKAGE.split(".")
        for count in range(1, len(parts) + 1):
            package = types.ModuleType(".".join(parts[:count]))
            package.__path__ = [str(folder.joinpath(*parts[1:count]))]
            sys.modules[package.__name__] = package
        python = sys.modules["tensorflow.python"] = types.ModuleType("tensorflow.python")
        python.__path__ = [str(folder / "python")]
        return importlib.import_module(_MODULE)
    except Exception:
        for name in [name for name in sys.modules if name.split(".")[0] == "tensorflow"]:
            del sys.modules[name]
        return importlib.import_module(_MODULE)


def _run(native, model, resolver):
    """One inference on zeros; RuntimeError or ValueError where LiteRT refuses the model."""
    interpreter = native.CreateWrapperFromBuffer(model, resolver, [], [], False, False, 1, False)
    interpreter.AllocateTensors()
    for index in interpreter.InputIndices():
        shape, dtype = interpreter.TensorSize(index, 0), interpreter.TensorType(index, 0)
        interpreter.SetTensor(index, np.zeros(shape, dtype))
    interpreter.Invoke()
    for index in interpreter.OutputIndices():
        interpreter.GetTensor(index, 0)


if __name__ == "__main__":
    main()
