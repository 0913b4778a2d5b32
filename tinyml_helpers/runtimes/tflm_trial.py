"""Runs a model on TFLM in processes of its own, which may crash; a script for tflm.py.

TFLM is made for chips, where nobody hands it a bad model or a small arena twice: it checks little,
and ends many a failed allocation with a segmentation fault. So a model is tried here first. Every
attempt is a fork, which costs milliseconds. (The tflite-micro package exists for Linux only.)

The model comes in on stdin, the request as JSON in the first argument, the answer goes to stdout:

    {"inputs": how many the model has, "outputs": the same, "arena_bytes": to try it with,
     "tensors": places of the tensors to keep and look at, or null, "smallest": whether to go on
     and look for the smallest arena that works}
    {"arena_bytes": of the attempt told about, "outcome": "ran", "refused" or "crashed",
     "said": what TFLM printed}
"""

import json
import os
import signal
import sys
import tempfile

import numpy as np
from tflite_micro import runtime

_STEP = 16  # bytes; TFLM aligns both ends of the arena to it
_SECONDS = 120


def main():
    request = json.loads(sys.argv[1])
    model = sys.stdin.buffer.read()
    answer = attempt(model, request, request["arena_bytes"])
    if request["smallest"] and answer["outcome"] == "ran":
        answer = smallest(model, request)
    json.dump(answer, sys.stdout)


def smallest(model, request):
    """The attempt with the smallest arena that works, where the requested one does."""
    low, high = 0, -(-request["arena_bytes"] // _STEP)  # in steps: low fails, high works
    best = attempt(model, request, high * _STEP)
    while high - low > 1:
        middle = (low + high) // 2
        answer = attempt(model, request, middle * _STEP)
        if answer["outcome"] == "ran":
            high, best = middle, answer
        else:
            low = middle
    return best


def attempt(model, request, arena_bytes):
    """One inference on zeros in a process of its own."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            _run_and_exit(model, request, arena_bytes, output.fileno())
        _, status = os.waitpid(child, 0)
        output.seek(0)
        said = output.read().decode(errors="replace")
    outcome = {0: "ran", 1: "refused"}.get(os.waitstatus_to_exitcode(status), "crashed")
    return {"arena_bytes": arena_bytes, "outcome": outcome, "said": said}


def _run_and_exit(model, request, arena_bytes, output):
    """Ends the process: 0 if TFLM ran the model, 1 if it refused, by a signal if it crashed."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    signal.alarm(_SECONDS)
    try:
        keep = request["tensors"]
        config = runtime.InterpreterConfig(0 if keep is None else 1)
        interpreter = runtime.Interpreter.from_bytes(
            model, arena_size=arena_bytes, intrepreter_config=config
        )
        for place in range(request["inputs"]):
            details = interpreter.get_input_details(place)
            interpreter.set_input(np.zeros(details["shape"], details["dtype"]), place)
        interpreter.invoke()
        for place in range(request["outputs"]):
            interpreter.get_output(place)
        if keep is None:
            interpreter.print_allocations()
        for index in keep or []:
            interpreter.GetTensor(index, 0)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
