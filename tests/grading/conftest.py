"""What the tests of grading share."""

import matplotlib
import pytest


@pytest.fixture(autouse=True)
def usual_style():
    """Leave pictures as they were: lessons' cells, which run here, choose a style."""
    with matplotlib.rc_context():
        yield
