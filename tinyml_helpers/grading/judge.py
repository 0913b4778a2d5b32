"""The grader's process for one lesson: has each notebook's answers judged by the lesson's checks.

    python -m tinyml_helpers.grading.judge '{"lesson": "….ipynb", "limits": {…}, "hidden": […]}'

reads the path of a notebook from each line, and writes a line of JSON: what came of each exercise.

What a student wrote runs in the sandbox, a process for each notebook; the checks run here. Where
that process ends or must be ended, the cell that did it is left out, and a new process goes on with
the other exercises.
"""

import ast
import builtins
import contextlib
import ctypes
import importlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from tinyml_helpers.checks.answers.feedback import sentence
from tinyml_helpers.grading import lesson as lessons
from tinyml_helpers.grading import needed, signs
from tinyml_helpers.grading.link import Link
from tinyml_helpers.grading.sandbox import ROOT, Ended, Limits, Sandbox

#: What comes of an exercise; the first three are what a check's feedback tells.
RIGHT, WRONG, BLANK = "right", "wrong", "not attempted"
STOPPED, DOUBTED, UNKNOWN = "stopped", "not believed", "look at it"
_STATES = {"right": RIGHT, "wrong": WRONG, "blank": BLANK}

#: What a sandbox doesn't see, where that can be had: solutions, and the checks, which know them.
_HIDDEN = ("notebooks/solutions", "tests", "my_work", "runs", ".git")

_PR_SET_DUMPABLE = 4  # <sys/prctl.h>


@dataclass
class Result:
    """What came of an exercise.

    Attributes:
        exercise: its number, such as "3.1".
        name: its answer's name.
        result: one of the words above.
        reason: a sentence; empty where there is nothing to say.
        seconds: that its cells, what these need, and its check took.
    """

    exercise: str
    name: str
    result: str = BLANK
    reason: str = ""
    seconds: float = 0.0

    def say(self, result, reason):
        """Note what came of it."""
        begins = reason if reason.startswith(self.name) else reason[:1].upper() + reason[1:]
        self.result, self.reason = result, begins


class Judge:
    """Judges notebooks of one lesson.

    Args:
        lesson: a `lesson.Lesson`.
        limits: what a notebook may take.
        hidden: more that no sandbox may see.
    """

    def __init__(self, lesson, limits, hidden=()):
        self._lesson, self._limits = lesson, limits
        self._checks = importlib.import_module(f"tinyml_helpers.checks.{lesson.topic}")
        self._topics = [one.stem[3:] for one in sorted(lesson.path.parent.glob("[0-9]*.ipynb"))]
        checks = ["__pycache__", *(f"{topic}.py" for topic in self._topics)]
        inside = [*_HIDDEN, *(f"tinyml_helpers/checks/{name}" for name in checks)]
        self._hidden = [*(ROOT / one for one in inside), *hidden]
        self._clean = lessons.copy_of(lesson, [])
        self._values, self._ran, self._extra = {}, set(), {}

    def judged(self, path):
        """What came of each exercise in a notebook, a list of `Result`.

        Raises:
            lessons.Unreadable: it is no notebook.
        """
        cells = lessons.cells(path)
        copy = lessons.copy_of(self._lesson, cells)
        results = {one.number: Result(one.number, one.name) for one in self._lesson.exercises}
        attempted = [one for one in self._lesson.exercises if one.number in copy.attempted]
        copy = self._with_values(copy, attempted, results)
        attempted = [one for one in attempted if results[one.number].result == BLANK]
        waiting = sorted(attempted, key=lambda one: copy.until[one.number])
        until, left_out = time.monotonic() + self._limits.seconds, set()
        while waiting:
            waiting = self._go_on(copy, waiting, left_out, results, until)
        _doubt(copy, cells, self._lesson.exercises, results)
        return list(results.values())

    def _go_on(self, copy, waiting, left_out, results, until):
        """Judge exercises in one process, as far as it goes; returns those still to be judged.

        Args:
            copy: a `lesson.Copy`.
            waiting: the exercises to judge, in order.
            left_out: the student's cells that have ended a process; one more is added here.
            results: exercise number -> `Result`, filled here.
            until: when the notebook's time is up.
        """
        seconds = (os.cpu_count() or 1) * self._limits.seconds
        limits = [f"{seconds:.0f}", f"{self._limits.disk_mb}"]
        words = ["-m", "tinyml_helpers.grading.answering", *limits, *self._topics]
        link, guilty, errors = None, None, {}
        with Sandbox(words, self._limits, self._hidden) as sandbox:
            try:
                link = Link(sandbox, until)
                for unit, exercise in _steps(copy, waiting, left_out):
                    with _timed(results[exercise.number]):
                        if unit is None:
                            waiting = [one for one in waiting if one is not exercise]
                            self._judge(exercise, link, errors, results[exercise.number])
                            guilty = None
                        else:
                            guilty = unit.cell if unit.own else guilty
                            error = link.run(unit)
                            of = unit.cell if unit.own else None
                            errors[of] = errors.get(of) or error
                    if link.ended:
                        break
                return waiting
            except Ended as ended:
                reason = sentence(f"{ended}")
        word = DOUBTED if link and link.forged else STOPPED
        gone = [one for one in waiting if guilty in (None, one.cell) or time.monotonic() > until]
        for one in gone:
            results[one.number].say(word, reason)
        left_out.add(guilty)
        return [one for one in waiting if one not in gone]

    def _judge(self, exercise, link, errors, result):
        """Have an exercise's check judge the answer that a program in the sandbox gives.

        Args:
            exercise: a `lesson.Exercise`.
            link: to the program.
            errors: what cells stopped with, by id; that of None is the lesson's own.
            result: its `Result`, filled here.
        """
        extra, error = self._extra.get(exercise.number, ()), errors.get(exercise.cell)
        with contextlib.suppress(Ended):  # then `link.ended` says so
            found = link.get(exercise.name)
            if not found:
                result.say(WRONG, sentence(error or f"nothing is called {exercise.name}"))
                return
            feedback = getattr(self._checks, exercise.name)(found[0], *extra)
            said = feedback.text.removeprefix("not right yet: ")
            said += f" {sentence(error)}" if error and feedback.state != "right" else ""
            result.say(_STATES[feedback.state], said if feedback.state == "wrong" else "")
        if errors.get(None) and result.result == WRONG:
            said = f"a cell of the lesson's stopped ({errors[None]}). {result.reason}"
            result.say(UNKNOWN, said)
        elif link.unknown:
            result.say(UNKNOWN, sentence(link.unknown))
        elif link.forged:
            result.say(DOUBTED, sentence(link.ended))
        elif link.ended:
            result.say(STOPPED, result.reason if link.silent else sentence(link.ended))

    def _with_values(self, copy, attempted, results):
        """The copy, with the lesson's values that checks take put before the exercises' cells.

        They are made here: a check gets no value that a student's code had in hand.
        """
        units, until = list(copy.units), dict(copy.until)
        for exercise in (one for one in attempted if one.extra):
            try:
                known = self._known(exercise)
            except Exception as problem:  # whatever a lesson's own code may raise here
                said = f"the lesson's own cells stopped here: {problem}"
                results[exercise.number].say(UNKNOWN, sentence(said))
                continue
            names = frozenset(known)
            place = [unit.cell for unit in units].index(exercise.cell)
            given = needed.Unit("", "", False, gives=names, renews=names, values=known)
            units.insert(place, given)
            until = {number: many + (many > place) for number, many in until.items()}
        return replace(copy, units=units, until=until)

    def _known(self, exercise):
        """The plain ones of the values that an exercise's check takes, by name."""
        trees = [ast.parse(source, mode="eval") for source in exercise.extra]
        nodes = [node for tree in trees for node in ast.walk(tree)]
        names = {node.id for node in nodes if isinstance(node, ast.Name)} - set(dir(builtins))
        if exercise.number not in self._extra:
            before = self._clean.units[: self._clean.until[exercise.number]]
            for place in sorted(needed.needed(before, names) - self._ran):
                if not before[place].own:
                    exec(compile(before[place].source, "<lesson>", "exec"), self._values)
                    self._ran.add(place)
            extra = tuple(eval(source, self._values) for source in exercise.extra)
            self._extra[exercise.number] = extra
        plain = (int, float, str, bytes, np.ndarray, np.generic)
        return {one: self._values[one] for one in names if isinstance(self._values[one], plain)}


def _steps(copy, waiting, left_out):
    """What to do in turn: (unit, exercise) to run it for one, (None, exercise) to judge it."""
    units = [
        needed.Unit("", unit.cell, True) if unit.own and unit.cell in left_out else unit
        for unit in copy.units
    ]
    wanted = set()
    for exercise in waiting:
        before = units[: copy.until[exercise.number]]
        wanted |= needed.needed(before, {exercise.name})
        wanted |= {place for place, unit in enumerate(before) if unit.cell == exercise.cell}
    done = 0
    for exercise in waiting:
        until = copy.until[exercise.number]
        yield from ((units[place], exercise) for place in range(done, until) if place in wanted)
        yield None, exercise
        done = until


@contextlib.contextmanager
def _timed(result):
    started = time.monotonic()
    try:
        yield
    finally:
        result.seconds += time.monotonic() - started


def _doubt(copy, cells, exercises, results):
    """Say of what isn't right that it looks tampered with, where it does."""
    found = {cell: signs.found(source) for cell, source in copy.sources.items()}
    anywhere = [sign for cell, some in found.items() for sign in some if cell.startswith("added")]
    shown = {cell["id"] for cell in cells if signs.claims(cell["outputs"])}
    for one in exercises:
        result = results[one.number]
        tried = [*found.get(one.cell, ()), *found.get(one.check_cell, ()), *anywhere]
        signs_of_it = sentence(f"Its code: {', '.join(dict.fromkeys(tried))}")
        said = f"{signs_of_it} " if tried else ""
        if result.result == RIGHT:
            result.reason = f"Right by itself; {said}".strip() if tried else ""
        elif tried and result.result != STOPPED:
            result.say(DOUBTED, f"{said}{result.reason}".strip())
        elif one.check_cell in shown:
            word = UNKNOWN if one.extra else DOUBTED
            word = STOPPED if result.result == STOPPED else word
            result.say(word, f"The notebook shows it as right. {said}{result.reason}".strip())


def main():
    """Judge the notebooks that standard input names, one a line."""
    settings = json.loads(sys.argv[1])
    if sys.platform == "linux":  # no other process of this user may read or change this one
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a lesson prints is no result
    lesson = lessons.read(Path(settings["lesson"]))
    judge = Judge(lesson, Limits(**settings["limits"]), settings["hidden"])
    for line in sys.stdin:
        try:
            came = {"results": [asdict(one) for one in judge.judged(Path(json.loads(line)))]}
        except lessons.Unreadable as reason:
            came = {"unreadable": str(reason)}
        print(json.dumps(came), file=told, flush=True)


if __name__ == "__main__":
    main()
