"""What kind an exercise's answer should be.

    @exercise(1, NUMBER, why="...")
    @exercise(2, function(NUMBER), why="...")

A kind turns an answer into plain Python or NumPy, so that a check compares what it expects and
nothing else. Whatever is of another kind is refused with what it is: "average_current should be a
function; you gave the number 5".
"""

import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinyml_helpers.checks.answers import asking
from tinyml_helpers.checks.answers.feedback import Unfit
from tinyml_helpers.checks.answers.words import in_words, is_function, shown

#: No exercise's numbers come near; what is beyond would overflow in a check's own arithmetic.
LARGEST = 10**15

#: The most values that a list or an array may have.
_MOST_VALUES = 1_000_000


class _Other(Exception):  # noqa: N818 - a finding, not a failure
    """A value is of another kind.

    Args:
        given: what it is, in words.
        wanted: what it should have been, if that is more than the kind's own words.
        at: where it is, places from the outermost list inwards; () if it is no part of a list.
    """

    def __init__(self, given, wanted=None, at=()):
        super().__init__(given)
        self.given, self.wanted, self.at = given, wanted, at

    def __str__(self):
        if len(self.at) < 2:
            return f"one with {self.given} at place {self.at[0]}" if self.at else self.given
        return f"one with {self.given} at " + "".join(f"[{place}]" for place in self.at)


@dataclass(frozen=True)
class Value:
    """A kind of value.

    Attributes:
        wanted: its words, such as "a number".
        plain: a function that gives a plain copy of a value, and raises `_Other` where it can't.
        takes_none: whether None is one.
        repeats: whether a function should give the same whenever its arguments are the same.
    """

    wanted: str
    plain: Callable
    takes_none: bool = False
    repeats: bool = True

    def answer(self, name, given, limits):
        """The answer to an exercise, plain; raises Unfit if it is of another kind."""
        return limits.call(self._taken, given, f"{name} should be", "you gave")

    def result(self, name, given):
        """What an answer that is a function gave, plain; raises Unfit."""
        return self._taken(given, f"{name} should give", "yours gives")

    def echo(self, answer):
        """A sentence on what was judged."""
        return f"You gave {shown(answer)}."

    def _taken(self, given, should, but):
        try:
            return self.plain(given)
        except _Other as other:
            raise Unfit(f"{should} {other.wanted or self.wanted}; {but} {other}") from None
        except Exception:  # a student's class may do anything when it is asked
            raise Unfit(f"{should} {self.wanted}; {but} {in_words(given)}") from None


@dataclass(frozen=True)
class function:  # noqa: N801 - it reads as the other kinds do
    """A function.

    Attributes:
        gives: the kind of its result.
    """

    gives: Value

    def answer(self, name, given, limits):
        """The function, to be called by a check; raises Unfit if it is none."""
        if not is_function(given):
            raise Unfit(f"{name} should be a function; you gave {in_words(given)}")
        return asking.Asked(name, given, self.gives, limits)

    def echo(self, answer):
        """Nothing: a check says for which arguments the function gives what."""
        return ""


def _number(given):
    if isinstance(given, np.ndarray) and given.shape == ():
        given = given[()]
    if isinstance(given, bool | np.bool_) or not isinstance(given, numbers.Real):
        raise _Other(in_words(given))
    if isinstance(given, numbers.Integral):
        given = int(given)
    elif not math.isfinite(given := float(given)):
        raise _Other(in_words(given), "a finite number")
    if abs(given) > LARGEST:
        raise _Other(in_words(given), "a number, and not that large")
    return given


def _whole(given):
    given = _number(given)
    if isinstance(given, float):
        raise _Other(in_words(given))
    return given


def _text(given):
    if not isinstance(given, str):
        raise _Other(in_words(given))
    text = str(given)
    if "\0" in text or text.encode(errors="ignore").decode() != text:
        raise _Other("a text with characters that no file can hold", "a text of plain characters")
    return text


def _text_or_none(given):
    return None if given is None else _text(given)


def _bytes(given):
    if not isinstance(given, bytes | bytearray):
        raise _Other(in_words(given))
    return bytes(given)


def _array(given):
    if isinstance(given, list | tuple | range) and len(given) > _MOST_VALUES:
        raise _Other(in_words(given), "an array of numbers, and not that many")
    try:
        array = np.array(given)
    except ValueError:
        raise _Other(in_words(given), "an array of numbers whose rows have one length") from None
    if array.dtype.kind not in "iuf" or array.size > _MOST_VALUES:
        raise _Other(in_words(given))
    if not np.isfinite(array).all():
        raise _Other("some that are infinite or none (inf or nan)", "an array of finite numbers")
    if array.size and max(abs(float(array.max())), abs(float(array.min()))) > LARGEST:
        raise _Other("some that are far larger", f"an array of numbers up to {LARGEST:.0e}")
    return array


def several(kind, count=None, called=None):
    """The kind "a list of one kind": a list, a tuple or an array with one row.

    Args:
        kind: of each value.
        count: how many there should be; None for any number.
        called: words for all of it; None to make them from the others.

    The plain value is a list.
    """
    how_many = "" if count is None else f"{count} "
    words = called or f"a list of {how_many}values, each {kind.wanted}"

    def plain(given):
        if isinstance(given, np.ndarray) and given.ndim == 1:
            given = list(given)
        if not isinstance(given, list | tuple) or len(given) > _MOST_VALUES:
            raise _Other(in_words(given))
        if count is not None and len(given) != count:
            raise _Other(in_words(given))
        taken = []
        for place, one in enumerate(given):
            try:
                taken.append(kind.plain(one))
            except _Other as other:
                raise _Other(other.given, at=(place, *other.at)) from None
        return taken

    return Value(words, plain)


#: One finite number, Python's or NumPy's; plain: an int or a float.
NUMBER = Value("a number", _number)

#: A number without a fraction by its kind; plain: an int.
WHOLE = Value("a whole number", _whole)

#: A text; plain: a str that can be encoded.
TEXT = Value("a text between quotes", _text)

#: As TEXT, or None.
TEXT_OR_NONE = Value("a text, or None", _text_or_none, takes_none=True)

#: Bytes; plain: `bytes`.
BYTES = Value("bytes, such as b'\\x01\\x02'", _bytes)

#: Whole numbers in a row; plain: a list of ints.
PLACES = several(WHOLE, called="a list of places, such as [2, 7]")

#: Finite numbers in an array of any shape, or nested lists of them; plain: a copy, as an array.
ARRAY = Value("an array of numbers", _array)

#: Whatever it is but None: a check looks at it itself. It may be another one each time.
ANYTHING = Value("something", lambda given: given, repeats=False)
