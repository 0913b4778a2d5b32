"""Which notebook in a folder is whose, and a copy of which lesson.

Two layouts are known, also mixed:

    FOLDER/<student>/.../<lesson>.ipynb     a folder a student
    FOLDER/<student>_<lesson>.ipynb         all in one folder, as learning platforms hand out

A lesson is known by its cells' ids, which a copy keeps whatever its file is called, and where
those are lost by its topic in the file's name, whatever number stands before.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers.grading.lesson import Lesson, Unreadable, cells

#: A copy has most of a lesson's cells; that many of them are no chance.
_ENOUGH = 3


@dataclass(frozen=True)
class HandedIn:
    """A student's notebook for a lesson.

    Attributes:
        student: the folder's name, or what stands before the lesson's in the file's.
        lesson: a `Lesson`; None where it is a copy of none.
        path: the file.
        said: what is odd about it, sentences; empty for most.
    """

    student: str
    lesson: Lesson | None
    path: Path
    said: str


def found(folder, lessons):
    """All that was handed in.

    Args:
        folder: a Path.
        lessons: the lessons it may be, a list of `Lesson`.

    Returns:
        (a list of `HandedIn`, by student and lesson, one each; the names of all students, sorted).
        Links and hidden files are nobody's.
    """
    folders = [path for path in folder.iterdir() if _counts(path) and path.is_dir()]
    students = {_told(path.name) for path in folders if not _is_output(path)}
    some = {}
    for path in sorted(folder.rglob("*.ipynb")):
        inside = path.relative_to(folder)
        if not all(map(_counts, [path, *(folder / one for one in inside.parents)][:-1])):
            continue
        by_name = _named(path, lessons)
        student = _told(inside.parts[0] if len(inside.parts) > 1 else _before(path, by_name))
        students.add(student)
        lesson, said = _lesson_of(path, by_name, lessons)
        key = student, lesson.topic if lesson else path.name
        some.setdefault(key, []).append(HandedIn(student, lesson, path, said))
    chosen = [_chosen(same) for _, same in sorted(some.items())]
    return chosen, sorted(students)


def _counts(path):
    return not path.is_symlink() and not path.name.startswith((".", "__MACOSX"))


def _is_output(path):
    """Whether a folder is one that `course.py collect` wrote."""
    return (path / "results.csv").exists()


def _told(name):
    """A file's name as text: some systems' names hold what is none."""
    return name.encode(errors="replace").decode()


def _named(path, lessons):
    """The lesson whose topic is in a file's name; the longest, if more than one is."""
    words = re.sub(r"[\W_]+", "_", path.stem.lower())
    named = [one for one in lessons if f"_{one.topic}_" in f"_{words}_"]
    return max(named, key=lambda one: len(one.topic), default=None)


def _before(path, lesson):
    """What stands before a lesson in a file's name."""
    if lesson is None:
        return path.stem
    topic = lesson.topic.replace("_", r"[\W_]+")
    name = re.split(rf"[\W_]*(?:\b|_)(?:[0-9]{{2}}[\W_]+)?{topic}", path.stem, flags=re.I)[0]
    return name.strip(" _-") or path.stem


def _lesson_of(path, by_name, lessons):
    """The lesson that a notebook is a copy of, and what is odd about that."""
    try:
        ids = {cell["id"] for cell in cells(path)}
    except Unreadable:
        return by_name, ""
    counts = {one.topic: len(ids & set(one.cells)) for one in lessons}
    lesson = max(lessons, key=lambda one: counts[one.topic])
    if counts[lesson.topic] < _ENOUGH:
        return by_name, ""
    if by_name not in (None, lesson):
        return lesson, f"The file is called {path.name}, and its cells are those of this lesson."
    return lesson, ""


def _chosen(same):
    """Of a student's notebooks for one lesson the newest of those that are called so."""
    called = [one for one in same if not one.said]
    exactly = [one for one in called if one.lesson and one.path.name == one.lesson.path.name]
    best = max(exactly or called or same, key=lambda one: one.path.stat().st_mtime)
    if len(same) == 1:
        return best
    said = f"{best.said} {len(same)} notebooks were handed in; this is {best.path.name}.".strip()
    return HandedIn(best.student, best.lesson, best.path, said)
