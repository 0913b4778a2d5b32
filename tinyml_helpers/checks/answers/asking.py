"""A student's function, asked by a check: in limits, and twice."""

import copy
import inspect

import numpy as np

from tinyml_helpers.checks.answers.feedback import Blank, Stopped, Wrong
from tinyml_helpers.checks.answers.limits import OutOfTime
from tinyml_helpers.checks.answers.words import error_in_words, shown

ENDLESS = "does a loop never end?"


class Asked:
    """A student's function; calling it gives a plain result, or raises `Wrong` or `Blank`.

    Args:
        name: the answer's name.
        function: the function.
        gives: the kind of its result.
        limits: what the check leaves it.
    """

    def __init__(self, name, function, gives, limits):
        self._name, self._function, self._gives, self._limits = name, function, gives, limits

    def __call__(self, *arguments):
        self._refuse_another_number_of(arguments)
        given = copy.deepcopy(arguments)
        result = self._result(given)
        if not same(arguments, given):
            raise Wrong(f"{self._name} changes what it is given: work on a copy")
        if self._gives.repeats:
            self._refuse_another_result(arguments, result)
        return result

    def _refuse_another_number_of(self, arguments):
        try:
            signature = inspect.signature(self._function)
        except (TypeError, ValueError):  # some functions written in C don't tell
            return
        try:
            signature.bind(*arguments)
        except TypeError:
            raise Wrong(
                f"{self._name} is called with {_values(len(arguments))}, and yours takes "
                f"{_values(len(signature.parameters))}: leave what stands in brackets after its "
                "name as it was"
            ) from None

    def _refuse_another_result(self, arguments, result):
        """Ask once more; what is printed is known already."""
        self._limits.printed.silent = True
        try:
            again = self._result(copy.deepcopy(arguments))
        finally:
            self._limits.printed.silent = False
        if not same(again, result):
            raise Wrong(
                f"asked twice for the same, {self._name} gives {shown(result)} and then "
                f"{shown(again)}: it should depend on what it is given, and on nothing else"
            )

    def _result(self, arguments):
        try:
            return self._limits.call(self._ask, arguments)
        except OutOfTime:
            raise Stopped(f"stopped after {self._limits.seconds:.0f} seconds: {ENDLESS}") from None
        except KeyboardInterrupt:
            raise Stopped(f"stopped: {ENDLESS}") from None
        except (Wrong, Blank):
            raise
        except BaseException as error:
            raise Stopped(error_in_words(error, __file__, "_ask")) from None

    def _ask(self, arguments):
        result = self._function(*arguments)
        if result is ...:
            raise Blank
        if result is None and not self._gives.takes_none:
            raise Wrong(f"{self._name} gives nothing back: does it end with `return`?")
        return self._gives.result(self._name, result)


def same(one, other):
    """Whether two values are equal: numbers, texts, arrays, and lists, tuples and dicts of them.

    The first is plain; the second may hold anything, and only what is as plain is compared.
    """
    if isinstance(one, np.ndarray):
        alike = isinstance(other, np.ndarray) and one.dtype == other.dtype
        return alike and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return isinstance(other, dict) and same(list(one.items()), list(other.items()))
    if isinstance(one, list | tuple):
        if type(one) is not type(other) or len(one) != len(other):
            return False
        return all(same(mine, yours) for mine, yours in zip(one, other, strict=True))
    numbers = type(one) in (int, float) and type(other) in (int, float)
    return (numbers or type(one) is type(other)) and one == other


def _values(count):
    return f"{count} value{'' if count == 1 else 's'}"
