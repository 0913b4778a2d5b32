"""Many models on LiteRT or TFLM, one after another, in a process of its own that may crash.

    with Worker("litert") as worker:
        answer = worker.run(tflite_bytes, inputs)

`litert` and `tflm` start a process for each model, to try it; here one serves until a model crashes
it, and the next model gets a new one. Its other end is worker_process.py.
"""

import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import model_file
from tinyml_helpers.runtimes import limits, litert, tflm

_SECONDS = 300  # for one inference, and for the start


@dataclass(frozen=True)
class Answer:
    """What a runtime made of a model.

    Attributes:
        ran: whether it ran.
        why: if not, a sentence.
        outputs: a tuple of arrays, the codes in the shapes the runtime gave them.
    """

    ran: bool
    why: str = ""
    outputs: tuple = ()


class Worker:
    """A process that runs models on one runtime; use it as a context manager, which ends it.

    Args:
        runtime: "litert" or "tflm".

    Raises:
        tflm.NotInstalled: the `tflite-micro` package isn't here.
    """

    def __init__(self, runtime):
        if runtime == "tflm" and not tflm.available():
            raise tflm.NotInstalled("TFLM runs on Linux on x86-64 only")
        self._runtime, self._process = runtime, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()

    def run(self, tflite_bytes, inputs, kernels=None):
        """One inference, from a fresh start.

        Args:
            tflite_bytes: the model.
            inputs: an array of codes for each of its inputs. LiteRT takes any shape, and computes
                the others from it; TFLM takes the model's.
            kernels: LiteRT's sets of kernels; those of `litert.kernels` if None.

        Returns:
            An `Answer`.

        Raises:
            model_file.ModelFileError: the bytes are no sound model.
            ValueError: there are too many or too few inputs.
        """
        model = model_file.read(tflite_bytes)
        if len(inputs) != len(model.inputs):
            raise ValueError(f"the model takes {len(model.inputs)} inputs, not {len(inputs)}")
        if self._runtime == "litert":
            needs = (kernels or litert.kernels(model),)
        else:
            needs = tflm.plenty(model), len(model.outputs)
        request = bytes(tflite_bytes), list(inputs), *needs
        try:
            outcome, said, outputs = self._ask(request)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._end()
            outcome, said, outputs = "crashed", "", ()
        if outcome == "ran":
            return Answer(True, outputs=tuple(outputs))
        if self._runtime == "tflm":
            return Answer(False, tflm.explain({"outcome": outcome, "said": said}, model))
        if outcome == "refused":
            return Answer(False, litert.explain(said))
        why = limits.unworkable(model)
        return Answer(False, f"LiteRT crashes on it{': ' + why if why else ''}")

    def _ask(self, request):
        if self._process is None:
            script = Path(__file__).with_name("worker_process.py")
            # -P: this folder has modules whose names others may want to import.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(script), self._runtime],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        hangs = threading.Timer(_SECONDS, self._process.kill)
        hangs.start()
        try:
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()
            return pickle.load(self._process.stdout)
        finally:
            hangs.cancel()

    def _end(self):
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
