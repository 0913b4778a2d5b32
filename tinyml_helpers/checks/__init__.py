"""Feedback on exercises: not attempted yet, not right yet and what is off, or right and why.

A lesson's checks are one module of this package, named by the lesson's topic: those of the notebook
`02_quantization.ipynb` are `quantization.py`. Each check is a function that takes the student's
answer and raises `Wrong` with one sentence about what is off, never with the answer itself:

    @exercise(1, why="The scale is the size of one step: nothing smaller survives.")
    def scale(answer):
        if answer(0.0, 255.0) < 0:
            raise Wrong("a scale is a width, so it can't be negative")

The lesson's number stands in the notebook's name and nowhere else: feedback looks it up.

This room may know every other one but the course; only lessons and tests know it.
"""

import functools
import html
import inspect
import math
import numbers
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: Where a lesson's file name says its number.
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


class Wrong(Exception):  # noqa: N818 - it is a verdict on an answer, not a failure of the program
    """The answer is off; the message is one sentence for the student that doesn't give it away."""


@dataclass(frozen=True)
class Feedback:
    """What a check has to say; a notebook shows it as a coloured box, a terminal as one line.

    Attributes:
        exercise: the exercise's number as the lesson shows it, such as "2.1".
        state: "blank", "wrong" or "right".
        text: one or two sentences for the student.
    """

    exercise: str
    state: str
    text: str

    def __repr__(self):
        sign = {"blank": "○", "wrong": "✗", "right": "✓"}[self.state]
        return f"{sign} Exercise {self.exercise}: {self.text}"

    def _repr_html_(self):
        colour = {"blank": "#7a7a7a", "wrong": "#b34700", "right": "#007a5a"}[self.state]
        return (
            f'<div style="border-left: 5px solid {colour}; padding: 0.4em 0.8em; color: {colour}">'
            f"{html.escape(repr(self))}</div>"
        )


def exercise(number, why):
    """Turn a function that raises `Wrong` into a check that always returns `Feedback`.

    Args:
        number: the exercise's number in its lesson, from 1.
        why: why the right answer matters, shown when the answer is right.

    The answer counts as not attempted while it is `...`, or is a function that returns `...`
    when the check calls it. An exception from the student's code becomes feedback that names
    the line; nothing a student writes makes the check itself fail.
    """

    def decorate(check):
        topic = check.__module__.rpartition(".")[2]

        def feedback(state, text):
            return Feedback(_number(topic, number), state, text)

        @functools.wraps(check)
        def checked(*answers):
            if any(answer is ... for answer in answers):
                return feedback("blank", "not attempted yet.")
            try:
                check(*(_noticing_blanks(answer) for answer in answers))
            except _Blank:
                return feedback("blank", "not attempted yet.")
            except Wrong as verdict:
                return feedback("wrong", _sentence(f"not right yet: {verdict}"))
            except (Exception, SystemExit) as error:
                return feedback("wrong", _explain(error))
            return feedback("right", _sentence(f"right. {why}"))

        return checked

    return decorate


def _number(topic, number):
    """The number of an exercise with its lesson's before it, if there is a lesson on the topic."""
    lessons = sorted(NOTEBOOKS.glob(f"[0-9][0-9]_{topic}.ipynb"))
    return f"{int(lessons[0].name[:2])}.{number}" if lessons else f"{number}"


class _Blank(Exception):  # noqa: N818 - as `Wrong`
    """A stub returned `...`."""


def _noticing_blanks(answer):
    """Wrap a function so that returning `...` is noticed; pass anything else through."""
    if not inspect.isfunction(answer):
        return answer

    @functools.wraps(answer)
    def noticing(*args, **kwargs):
        result = answer(*args, **kwargs)
        if result is ...:
            raise _Blank
        return result

    return noticing


def need_a_number(answer):
    """Raise `Wrong` unless the answer is one finite number, Python's or NumPy's."""
    if isinstance(answer, bool | np.bool_) or not isinstance(answer, numbers.Real):
        raise Wrong(f"the answer should be a number, and yours is of type {type(answer).__name__}")
    if not math.isfinite(answer):
        raise Wrong("the answer should be a finite number")


def _sentence(text):
    return text if text.endswith((".", "?", "!")) else text + "."


def _explain(error):
    """One sentence about an exception: its kind, its message, and the line of the student's code.

    A line of the check itself is never shown: it may hold the answer.
    """
    frames = traceback.extract_tb(error.__traceback__)
    here = (__file__, "noticing")
    called = [i for i, frame in enumerate(frames) if (frame.filename, frame.name) == here]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    if not called and "NoneType" in what:
        return "not right yet: your function gives nothing back: does it end with `return`?"
    if not called:
        return f"not right yet: this kind of answer can't be checked ({what})"
    below = frames[called[-1] + 1 :]
    own = [frame.line for frame in below if frame.filename == below[0].filename]
    where = f" at `{own[-1]}`" if own and own[-1] else ""
    return f"your answer stopped{where} with {what}"
