"""`.venv` as a folder: the next one is made beside it, and takes its place when it is finished.

Nothing half-made ever has its name, and what the workbook didn't make is kept under another.
"""

import contextlib
import os
import re
import shlex
import shutil

from tinyml_helpers.course import environment
from tinyml_helpers.files import unused_name, write_whole

#: What pip begins a script with: the line that names its Python, plain, or for a long path.
_NAMES_PYTHON = re.compile(rb"#![^\n]*/bin/python[^\n]*\n|#!/bin/sh\n'''exec' [^\n]*\n' '''\n")
#: The same inside the programs that pip makes of scripts on Windows.
_NAMES_PYTHON_EXE = re.compile(rb'#!"?[^"\r\n]*\\(pythonw?\.exe)"?(?=[^"\r\n]*\r?\nPK\x03\x04)')


def place_of(root):
    """Where `.venv` is to be. What leads elsewhere, to a disk with room, is made there."""
    path = root / ".venv"
    keeps_place = is_ours(path) or not path.exists() or _is_empty(path)
    return path.resolve() if keeps_place else path


def is_ours(folder):
    """Whether the workbook made an environment: it has a stamp, maybe not the right one."""
    return (folder / "course.stamp").is_file()


@contextlib.contextmanager
def beside(root):
    """A folder's path beside `.venv`, empty; what it holds is gone if the block fails."""
    folder = place_of(root)
    new = folder.with_name(folder.name + ".new")
    _remove(new)
    try:
        yield new
    except BaseException:
        _remove(new)
        raise


def swap(root):
    """Put the finished environment in `.venv`'s place, and remove the old one or set it aside."""
    folder = place_of(root)
    new, old = (folder.with_name(folder.name + end) for end in (".new", ".old"))
    aside = None
    if os.path.lexists(folder):
        if folder.is_dir() and _is_empty(folder) and not folder.is_symlink():
            folder.rmdir()
        else:
            aside = old if is_ours(folder) else unused_name(folder)
            _remove(old)
            folder.rename(aside)
    try:
        new.rename(folder)
    except OSError:
        if aside:
            aside.rename(folder)
        raise
    if aside == old:
        _remove(old)
    elif aside:
        print(
            f"The workbook didn't make the .venv that was there: it is kept as {aside.name}.",
            flush=True,
        )


def is_anything_left(root):
    """Whether there is what a killed program left, or another is making."""
    folder = place_of(root)
    return any(folder.with_name(folder.name + end).exists() for end in (".new", ".old"))


def recover(root):
    """Finish what a killed program was doing, or undo it."""
    folder = place_of(root)
    new, old = (folder.with_name(folder.name + end) for end in (".new", ".old"))
    if is_ours(new) and environment.stamp_found(new) == environment.stamp_wanted(root, new):
        swap(root)
    elif not os.path.lexists(folder) and is_ours(old):
        old.rename(folder)
    _remove(new)
    _remove(old)


def copy(folder, new):
    """Copy an environment, by a second name for each file where the disk has such: in seconds.

    Whoever changes a file of the copy must write another under its name, as pip does.
    """
    shutil.copytree(folder, new, symlinks=True, copy_function=_link)


def forget_python(folder):
    """Remove an environment's Python, which doesn't run, so that another can take its place."""
    for name in ("python", "python3", "python.exe", "pythonw.exe"):
        (environment.python_in(folder).parent / name).unlink(missing_ok=True)
    for versioned in environment.python_in(folder).parent.glob("python3.*"):
        versioned.unlink()


def point_scripts(folder, place):
    """Have the scripts of an environment name the Python of the place where it will be."""
    programs = environment.python_in(folder).parent
    for file in programs.iterdir():
        if file.is_symlink() or not file.is_file() or file.stat().st_size > 2**20:
            continue
        data = file.read_bytes()
        if file.name.startswith("activate"):
            pointed = data.replace(os.fsencode(folder), os.fsencode(place))
        else:
            pointed = _pointed(data, environment.python_in(place))
        if pointed != data:
            write_whole(file, pointed)


def _pointed(data, python):
    """A script's bytes, or those of a program that holds one, with the path of another Python."""
    # In two lines of shell, which Python reads as a string: any path, of any length.
    line = f"#!/bin/sh\n'''exec' {shlex.quote(str(python))} \"$0\" \"$@\"\n' '''\n"
    if _NAMES_PYTHON.match(data):
        return _NAMES_PYTHON.sub(lambda _: os.fsencode(line), data, count=1)
    folder = os.fsencode(str(python.parent))
    return _NAMES_PYTHON_EXE.sub(lambda found: b'#!"%b\\%b"' % (folder, found[1]), data)


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # a disk without second names, or too many of them
        shutil.copy2(source, target)


def _is_empty(folder):
    return folder.is_dir() and not any(folder.iterdir())


def _remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
