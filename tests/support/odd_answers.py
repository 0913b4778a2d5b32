"""What a student may hand to a check by mistake, for every exercise alike."""

import contextlib
import importlib
import inspect
import math
import sys
from types import SimpleNamespace

import keras
import numpy as np
import places

from tinyml_helpers import boards
from tinyml_helpers.applications.faces.measuring import matching

#: What a check takes after the answer, where that isn't nothing.
EXTRA = {
    "drawing": (b"a model's file",),
    "int8_share": (8088, 4064, 1610),
    "break_even_macs": (32_000, 154e-9, 1.5e-9),
}


class Thing:
    """A class of the student's, whose objects work with nothing."""

    def __array__(self, *_, **__):
        raise RuntimeError("from inside the thing")

    def __float__(self):
        raise RuntimeError("from inside the thing")

    def __repr__(self):
        raise RuntimeError("from inside the thing")


#: No exercise has one of these for an answer, nor as what a function should give.
VALUES = {
    "None": None,
    "True": True,
    "a number": 5,
    "a negative number": -3.7,
    "zero": 0,
    "nan": math.nan,
    "infinity": math.inf,
    "a huge number": 10**400,
    "a number too long to be written": 10**5000,
    "a large float": 1e300,
    "a tiny number": 5e-324,
    "a complex number": 1 + 2j,
    "a text": "seventy-five",
    "a text of two digits": "75",
    "an empty text": "",
    "a text without end": "no " * 100_000,
    "a text no file can hold": "\ud800",
    "bytes": b"\x05\x07",
    "a list": [1, 2, 3],
    "an empty list": [],
    "a list of pairs": [[1, 2], [3, 4]],
    "a list with rows of two lengths": [[1, 2], [3]],
    "a list of texts": ["a", "b", "c", "d", "e"],
    "a list with None": [None, 1, "x", ..., {}],
    "a list of huge numbers": [10**30] * 5,
    "a pair of a number and nan": (1, math.nan),
    "a pair of huge numbers": (2**31 - 1, 10**12),
    "a pair of texts": ("7", "5"),
    "a list in itself": [],
    "a dictionary": {"a": 1},
    "a set": {1, 2},
    "a range": range(10**12),
    "a generator": (one for one in (1, 2)),
    "an array": np.arange(6.0),
    "an array of objects": np.array([None, "x"], object),
    "an array of texts": np.array(["a", "b"]),
    "an array of nan": np.full(5, np.nan),
    "an empty array": np.zeros((0, 3)),
    "an array of numbers near the largest": np.full(6, 1e308),
    "a number in an array": np.array(5),
    "an array of complex numbers": np.ones(5, complex),
    "a class": Thing,
    "an object": Thing(),
    "a module": math,
    "a function": len,
    "NumPy's function": np.add,
    "an error": ValueError("from inside"),
}
VALUES["a list in itself"].append(VALUES["a list in itself"])


def _raise(error):
    raise error


def _recurse(*given):
    return _recurse(*given)


def _loop(caught):
    while True:
        with contextlib.suppress(caught):
            sum(range(10))


def _yield():
    yield 5


_ERRORS = (
    ZeroDivisionError("division by zero"),
    NameError("name 'answr' is not defined"),
    TypeError("unsupported operand type(s) for +: 'int' and 'str'"),
    ValueError("could not broadcast input array"),
    IndexError("list index out of range"),
    KeyError("weights"),
    AttributeError("'int' object has no attribute 'sum'"),
    MemoryError("Unable to allocate 8 TiB"),
    OverflowError("int too large to convert to float"),
    OSError("[Errno 2] No such file or directory"),
    AssertionError("here it isn't"),
    NotImplementedError("later"),
    StopIteration("no more"),
    BaseException("of everything"),
)

#: Functions that stop with an error, by the error.
ERRORS = {type(error).__name__: lambda *_, error=error: _raise(error) for error in _ERRORS}

#: Functions that would take the notebook with them -> what the verdict has to say.
UNRULY = {
    "one that calls itself": (lambda *given: _recurse(*given), "calls itself without end"),
    "one that exits": (lambda *_: sys.exit("bye"), "exit()"),
    "one that never ends": (lambda *_: _loop(()), "does a loop never end?"),
    "one that never ends and catches errors": (
        lambda *_: _loop(Exception),
        "does a loop never end?",
    ),
    "one of too many values": (lambda one, two, three, four, five, six, seven: 5, "takes 7 values"),
    "a generator function": (lambda *_: _yield(), "a generator"),
}


def checks():
    """Every check of every lesson."""
    for path in places.LESSONS:
        module = importlib.import_module(f"tinyml_helpers.checks.{path.stem[3:]}")
        for one in vars(module).values():
            own = inspect.isfunction(one) and one.__module__ == module.__name__
            if own and hasattr(one, "__wrapped__"):
                yield one


def feedback(check, answer):
    """What a check says of an answer."""
    return check(answer, *EXTRA.get(check.__name__, ()))


def wants_a_function(check):
    return "should be a function" in feedback(check, 5).text


def solution(check):
    """The right answer that the notebook offers."""
    topic, name = check.__module__.rpartition(".")[2], check.__name__
    (path,) = places.NOTEBOOKS.glob(f"solutions/{topic}/*_{name}.py")
    names = {
        "np": np,
        "keras": keras,
        "matching": matching,
        "nano_facts": boards.get("nano33ble"),
        "coin_ah": 0.225,
        "float_file": bytes(8088),
        "int8_file": bytes(4064),
        "model": SimpleNamespace(count_params=lambda: 1610),
    }
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), names)
    return names[name]


def change(given):
    """Empty whatever of the arguments can be changed; returns whether anything could."""
    lists = [one for one in given if isinstance(one, list | dict)]
    arrays = [one for one in given if isinstance(one, np.ndarray)]
    for one in lists:
        one.clear()
    for one in arrays:
        one[...] = 1
    return bool(lists or arrays)


def another(result):
    """Another value of the same kind."""
    if isinstance(result, list | tuple):
        return type(result)([*result[:-1], another(result[-1])] if result else [7])
    if isinstance(result, bytes):
        return result + b"x"
    return f"{result}x" if isinstance(result, str | None) else result + 1
