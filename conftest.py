"""What every test run needs, whether `course.py test` or a bare `pytest --nbval` started it."""

import atexit
import importlib.util
import os
import shutil
import tempfile

from nbval.plugin import IPyNbCell

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

# A lesson's kernel must not read the user's IPython profile, nor share its history file with the
# kernel of another worker.
os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="tinyml-ipython-")
atexit.register(shutil.rmtree, os.environ["IPYTHONDIR"], ignore_errors=True)


def pytest_collection_modifyitems(items):
    """Run cells tagged `tflm` but don't compare them where tflite-micro is missing."""
    if importlib.util.find_spec("tflite_micro") is not None:
        return
    for item in items:
        if isinstance(item, IPyNbCell) and "tflm" in item.cell.metadata.get("tags", []):
            item.options["check"] = False
