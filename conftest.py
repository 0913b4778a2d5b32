"""What every test run needs, whether `course.py test` or a bare `pytest --nbval` started it."""

import atexit
import gc
import importlib.util
import os
import random
import re
import shutil
import tempfile
import threading
import time
import zlib
from pathlib import Path

import nbval.kernel
import pytest
from nbval.plugin import IPyNbCell

from tinyml_helpers.course.lessons import all_lessons

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

# A lesson's kernel must not read the user's IPython profile, nor share its history file with the
# kernel of another worker.
os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="tinyml-ipython-")
atexit.register(shutil.rmtree, os.environ["IPYTHONDIR"], ignore_errors=True)

_NOTEBOOKS = Path(__file__).resolve().with_name("notebooks")

#: Where it is noted how many times every limit is stretched: tests/support/patience.py, the workers
#: and whatever pytest a test starts read it there. Who sets it by hand is believed.
PATIENCE = "TINYML_TEST_PATIENCE"

#: What `_seconds_of_work` gives on two idle cores such as the limits were chosen on.
_USUAL_SECONDS = 0.4

#: Seconds that a kernel may take to start, and to hand over what a finished cell has shown.
_KERNEL_STARTS, _OUTPUT_COMES = 300, 60

#: What the exceptions say that a limit ends with.
_LIMIT = re.compile("Timeout|timed out|longer than|didn't respond in")


def pytest_configure(config):
    """Measure this computer, and stretch what nbval allows; a worker of xdist is told both."""
    nbval.kernel.start_new_kernel = _start_kernel
    if PATIENCE not in os.environ:
        os.environ[PATIENCE] = f"{max(1, _seconds_of_work() / _USUAL_SECONDS):.1f}"
    config.option.nbval_kernel_startup_timeout = _KERNEL_STARTS * _patience()
    if hasattr(config, "workerinput"):
        config.option.nbval_cell_timeout = config.workerinput["cell_timeout"]
    else:
        config.option.nbval_cell_timeout *= _patience()


def _start_kernel(*, start=nbval.kernel.start_new_kernel, **settings):
    """nbval's own start, once more where the kernel dies at once, and with what the kernel said.

    Ports are chosen some seconds before a kernel listens on them, and another program may take one
    in between; JupyterLab tries again with others, too.
    """
    settings["stderr"].close()  # nbval would throw away what the kernel says
    for last_try in (False, True):
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            try:
                return start(**settings | {"stderr": said})
            except RuntimeError as error:
                if last_try or "died" not in str(error):
                    said.seek(0)
                    raise RuntimeError(f"{error}\nThe kernel said:\n{said.read()}") from error
    raise AssertionError("the last try returns or raises")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["cell_timeout"] = node.config.option.nbval_cell_timeout


def _patience():
    return float(os.environ[PATIENCE])


def _seconds_of_work():
    """How long two threads take to pack some text: two workers will share the cores as they do."""
    numbers = random.Random(0)
    text = " ".join(str(numbers.getrandbits(17)) for _ in range(10_000)).encode()
    threads = [
        threading.Thread(target=lambda: [zlib.compress(text) for _ in range(80)]) for _ in range(2)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def pytest_report_header():
    return f"limits: {_patience():g} times the usual ones, by this computer's speed just now"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call):
    """Where a limit was reached, say how it came about: the message tells its seconds only."""
    report = yield
    if report.failed and _LIMIT.search(repr(call.excinfo.value)):
        said = (
            f"Limits are {_patience():g} times the usual ones, by this computer's speed when the "
            f"tests began. If it was busier later, set {PATIENCE} to a larger number."
        )
        report.sections.append(("a limit was reached", said))
    return report


def pytest_collection_finish():
    """What is loaded by now stays: to walk through it takes a collector of garbage seconds."""
    gc.freeze()


def pytest_runtest_teardown(item, nextitem):
    """The same for what a file's tests leave behind, such as TensorFlow's graphs."""
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()


def pytest_ignore_collect(collection_path):
    """Leave a student's own notebooks out, unless they are named on the command line."""
    own = collection_path.suffix == ".ipynb" and collection_path.is_relative_to(_NOTEBOOKS)
    return True if own and collection_path not in all_lessons(_NOTEBOOKS.parent) else None


def pytest_collection_modifyitems(items):
    """Wait for a cell's outputs; run cells tagged `tflm` but don't compare them without TFLM."""
    has_tflm = importlib.util.find_spec("tflite_micro") is not None
    for item in items:
        if isinstance(item, IPyNbCell):
            item.output_timeout = _OUTPUT_COMES * _patience()
            if not has_tflm and "tflm" in item.cell.metadata.get("tags", []):
                item.options["check"] = False
