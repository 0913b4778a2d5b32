"""How values and errors are named to a student: "the number 5", "the text 'abc'", "a list of 3"."""

import functools
import inspect
import math
import numbers
import traceback
import types

import numpy as np

#: Characters of a value that are shown.
MOST_SHOWN = 60

#: The student's words for an error; the first class that an error belongs to counts.
_ERRORS = (
    (RecursionError, "it calls itself without end"),
    (ZeroDivisionError, "it divides by zero"),
    (OverflowError, "a number becomes too large"),
    (ModuleNotFoundError, "it imports what isn't installed"),
    (ImportError, "it imports what isn't there"),
    (NameError, "it uses a name that isn't defined there"),
    (AttributeError, "it asks a value for something that this kind of value doesn't have"),
    (IndexError, "it asks for a place that doesn't exist"),
    (KeyError, "it asks for a key that doesn't exist"),
    (TypeError, "it uses values of a kind that doesn't work there"),
    (ValueError, "it uses a value that doesn't work there"),
    (MemoryError, "it needs more memory than there is"),
    (AssertionError, "what it asserts isn't so"),
    (NotImplementedError, "it says that a part is still to be written"),
    (OSError, "a file or device doesn't do what it asks for"),
)


def in_words(value):
    """What a value is: its kind, and the value itself where that is short."""
    for kind, say in _KINDS:
        if isinstance(value, kind):
            return say(value)
    if is_function(value):
        name = getattr(value, "__name__", "")
        return f"the function {name}" if name.isidentifier() else "a function"
    return f"an object of the class {type(value).__name__}"


def shown(value):
    """A value as one would write it where that is short, otherwise `in_words`."""
    return _as_written(value) or in_words(value)


def is_function(value):
    """Whether a value is a function, from whatever library; a class or a Keras model isn't."""
    others = functools.partial | np.ufunc | np.vectorize
    return inspect.isroutine(value) or isinstance(value, others)


def error_in_words(error, file, function):
    """What stopped a student's code, and at which of its lines.

    Args:
        error: the exception.
        file, function: where the code was called: lines above that are never shown, since a line
            of a check may hold the answer.

    Returns:
        A sentence, without Python's own message: that is about values inside, not about the task.
    """
    if isinstance(error, SystemExit):
        return "your answer calls exit(), which ends a program: give the result with `return`"
    frames = traceback.extract_tb(error.__traceback__)
    called = [n for n, one in enumerate(frames) if (one.filename, one.name) == (file, function)]
    below = frames[called[-1] + 1 :] if called else []
    own = [frame.line for frame in below if frame.filename == below[0].filename]
    where = f" at `{own[-1][:MOST_SHOWN]}`" if own and own[-1] else ""
    unknown = (type(error), "it raises an error of its own")
    kind, words = next((one for one in _ERRORS if isinstance(error, one[0])), unknown)
    what = f"your answer stopped{where}: {words} ({kind.__name__})"
    return f"{what}. Call it in an empty cell to see more"


def _as_written(value):
    """A short plain value in Python; None for any other."""
    if type(value) in (list, tuple):
        if not 0 < len(value) <= MOST_SHOWN // 3:
            return None
        parts = [_as_written(one) if type(one) not in (list, tuple) else None for one in value]
        brackets = "[]" if type(value) is list else "()"
        text = None if None in parts else f"{brackets[0]}{', '.join(parts)}{brackets[1]}"
    elif type(value) is str:
        text = repr(value) if len(value) <= MOST_SHOWN else None
    elif type(value) is float:
        text = f"{value:.10g}"
    elif type(value) in (int, bool):
        text = f"{value}" if _digits(value) <= MOST_SHOWN else None
    else:
        return "None" if value is None else None
    return text if text and len(text) <= MOST_SHOWN else None


def _digits(number):
    """How many digits a whole number has, or one more; Python refuses to write very long ones."""
    return math.floor(int(number).bit_length() * math.log10(2)) + 1


def _number(value):
    if isinstance(value, numbers.Integral):
        digits = _digits(value)
        short = digits <= MOST_SHOWN
        return f"the number {int(value)}" if short else f"a number of {digits:,} digits"
    value = float(value)
    return f"the number {value:.10g}" if math.isfinite(value) else f"the value {value}"


def _text(value):
    if not value:
        return "an empty text"
    if written := _as_written(value):
        return f"the text {written}"
    lines = value.strip().splitlines()
    size = f"{len(lines):,} lines" if len(lines) > 1 else f"{len(value):,} characters"
    start = lines[0][: MOST_SHOWN // 2] if lines else ""
    return f"a text of {size} that begins {start!r}"


def _sequence(noun, value):
    written = _as_written(value)
    return f"the {noun} {written}" if written else _many(noun, value)


def _many(noun, value):
    return f"a {noun} of {len(value):,}" if len(value) else f"an empty {noun}"


def _array(value):
    if value.dtype.kind not in "biufc":
        of = {"U": "texts", "S": "bytes", "O": "Python objects"}.get(value.dtype.kind, "no numbers")
        return f"an array of {of}"
    return f"an array of shape {value.shape} of {value.dtype}"


_KINDS = (
    (type(None), lambda value: "None"),
    (type(...), lambda value: "..., which stands for what is still to be written"),
    (bool | np.bool_, lambda value: f"{bool(value)}"),
    (str, lambda value: _text(str(value))),
    (bytes | bytearray, lambda value: f"{len(value):,} bytes"),
    (np.ndarray, _array),
    (numbers.Real, _number),
    (complex, lambda value: "a complex number"),
    (list, functools.partial(_sequence, "list")),
    (tuple, functools.partial(_sequence, "tuple")),
    (range, lambda value: "a range"),
    (dict, functools.partial(_many, "dictionary")),
    (set | frozenset, functools.partial(_many, "set")),
    (type, lambda value: f"the class {value.__name__}"),
    (types.ModuleType, lambda value: f"the module {value.__name__}"),
    (types.GeneratorType, lambda value: "a generator"),
    (types.CoroutineType, lambda value: "a coroutine"),
)
