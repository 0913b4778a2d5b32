"""The student's desk: their own copies of the lessons, in `my_work/lessons`.

A copy has no outputs, so it spoils nothing, and belongs to the student: nothing here ever writes
over what they wrote. The lesson as it was when a copy was made is kept in `.originals` beside the
copies; from it `update` knows what the student changed. The standard library is all this takes.
"""

import copy
import json
import os
import re
import shutil
from pathlib import Path

from tinyml_helpers.course import environment, lessons, merging
from tinyml_helpers.course.explaining import Stop
from tinyml_helpers.files import unused_name, write_whole

#: Where the copies are, in the workbook's folder.
PLACE = Path("my_work", "lessons")

#: What a copy begins with.
_WHOSE = (
    "**This copy is yours**: what you write here stays. A clean one: `python course.py reset "
    "{number}`"
)
#: What ipykernel says of itself, the version left out.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

#: Folders beside the lessons that lessons name; copies name them from where they are.
_BESIDE = re.compile(r"(?<![\w/.])(solutions|images)/")


def lay_out(root=environment.ROOT):
    """Make the copies that are missing.

    Returns:
        The lessons that have changed since their copies were made, a list of paths.

    Raises:
        Stop: a lesson can't be read, or a copy can't be written.
    """
    changed = []
    for lesson in lessons.all_lessons(root):
        if not of(lesson).exists():
            _make(lesson)
        elif _clean(lesson) != _read(_original(lesson)):
            changed.append(lesson)
    return changed


def of(lesson):
    """The path of the student's copy of a lesson, whether it exists or not."""
    return lesson.parents[1] / PLACE / lesson.name


def meant(word):
    """The files to run that a word of the command line means.

    Args:
        word: as for `lessons.named`; a path, also one of a student's copy, means that very file.

    Returns:
        For a lesson's number or name the student's copy, if there is one, else the lesson.

    Raises:
        Stop: there is none of that name.
    """
    paths = {(place / word).resolve() for place in (Path.cwd(), environment.ROOT)}
    for lesson in lessons.all_lessons():
        for path in (of(lesson), lesson):
            if word and path.resolve() in paths and path.exists():
                return [path]
    found = lessons.named([word])
    return [of(lesson) if of(lesson).exists() else lesson for lesson in found]


def reset(lesson):
    """Give a clean copy of a lesson.

    Returns:
        Where the old copy is kept; None if there was none, or it was clean.

    Raises:
        Stop: as `lay_out`.
    """
    clean, old = _clean(lesson), _read(of(lesson))
    kept = None
    if old is not None or of(lesson).exists():
        if old is not None and old["cells"] == clean["cells"]:
            return None
        kept = unused_name(of(lesson))
        _moved(of(lesson), kept)
    _make(lesson)
    return kept


def update(lesson):
    """Bring a lesson's new version to the student's copy, which keeps what they wrote.

    Returns:
        A sentence on what was done; None where there was nothing to do.

    Raises:
        Stop: as `lay_out`.
    """
    after, before, theirs = _clean(lesson), _read(_original(lesson)), _read(of(lesson))
    if not of(lesson).exists():
        _make(lesson)
        return f"{lesson.stem} is new."
    if after == before:
        return None
    if before is None or theirs is None:
        kept = reset(lesson)
        return (
            f"{lesson.stem} has changed. What in your copy is your own couldn't be seen, so it is "
            f"kept whole, as {kept.name}."
        )
    joined = merging.join(before, theirs, after)
    said = f"{lesson.stem} has changed, and your copy with it."
    if joined.written:
        kept = unused_name(of(lesson))
        _copied(of(lesson), kept)
        said += f" What you wrote is still in it; the copy as it was is kept as {kept.name}."
    if joined.beside:
        cells = "one cell" if joined.beside == 1 else f"{joined.beside} cells"
        said += (
            f" In {cells} both you and the lesson changed something: yours is below the new one."
        )
    _write_copy(lesson, joined.notebook)
    _write(_original(lesson), after)
    return said


def _make(lesson):
    """Write a clean copy, and first what it was made of."""
    clean = _clean(lesson)
    _write(_original(lesson), clean)
    _write_copy(lesson, clean)


def _write_copy(lesson, notebook):
    """Write a copy with all that a kernel says of its language, or the lab calls it unsaved."""
    version = environment.full_version(lesson.parents[1])
    metadata = {**notebook["metadata"], "language_info": {**_LANGUAGE, "version": version}}
    _write(of(lesson), {**notebook, "metadata": metadata})


def _original(lesson):
    return of(lesson).parent / ".originals" / lesson.name


def _clean(lesson):
    """A lesson as a student gets it: no outputs, a line on whose it is, paths from its place."""
    notebook = _read(lesson)
    if notebook is None:
        raise Stop(f"The lesson notebooks/{lesson.name} can't be read: fetch the workbook again.")
    notebook = copy.deepcopy(notebook)
    to_lessons = os.path.relpath(lesson.parent, of(lesson).parent).replace(os.sep, "/")
    for cell in notebook["cells"]:
        source = cell.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        cell["source"] = _BESIDE.sub(rf"{to_lessons}/\1/", source)
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    whose = _WHOSE.format(number=lesson.name[:2])
    line = {"cell_type": "markdown", "id": "whose-copy", "metadata": {}, "source": whose}
    notebook["cells"].insert(0, line)
    return notebook


def _read(path):
    """A notebook as a dict whose cells have ids; None where the file is none, or isn't there."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        sound = all(cell["cell_type"] and cell["id"] for cell in notebook["cells"])
        return notebook if sound else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(path, notebook):
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    try:
        write_whole(path, text)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _moved(path, new):
    try:
        path.rename(new)
    except OSError as error:
        raise _cannot_write(new, error) from error


def _copied(path, new):
    try:
        shutil.copyfile(path, new)
    except OSError as error:
        raise _cannot_write(new, error) from error


def _cannot_write(path, error):
    return Stop(
        f"{PLACE.as_posix()}/{path.name} can't be written ({error.strerror}): make room, or make "
        "the folder my_work yours to write in."
    )
