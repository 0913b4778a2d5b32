#!/usr/bin/env python3
"""The workbook's front door.

    python course.py lab              open your copies of the lessons in JupyterLab
    python course.py reset 02         give you a clean copy of a lesson, and keep the old one
    python course.py update           bring changed lessons to your copies, which keep your work
    python course.py run 02           run one lesson without a browser
    python course.py test             run every lesson and every test
    python course.py refresh 02       run it and keep its new outputs
    python course.py data             list the data sets; `data NAME` fetches one
    python course.py site             build pages of it all in `site`, or `--to FOLDER`
    python course.py hub              serve a class: a folder and a password for each student
    python course.py cluster          add Ray, to search for models on several computers
    python course.py bundle           make a box to install it from where there is no network
    python course.py doctor           say what is wrong on this computer, and what to do

The first start makes `.venv` and installs everything into it; later starts install nothing.
The commands themselves are in tinyml_helpers/course/front_door.py. This file is written so that any
Python can read it, even 2.7, and a wrong one is told so in a sentence.
"""

import os
import signal
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def main():
    """Refuse a Python that TensorFlow has no packages for; run the command with any other."""
    found = tuple(sys.version_info[:2])
    if not OLDEST <= found <= NEWEST:
        sys.exit(
            "course.py: Python {}.{} to {}.{} is needed, and this is Python {}.{} ({}): install "
            "Python 3.12 from https://www.python.org/downloads/ and start course.py "
            "with it.".format(*(OLDEST + NEWEST + found + (sys.executable,)))
        )
    # Before any other tinyml_helpers; with `-P`, `-I` or PYTHONSAFEPATH Python doesn't look here.
    sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120
    from tinyml_helpers.course import front_door

    # Told to end, as when Ctrl-C is pressed, an unfinished installation is cleared away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return front_door.main(sys.argv[1:], __doc__)


if __name__ == "__main__":
    sys.exit(main())
