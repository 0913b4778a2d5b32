"""The student's desk: their own copies of the lessons, in `my_work/lessons`.

A copy has no outputs, so it spoils nothing, and belongs to the student: nothing here ever writes
over what they wrote. The lesson as it was when a copy was made is kept in `.originals` beside the
copies; from it `update` knows what the student changed. A lesson's number may be another in another
version of the workbook, so a copy is known by its topic, and `follow` renames it as the lesson is.
The standard library is all this takes.
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
_WHOSE_ID = "whose-copy"
#: What ipykernel says of itself, the version left out.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

#: What lies beside the lessons and lessons name; copies name it from where they are.
_BESIDE = re.compile(r"(?<![\w/.])(solutions/|images/|glossary\.md)")


def lay_out(root=environment.DESK):
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


def follow(root=environment.DESK):
    """Rename the copies of lessons that have another number than when the copies were made.

    Where the student wrote or ran something in a copy of the new name too, the other one is kept
    beside it.

    Returns:
        A list of sentences on what was done.

    Raises:
        Stop: a copy can't be written.
    """
    known = lessons.all_lessons(root)
    names = {lesson.name for lesson in known}
    said = []
    for lesson in known:
        same_topic = of(lesson).parent.glob(f"[0-9][0-9]{lesson.name[2:]}")
        earlier = [path for path in same_topic if path.name not in names]
        for path in sorted(earlier, key=lambda path: path.stat().st_mtime, reverse=True):
            said.append(_follow(path, lesson))
    return said


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
    paths = {(place / word).resolve() for place in (Path.cwd(), environment.DESK)}
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


def _follow(earlier, lesson):
    """Give one copy the name of its lesson, or a name beside it; returns a sentence."""
    clean = _original_of(earlier)
    if of(lesson).exists() and not _untouched(of(lesson)):
        kept = unused_name(of(lesson))
        _moved(earlier, kept)
        _removed(clean)
        return (
            f"{earlier.stem} has become {lesson.stem}, of which you have a copy already: the other "
            f"one is kept as {kept.name}."
        )
    _removed(_original(lesson))  # of another version than the one that `earlier` was made of
    for path, new in ((earlier, of(lesson)), (clean, _original(lesson))):
        if path.exists():
            _renumber(path, earlier.name[:2], lesson.name[:2])
            _moved(path, new)
    return f"{earlier.stem} has become {lesson.stem}, and your copy with it: what you wrote stays."


def _renumber(path, old, new):
    """Have what the lesson wrote of its number say the new one, so that `update` needn't ask."""
    notebook = _read(path)
    if notebook is None:
        return
    for cell in notebook["cells"]:
        source, stub = _source(cell), f"# Exercise {int(old)}."
        if cell["id"] == _WHOSE_ID:
            cell["source"] = source.replace(f"reset {old}`", f"reset {new}`")
        elif source.startswith(stub):
            cell["source"] = f"# Exercise {int(new)}.{source.removeprefix(stub)}"
    _write(path, notebook)


def _untouched(path):
    """Whether a copy is as it was made: nothing written in it, nothing run."""
    mine, clean = _read(path), _read(_original_of(path))
    return mine is not None and clean is not None and mine["cells"] == clean["cells"]


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
    return _original_of(of(lesson))


def _original_of(path):
    """Where the lesson is kept as it was when the copy at a path was made."""
    return path.parent / ".originals" / path.name


def _clean(lesson):
    """A lesson as a student gets it: no outputs, a line on whose it is, paths from its place."""
    notebook = _read(lesson)
    if notebook is None:
        raise Stop(f"The lesson notebooks/{lesson.name} can't be read: fetch the workbook again.")
    notebook = copy.deepcopy(notebook)
    to_lessons = os.path.relpath(lesson.parent, of(lesson).parent).replace(os.sep, "/")
    for cell in notebook["cells"]:
        cell["source"] = _BESIDE.sub(rf"{to_lessons}/\1", _source(cell))
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    whose = _WHOSE.format(number=lesson.name[:2])
    line = {"cell_type": "markdown", "id": _WHOSE_ID, "metadata": {}, "source": whose}
    notebook["cells"].insert(0, line)
    return notebook


def _source(cell):
    """A cell's text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


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
        path.replace(new)
    except OSError as error:
        raise _cannot_write(new, error) from error


def _removed(path):
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error


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
