"""Starts a student's server in a container: first their copies of the lessons, then a program.

    python start.py jupyterhub-singleuser [WHAT THE HUB ASKS FOR]

All that a student may write is `my_work`, a folder of theirs that stays when the container goes;
the workbook around it is one for all. Binder's containers are started in the same way.
"""

import os
import sys
from pathlib import Path

# The workbook that this file is part of, whatever else is installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tinyml_helpers.course import desk, environment, lab_starter, lessons
from tinyml_helpers.course.explaining import Stop


def main(words):
    """Make the copies that are missing and become the program.

    Args:
        words: the program and its options.
    """
    try:
        said = desk.follow()
        changed = ", ".join(lesson.stem for lesson in desk.lay_out())
    except Stop as reason:  # a full disk: who can't get in can't make room
        said, changed = [str(reason)], ""
    if changed:
        said.append(f"Newer than the copies: {changed}. `python course.py update` brings it.")
    print(*said, sep="\n", file=sys.stderr, flush=True)
    command = [*words, *options()]
    os.execvpe(command[0], command, environment.child_environment())


def options():
    """The words that give a server the lab's settings, and its first page, a list of str."""
    first = desk.of(lessons.named([])[0]).relative_to(environment.ROOT).as_posix()
    # A hub shows its log to whoever runs it: here errors are wanted.
    settings = [word for word in lab_starter.options() if not word.startswith("--log-level")]
    return [
        *settings,
        f"--ServerApp.root_dir={environment.ROOT}",
        f"--ServerApp.default_url=/lab/tree/{first}",  # a hub's server asks for this one,
        f"--LabApp.default_url=/lab/tree/{first}",  # JupyterLab by itself for that
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
