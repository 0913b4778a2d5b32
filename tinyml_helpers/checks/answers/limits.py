"""What a student's code may take while it is asked: time, room for what it prints, and no exit."""

import contextlib
import ctypes
import functools
import io
import signal
import threading
import time
import timeit

from tinyml_helpers.checks.answers import notebook

#: Seconds that the answer's code may take in one check, all its calls together, on a usual laptop.
SECONDS = 20

#: What of an answer's prints is shown.
MOST_LINES, MOST_CHARACTERS = 50, 5_000

#: Seconds from one interruption to the next: an answer may catch the first one.
_AGAIN = 0.1

#: What the sum in `_slowness` takes on a usual laptop.
_USUAL_SECONDS = 0.0002


class OutOfTime(BaseException):
    """The time is up; no Exception, so that an answer that catches those is stopped, too."""


class Limits:
    """What one check leaves the code of an answer.

    Attributes:
        seconds: the time for all calls, stretched on a slow computer.
        printed: what the calls printed, as far as it is shown.
    """

    def __init__(self):
        self.seconds = SECONDS * _slowness()
        self.printed = Printed()
        self._left = self.seconds

    def call(self, function, *arguments):
        """What the function returns; raises what it raises, and OutOfTime."""
        start = time.monotonic()
        try:
            with (
                contextlib.redirect_stdout(self.printed),
                contextlib.redirect_stderr(self.printed),
                _exit_that_raises(),
            ):
                return within(self._left, functools.partial(function, *arguments))
        finally:
            self._left = max(self._left - (time.monotonic() - start), _AGAIN)


class Printed(io.TextIOBase):
    """Takes whatever is printed, counts it, and keeps the beginning.

    Attributes:
        kept: the beginning.
        silent: whether nothing is kept nor counted for the time being.
    """

    encoding = "utf-8"

    def __init__(self):
        self.kept = ""
        self.silent = False
        self._lines = self._characters = 0

    def writable(self):
        return True

    def write(self, text):
        if not self.silent:
            if self._lines < MOST_LINES:
                lines = text[: MOST_CHARACTERS - len(self.kept)].splitlines(keepends=True)
                self.kept += "".join(lines[: MOST_LINES - self._lines])
            self._lines += text.count("\n")
            self._characters += len(text)
        return len(text)

    def show(self):
        """Print what is kept."""
        if self.kept:
            print(self.kept, end="" if self.kept.endswith("\n") else "\n")

    def note(self):
        """A sentence on what isn't shown; empty if all is."""
        if len(self.kept) == self._characters:
            return ""
        return (
            f"It prints {self._lines:,} lines ({self._characters:,} characters), of which only "
            "the first are shown"
        )


def within(seconds, function):
    """What the function returns, if it does so in time; raises OutOfTime if not.

    A signal ends waiting, too, and comes to the main thread only, where a notebook's cells run.
    Without signals (on Windows) or elsewhere another thread raises the exception, between two
    steps of Python. What a library computes without coming back to Python, neither can end.
    """
    main = threading.current_thread() is threading.main_thread()
    if main and hasattr(signal, "setitimer"):
        return _within_by_signal(seconds, function)
    return _within_by_thread(seconds, function)


def _within_by_signal(seconds, function):
    def ring(*_):
        raise OutOfTime

    handler = signal.signal(signal.SIGALRM, ring)
    before = (0, 0)
    try:
        before = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        return function()
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, *before)  # it may ring once more right here
        finally:
            signal.signal(signal.SIGALRM, handler)


def _within_by_thread(seconds, function):
    caller = ctypes.c_ulong(threading.get_ident())
    raise_in_caller = functools.partial(ctypes.pythonapi.PyThreadState_SetAsyncExc, caller)
    done = threading.Event()

    def watch():
        wait = seconds
        while not done.wait(wait):
            raise_in_caller(ctypes.py_object(OutOfTime))
            wait = _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
        return function()
    finally:
        ended = False
        while not ended:
            try:
                done.set()
                watcher.join()
                raise_in_caller(None)  # takes back what hasn't come through yet
                ended = True
            except OutOfTime:  # it rang while it was told to stop
                continue


def _slowness():
    """How many times slower than a usual laptop this computer is; at least 1."""
    seconds = timeit.repeat(lambda: sum(range(10_000)), number=1, repeat=5)
    return max(1, min(seconds) / _USUAL_SECONDS)  # the others waited for another program


@contextlib.contextmanager
def _exit_that_raises():
    """In a notebook `exit()` ends the kernel after the cell; here it is an error of the answer."""
    shell = notebook.shell()
    if shell is None:
        yield
        return

    def ask_exit():
        raise SystemExit

    shell.ask_exit = ask_exit
    try:
        yield
    finally:
        del shell.ask_exit
