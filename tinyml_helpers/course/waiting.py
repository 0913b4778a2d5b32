"""A line that moves while something takes its time; the standard library is all it takes."""

import contextlib
import shutil
import sys
import threading
import time

#: Seconds from one line to the next: written over on a terminal, and below each other elsewhere.
_ON_TERMINAL, _ELSEWHERE = 0.5, 10

#: Seconds that must have passed before an estimate is worth anything.
_TOO_EARLY = 3

#: The share that must have been done: the first packages are small, and take their time, too.
_TOO_LITTLE = 0.01


@contextlib.contextmanager
def shown(say):
    """Show what is going on, with a clock, until the block ends: at once, then again and again.

    Args:
        say: called without arguments, in another thread, for what is shown as str.
    """
    started, done = time.monotonic(), threading.Event()
    line = _OneLine() if sys.stdout.isatty() else _Lines()

    def show():
        line.show(f"  {_clock(time.monotonic() - started)}  {say()}")

    def go_on():
        with contextlib.suppress(OSError):  # nobody reads it any more
            show()
            while not done.wait(line.pause):
                show()

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        line.end(show)


def time_left(part, seconds, since=0):
    """An estimate in words, with a comma before it, or nothing where it would be a guess.

    Args:
        part: how much is done, from 0 to 1.
        seconds: how long that took.
        since: the seconds that have passed since.

    Returns:
        A str such as ", about 40 s left" or "".
    """
    if seconds < _TOO_EARLY or not _TOO_LITTLE <= part < 1:
        return ""
    left = seconds * (1 - part) / part - since
    if left > 90:
        return f", about {round(left / 60)} min left"
    return f", about {max(10, round(left, -1)):.0f} s left"


class _OneLine:
    """A terminal's line, written over."""

    pause = _ON_TERMINAL

    def show(self, text):
        width = shutil.get_terminal_size().columns - 1  # in the last column some begin a new line
        print("\r" + text[:width].ljust(width), end="", flush=True)

    def end(self, show):
        with contextlib.suppress(OSError):
            show()
            print(flush=True)


class _Lines:
    """A line each time: for a file, or another program that reads."""

    pause = _ELSEWHERE

    def show(self, text):
        print(text, flush=True)

    def end(self, show):
        pass


def _clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
