"""TFLM on thousands of models: every tensor of each, from one process that may crash.

`tflm.Interpreter` tries each model in a process of its own first, which takes 0.3 s. Here one
process runs model after model; if TFLM crashes, that model's answer says so, and the next one gets
a new process. This file is both ends: the process runs it as a script.
"""

import pickle
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What TFLM made of a model.

    Attributes:
        outcome: "ran", "refused" or "crashed".
        said: why not, or "".
        tensors: after the first inference, as `tflm.Interpreter.tensors` gives them: a dict of the
            place in the model to an array of codes.
        outputs: for each inference, what `tflm.Interpreter.invoke` gives.
    """

    outcome: str
    said: str = ""
    tensors: dict = field(default_factory=dict)
    outputs: tuple = ()


class Batch:
    """A process that runs TFLM; use it as a context manager, which ends it.

    with tflm_batch.Batch() as batch:
        answer = batch.run(tflite_bytes, inputs)
    """

    def __init__(self):
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop()

    def run(self, tflite_bytes, *inferences):
        """Run a model from a fresh start.

        Args:
            tflite_bytes: the model.
            inferences: for each inference a tuple of arrays of codes, one for each model input.

        Returns:
            An `Answer`.
        """
        if self._process is None:
            self._start()
        try:
            pickle.dump((tflite_bytes, inferences), self._process.stdin)
            self._process.stdin.flush()
            answer = Answer(*pickle.load(self._process.stdout))
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self._stop()
            return Answer("crashed", self._last_words())
        if answer.outcome == "refused":
            return Answer("refused", f"{answer.said}: {self._last_words()}")
        return answer

    def _start(self):
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=_ROOT,
        )

    def _stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _last_words(self):
        """The end of what TFLM printed."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")[-500:].strip()


def _serve():
    """Answer requests on stdin until it ends."""
    import os

    # TFLM prints to stdout and stderr: it must not get into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            tflite_bytes, inferences = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(_run(tflite_bytes, inferences), answers)
        answers.flush()


def _run(tflite_bytes, inferences):
    """The fields of an `Answer`."""
    from tinyml_helpers.runtimes import tflm

    class Untried(tflm.Interpreter):
        """As its base, without the trial: whoever watches this process notices a crash."""

        def __init__(self, tflite_bytes):
            self.model = tflm.model_file.read(tflite_bytes)
            runtime = tflm._runtime()
            self._interpreter = runtime.Interpreter.from_bytes(
                tflite_bytes,
                arena_size=tflm.plenty(self.model),
                intrepreter_config=runtime.InterpreterConfig.kPreserveAllTensors,
            )

        def kept(self):
            return {
                index: self._interpreter.GetTensor(index, 0)["tensor_data"]
                for index in self._kept_tensors()
                if not self.model.tensors[index].is_constant
            }

    try:
        interpreter = Untried(tflite_bytes)
        first = interpreter.invoke(*inferences[0])
        tensors = interpreter.kept()
        outputs = (first, *(interpreter.invoke(*inputs) for inputs in inferences[1:]))
    except (RuntimeError, tflm.CannotRun) as error:
        return "refused", str(error)
    return "ran", "", tensors, outputs


if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))
    _serve()
