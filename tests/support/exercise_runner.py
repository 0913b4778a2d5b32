"""Answers an exercise as a student would, and reports what its check says."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from places import NOTEBOOKS, lesson


@dataclass(frozen=True)
class Exercise:
    """One exercise and two or more common wrong answers to it.

    Attributes:
        solution: the solution's file without ".py": topic, number and the answer's name.
        check: the lesson's check.
        wrong: code of a wrong answer -> a word that its feedback must contain.
        extra: what the notebook passes to the check after the answer.
        names: names the notebook has defined by then, for the answer's code to use.
    """

    solution: str
    check: Callable
    wrong: dict
    extra: tuple = ()
    names: dict = field(default_factory=dict)

    def __str__(self):
        return self.solution

    def right(self):
        """Feedback on the solution that the notebook offers."""
        path = NOTEBOOKS / "solutions" / f"{self.solution}.py"
        return self.feedback(path.read_text(encoding="utf-8"))

    def blank(self):
        """Feedback on the stub as the notebook leaves it."""
        topic, number, _ = self._parts
        notebook = lesson(topic)
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells]
        title = f"# Exercise {int(notebook.name[:2])}.{number}\n"
        (stub,) = [source for source in sources if source.startswith(title)]
        return self.feedback(stub)

    def feedback(self, code):
        """Run an answer's code and check what it defined."""
        names = {"np": np, **self.names}
        exec(compile(code, self.solution, "exec"), names)
        return self.check(names[self._parts[2]], *self.extra)

    @property
    def _parts(self):
        """Topic, number, and the answer's name."""
        topic, _, file = self.solution.partition("/")
        return topic, *file.split("_", 1)


def prove(exercise):
    """Assert that blank, right and wrong answers are told apart, each with its own words."""
    assert exercise.blank().state == "blank"
    right = exercise.right()
    assert right.state == "right", right
    assert len(exercise.wrong) >= 2
    for code, word in exercise.wrong.items():
        feedback = exercise.feedback(code)
        assert feedback.state == "wrong", (code, feedback)
        assert word in feedback.text, (code, feedback)
