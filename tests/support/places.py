"""Where things are: the workbook's folders, and what lies outside it on a computer that has it."""

import os
from pathlib import Path

import pytest

from tinyml_helpers.course.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = all_lessons(ROOT)
DATA = ROOT / "data"
C = Path(__file__).with_name("c")


def lesson(topic):
    """The path of the notebook on a topic, whatever its number."""
    (path,) = NOTEBOOKS.glob(f"[0-9][0-9]_{topic}.ipynb")
    return path


def outside(variable, name):
    """The path of something outside the repository; skips the test where it isn't.

    Args:
        variable: the environment variable that names its folder: "TINYML_REAL_DATA" for extracts of
            real data sets in their official layout, "TINYML_MODELS" for models made elsewhere.
        name: of the file or folder.
    """
    folder = os.environ.get(variable)
    if not folder:
        pytest.skip(f"{name} is needed: set {variable} to the folder that has it")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{name} isn't in the folder that {variable} names")
    return path
