"""Runs model after model on one runtime, until one crashes it; a script for worker.py.

The argument is the runtime: "litert" or "tflm". Requests come in on stdin, answers go to stdout,
both pickled:

    (the model's bytes, its inputs as a list of arrays, what else the runtime's function needs)
    ("ran" or "refused", what the runtime said, its outputs as a list of arrays)
"""

import os
import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np


def main():
    # Last, so that the modules beside this one hide no other.
    sys.path.append(str(Path(__file__).parent))
    runtime = sys.argv[1]
    run = {"litert": _litert, "tflm": _tflm}[runtime]()
    answers = os.fdopen(os.dup(1), "wb")
    said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
    for descriptor in (1, 2):
        os.dup2(said.fileno(), descriptor)  # what the runtime itself prints is no answer
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        said.seek(0)
        said.truncate()
        try:
            answer = "ran", "", run(*request)
        except (RuntimeError, ValueError, TypeError) as error:
            said.seek(0)
            printed = said.read().decode(errors="replace")
            # What TFLM raises says nothing, and what LiteRT prints says nothing more.
            why = f"{printed}{type(error).__name__}: {error}\n" if runtime == "tflm" else str(error)
            answer = "refused", why, []
        pickle.dump(answer, answers)
        answers.flush()


def _litert():
    """A function that runs a model on LiteRT."""
    import litert_trial

    wrapper = litert_trial.wrapper()

    def once(model, inputs, resolver):
        interpreter = wrapper.CreateWrapperFromBuffer(
            model, resolver, [], [], False, False, 1, False
        )
        places = interpreter.InputIndices()
        for index, values in zip(places, inputs, strict=True):
            shape = np.array(values.shape, np.int32)
            if not np.array_equal(shape, interpreter.TensorSize(index, 0)):
                interpreter.ResizeInputTensor(index, shape, False)
        interpreter.AllocateTensors()
        for index, values in zip(places, inputs, strict=True):
            interpreter.SetTensor(index, values)
        interpreter.Invoke()
        return [np.array(interpreter.GetTensor(index, 0)) for index in interpreter.OutputIndices()]

    def run(model, inputs, resolvers):
        first, *others = resolvers
        try:
            return once(model, inputs, first)
        except (RuntimeError, ValueError) as error:
            if not others or "Didn't find op" not in str(error):
                raise
            return run(model, inputs, others)

    return run


def _tflm():
    """A function that runs a model on TFLM."""
    from tflite_micro import runtime

    def run(model, inputs, arena_bytes, output_count):
        interpreter = runtime.Interpreter.from_bytes(model, arena_size=arena_bytes)
        for place, values in enumerate(inputs):
            interpreter.set_input(values, place)
        interpreter.invoke()
        return [np.array(interpreter.get_output(place)) for place in range(output_count)]

    return run


if __name__ == "__main__":
    main()
