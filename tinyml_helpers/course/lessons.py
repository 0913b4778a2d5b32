"""Which notebooks are lessons, and which ones a word of the command line means."""

import re
from pathlib import Path

from tinyml_helpers.course.environment import DESK
from tinyml_helpers.course.explaining import Stop

#: A lesson's file, `NN_topic.ipynb`. JupyterLab calls a student's own `Untitled.ipynb` or
#: `00_start_here-Copy1.ipynb`.
LESSON = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*\.ipynb")


def all_lessons(root=DESK):
    """The paths of all lessons, in teaching order."""
    return sorted(
        path for path in (root / "notebooks").glob("*.ipynb") if LESSON.fullmatch(path.name)
    )


def named(names):
    """The lessons that "2", "02", "quantization", "03_quantization" or a file's path mean.

    Args:
        names: words of the command line; none of them means all lessons.

    Returns:
        Their paths, each once.

    Raises:
        Stop: there is none of that name, or none at all.
    """
    known = all_lessons()
    if not known:
        raise Stop("There is no lesson in notebooks/: fetch the workbook again.")
    if not names:
        return known
    chosen = []
    for name in names:
        found = [path for path in known if _means(name, path)]
        if not found:
            lessons = ", ".join(path.stem for path in known)
            raise Stop(f"There is no lesson {name!r}: choose one of {lessons}.")
        chosen += found
    return list(dict.fromkeys(chosen))


def _means(name, lesson):
    """Whether a word means a lesson."""
    word = name.removesuffix(".ipynb")
    if word in (lesson.stem, lesson.stem[:2], lesson.stem[3:]):
        return True
    if re.fullmatch("[0-9]", word):
        return f"0{word}" == lesson.stem[:2]
    # A path; that of another folder's file means no lesson, though its name be one's.
    return any((place / name).resolve() == lesson.resolve() for place in (Path.cwd(), DESK))
