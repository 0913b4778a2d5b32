"""Silence for what prints from Python, from C and to the file descriptors."""

import ctypes
import logging
import os
import subprocess
import sys
import warnings

import pytest

from tinyml_helpers.quiet import quiet


def print_everywhere():
    print("from Python")
    print("from Python, to stderr", file=sys.stderr)
    os.write(1, b"to descriptor 1\n")
    os.write(2, b"to descriptor 2\n")
    warnings.warn("a warning", stacklevel=1)
    if os.name == "posix":
        ctypes.CDLL(None).puts(b"from C, in a buffer")


def test_hides_everything(capfd):
    with quiet():
        print_everywhere()
    print("after")
    assert tuple(capfd.readouterr()) == ("after\n", "")


def test_hides_what_child_processes_print(capfd):
    with quiet():
        subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    assert tuple(capfd.readouterr()) == ("", "")


def test_nests(capfd):
    with quiet():
        with quiet():
            print_everywhere()
        print_everywhere()
    assert tuple(capfd.readouterr()) == ("", "")


def test_error_passes_with_what_was_printed(capfd):
    with pytest.raises(ZeroDivisionError) as caught, quiet():
        print("x" * 3000)
        os.write(1, b"the reason\n")
        print("and the rest")
        _ = 1 / 0
    note = caught.value.__notes__[0]
    assert "the reason" in note and "and the rest" in note
    assert len(note) < 2100
    assert tuple(capfd.readouterr()) == ("", "")
    print("after")
    assert capfd.readouterr().out == "after\n"


def test_error_without_output_has_no_note():
    with pytest.raises(ZeroDivisionError) as caught, quiet():
        _ = 1 / 0
    assert not hasattr(caught.value, "__notes__")


def test_logging_set_up_inside_works_afterwards(capfd):
    """A library imported in the block may keep its sys.stderr for ever, as TensorFlow does."""
    logger = logging.getLogger("a library")
    with quiet():
        handler = logging.StreamHandler()
        logger.addHandler(handler)
        logger.warning("hidden")
    try:
        logger.warning("shown")
        assert handler.stream.fileno() == sys.stderr.fileno()
    finally:
        logger.removeHandler(handler)
    assert capfd.readouterr().err == "shown\n"


def test_streams_and_warnings_are_as_before():
    before = sys.stdout, sys.stderr, list(warnings.filters)
    with quiet():
        assert sys.stdout is not before[0]
    assert (sys.stdout, sys.stderr, list(warnings.filters)) == before


def test_no_descriptor_leaks():
    def lowest_free():
        descriptor = os.open(os.devnull, os.O_RDONLY)
        os.close(descriptor)
        return descriptor

    before = lowest_free()
    for _ in range(5):
        with quiet():
            print("hidden")
    assert lowest_free() == before


@pytest.mark.parametrize("closed", ["os.close(1)", "os.close(2)", "sys.stdout = sys.stderr = None"])
def test_works_without_a_console(closed):
    """As under pythonw, where there are no streams or descriptors."""
    program = (
        f"import os, sys; from tinyml_helpers.quiet import quiet; {closed}\n"
        "with quiet():\n    print('hidden')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
