"""What the tests of machines share."""

import pytest
from vibration_files import rows, shaken, times, write


@pytest.fixture
def plain(tmp_path):
    t = times()
    return write(tmp_path, "time (s),x (g),y (g),z (g)", rows(t, *shaken(t)))
