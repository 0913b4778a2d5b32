"""What a board must see, made once for all tests of a file."""

import pytest
import spots
from looking import OURS, SMALL, SMALL_OURS, THRESHOLD

from tinyml_helpers.applications.faces.unlock import Unlock


@pytest.fixture(scope="module")
def unlock():
    """What a board must do, on this computer, with a face enrolled."""
    made = Unlock(spots.detector(), spots.verifier(), THRESHOLD)
    for frame in OURS:
        made.enrol(frame)
    return made


@pytest.fixture(scope="module")
def small_unlock():
    """The same for small frames."""
    made = Unlock(spots.detector(*SMALL), spots.verifier(), THRESHOLD)
    for frame in SMALL_OURS:
        made.enrol(frame)
    return made
