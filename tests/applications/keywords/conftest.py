"""What a board must hear, made once for all tests of a file."""

import pytest
import tones
from tones import QUICK

from tinyml_helpers.applications.keywords.spotter import Spotter


@pytest.fixture(scope="module")
def hops():
    return Spotter(tones.tflite(), QUICK).push(tones.stream())
