"""What a board must find, made once for all tests of a file."""

import pytest
import watching

from tinyml_helpers.applications.machines.watcher import Watcher


@pytest.fixture(scope="module")
def looks():
    return Watcher(watching.tflite(), watching.QUICK).push(watching.samples())
