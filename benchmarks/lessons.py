"""What each lesson asks of a newcomer.

    python benchmarks/lessons.py

Prints, of each lesson, words of text, code cells, the minutes that it states and those that are
likely (`tests/support/lesson_facts.py` says how they are estimated), exercises, pictures, and
outputs that answer with True or False.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
sys.path.insert(0, str(ROOT))

import lesson_facts  # noqa: E402

from tinyml_helpers.course.lessons import all_lessons  # noqa: E402


def counted(path):
    """A lesson's exercises and pictures."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    exercises = sum("exercise" in cell["metadata"].get("tags", []) for cell in cells)
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return exercises, sum("image/png" in output.get("data", {}) for output in outputs)


def main():
    print(f"{'lesson':26} words cells  stated likely  exercises pictures  True")
    for path in all_lessons(ROOT):
        exercises, pictures = counted(path)
        print(
            f"{path.stem:26}{lesson_facts.words(path):6,}{lesson_facts.code_cells(path):6}"
            f"{lesson_facts.stated_minutes(path) or 0:8}{lesson_facts.likely_minutes(path):7.0f}"
            f"{exercises:11}{pictures:9}{len(lesson_facts.answers_with_true(path)):6}"
        )


if __name__ == "__main__":
    main()
