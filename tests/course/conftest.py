"""What the tests of the installer share."""

import pytest
from pretend_pip import workbook


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A workbook folder where environments are empty and made in no time."""
    return workbook(tmp_path, monkeypatch)
