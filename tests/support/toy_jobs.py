"""Jobs for those who train, in a module that processes load at once."""

import os
import signal
import time
from pathlib import Path


def squared(number):
    """A job: a number's square."""
    return number * number


def wrong(number):
    """A job that fails."""
    raise ValueError(f"{number} is wrong")


def dies_once(path):
    """A job whose process is killed, the first time; the second time it says who does it."""
    path = Path(path)
    if path.exists():
        return os.getpid()
    path.write_text(str(os.getpid()))
    return dies()


def dies(_=None):
    """A job whose process is killed, always."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def waits_for_a_word(path):
    """A job that writes down who has begun it, and waits for a file beside."""
    with path.open("a") as file:
        file.write(f"{os.getpid()}\n")
    while not path.with_suffix(".go").exists():
        time.sleep(0.1)
    return os.getpid()
