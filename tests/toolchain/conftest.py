"""What the tests of the compiler and of its cache share."""

import pytest


@pytest.fixture
def source(tmp_path):
    """A function that writes a C file and gives its path."""

    def write(text, name="source.c"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write
