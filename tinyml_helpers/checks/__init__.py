"""Feedback on exercises: not attempted yet, not right yet and what is off, or right and why.

A lesson's checks are one module of this package, named by the lesson's topic: those of the notebook
`03_quantization.ipynb` are `quantization.py`. Each check is a function that is named as the answer
is, takes it, and raises `Wrong` with one sentence about what is off, never with the answer itself:

    @exercise(1, function(NUMBER), why="The scale is one step: nothing smaller survives")
    def scale(answer):
        if answer(0.0, 255.0) < 0:
            raise Wrong("a scale is a width, so it can't be negative")

What kind the answer should be stands beside the exercise's number; `answers` holds the kinds, and
what all checks share. A check never sees an answer of another kind.

The lesson's number stands in the notebook's name and nowhere else: feedback looks it up.

This room may know every other one but the course; only lessons, `grading` and tests know it.
"""

import functools
from pathlib import Path

from tinyml_helpers.checks.answers import asking, notebook
from tinyml_helpers.checks.answers.feedback import Blank, Feedback, Stopped, Unfit, Wrong, sentence
from tinyml_helpers.checks.answers.limits import Limits, OutOfTime

__all__ = ["Feedback", "Wrong", "exercise"]

#: Where a lesson's file name says its number.
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

#: Characters of feedback: a compiler may quote much of an answer.
MOST_SAID = 1_000


def exercise(number, kind, *, why):
    """Turn a function that raises `Wrong` into a check that always returns `Feedback`.

    Args:
        number: the exercise's number in its lesson, from 1.
        kind: what kind the answer should be, from `answers.kinds`.
        why: why the right answer matters, shown when the answer is right.

    The answer counts as not attempted while it is `...`, or is a function that returns `...`
    when the check calls it. Nothing a student writes makes the check itself fail: errors, answers
    without end, prints and exits become feedback. Feedback says what it judged, and whether the
    notebook's cell with the answer has run since the last time.
    """

    def decorate(check):
        topic, name = check.__module__.rpartition(".")[2], check.__name__

        @functools.wraps(check)
        def checked(answer, *extra):
            limits = Limits()
            state, text = _judged(check, kind, why, answer, extra, limits)
            limits.printed.show()
            numbered = _number(topic, number)
            notes = (limits.printed.note(), notebook.note(numbered, name, state))
            said = " ".join([text, *(sentence(note) for note in notes if note)])
            short = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} …"
            return Feedback(numbered, state, short)

        return checked

    return decorate


def _judged(check, kind, why, answer, extra, limits):
    """The state of an answer, and what to say of it."""
    if answer is ...:
        return "blank", "not attempted yet."
    try:
        taken = kind.answer(check.__name__, answer, limits)
        check(taken, *extra)
    except Blank:
        return "blank", "not attempted yet."
    except Stopped as verdict:
        return "wrong", sentence(f"{verdict}")
    except Unfit as verdict:
        return "wrong", sentence(f"not right yet: {verdict}")
    except Wrong as verdict:
        said = sentence(f"not right yet: {verdict}")
        return "wrong", f"{said} {kind.echo(taken)}".rstrip()
    except OutOfTime:
        return "wrong", f"stopped: {asking.ENDLESS}"
    except KeyboardInterrupt:
        return "wrong", "stopped before the answer was judged: run this cell again."
    except (
        Exception,
        SystemExit,
    ) as error:  # no answer should come here, but a broken compiler may
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return "wrong", f"not right yet: this answer can't be checked ({what})."
    return "right", " ".join(filter(None, ("right.", kind.echo(taken), sentence(why))))


def _number(topic, number):
    """The number of an exercise with its lesson's before it, if there is a lesson on the topic."""
    lessons = sorted(NOTEBOOKS.glob(f"[0-9][0-9]_{topic}.ipynb"))
    return f"{int(lessons[0].name[:2])}.{number}" if lessons else f"{number}"
