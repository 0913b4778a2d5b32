"""The file of names and passwords: who may log in.

A table in CSV with the columns `name` and `password`, one row a student and one for the teacher.
The passwords stand in it as they are typed, since somebody has to hand them out: the file is its
owner's alone.
"""

import csv
import io
import re
import secrets

from tinyml_helpers.course.explaining import Stop
from tinyml_helpers.files import write_whole

#: Who may see and stop everybody's servers.
TEACHER = "teacher"

#: Letters of passwords: none that looks like another, and no case.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10  # letters: 49 bits, which nobody guesses over a network

#: Names are also those of folders, and parts of addresses.
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def make(path, students):
    """Write a file with new passwords, for the teacher, student01, student02 and so on.

    Args:
        path: the file; there mustn't be one.
        students: how many, from 1.

    Raises:
        OSError: it can't be written.
    """
    digits = max(2, len(str(students)))
    names = [TEACHER, *(f"student{number:0{digits}}" for number in range(1, students + 1))]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["name", "password"])
    table.writerows((name, _password()) for name in names)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)  # nobody else's from the start
    write_whole(path, text.getvalue())
    path.chmod(0o600)


def read(path):
    """Who may log in.

    Args:
        path: the file.

    Returns:
        A dict, name to password.

    Raises:
        Stop: the file isn't there or can't be read, has no such columns, a name that is none or
            that stands in it twice, or a password shorter than eight letters.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Stop(f"{path.name} can't be read ({error}): give the path of a CSV file.") from error
    known = {}
    for number, row in enumerate(rows, start=2):
        name, password = ((row.get(column) or "").strip() for column in ("name", "password"))
        if not _NAME.fullmatch(name):
            raise Stop(
                f"{path.name}, line {number}: {name!r} is no name; take small letters, digits, "
                "- and _, a letter first."
            )
        if len(password) < 8:
            raise Stop(f"{path.name}, line {number}: give {name} a password of eight or more.")
        if name in known:
            raise Stop(f"{path.name}, line {number}: {name} stands in it twice; take one away.")
        known[name] = password
    if not known:
        raise Stop(f"{path.name} names nobody: it needs the columns name and password, and rows.")
    return known


def _password():
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
