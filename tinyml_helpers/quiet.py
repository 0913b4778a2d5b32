"""Silence for libraries that print from C++, where no Python setting reaches them."""

import contextlib
import ctypes
import io
import os
import sys
import tempfile
import warnings

#: How much of the hushed text an error carries with it, in characters.
_KEPT_WITH_AN_ERROR = 2000


@contextlib.contextmanager
def quiet():
    """Hide what the block prints: Python's streams, file descriptors 1 and 2, and warnings.

    TensorFlow's import, converter and interpreter write to the descriptors themselves, paths and
    addresses among it. An exception passes through, with the end of the hidden text as a note.

    Raises:
        Whatever the block raises.

    Example:
        >>> with quiet():
        ...     import keras
    """
    with tempfile.TemporaryFile() as hidden, contextlib.ExitStack() as undo:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # pythonw has neither
            stream.flush()
        for descriptor in (1, 2):
            _redirect(descriptor, hidden.fileno(), undo)
        # Buffered by the line, so that what C prints in between stays in between.
        text = open(hidden.fileno(), "w", 1, "utf-8", "replace", closefd=False)  # noqa: SIM115
        undo.callback(text.close)
        undo.callback(_flush_c_streams)
        undo.enter_context(contextlib.redirect_stdout(_Hidden(text, "stdout")))
        undo.enter_context(contextlib.redirect_stderr(_Hidden(text, "stderr")))
        undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        try:
            yield
        except BaseException as error:
            text.flush()
            _flush_c_streams()
            hidden.seek(0)
            said = hidden.read().decode("utf-8", errors="replace").strip()
            if said:
                error.add_note("Printed before the error:\n" + said[-_KEPT_WITH_AN_ERROR:])
            raise


class _Hidden(io.TextIOBase):
    """Stands for sys.stdout or sys.stderr in the block, and afterwards for whoever kept it.

    A library imported in the block may set up logging there. Its log then holds this stream for
    good: what it writes later, when the hidden file is closed, goes where the real stream goes.
    """

    def __init__(self, hidden, name):
        self._hidden = hidden
        self._name = name

    def write(self, text):
        return self._stream().write(text)

    def flush(self):
        self._stream().flush()

    def fileno(self):
        return self._stream().fileno()

    def _stream(self):
        return getattr(sys, self._name) if self._hidden.closed else self._hidden


def _redirect(descriptor, target, undo):
    """Point `descriptor` at `target` until `undo` closes; do nothing if it isn't open."""
    try:
        saved = os.dup(descriptor)
    except OSError:  # a windowed program, such as pythonw, has no descriptors 1 and 2
        return
    undo.callback(os.close, saved)
    undo.callback(os.dup2, saved, descriptor)
    os.dup2(target, descriptor)


def _flush_c_streams():
    """Write out what C's own stdio still holds, or it would appear once the block has ended."""
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)
