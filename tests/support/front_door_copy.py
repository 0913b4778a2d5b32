"""A copy of the front door in a folder of its own, for tests that mustn't touch this one."""

import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

import patience
from places import ROOT

from tinyml_helpers.course import environment

EMPTY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def copy_front_door(folder):
    """Copy what `course.py` needs before anything is installed; returns the new workbook folder.

    Its name has a space and letters beyond ASCII, as a student's folder may.
    """
    root = folder / "my cöurse"
    course = Path("tinyml_helpers", "course")
    (root / course).mkdir(parents=True)
    for name in ("course.py", "pyproject.toml", "requirements.txt", "conftest.py"):
        shutil.copy(ROOT / name, root)
    for name in ("__init__", "alt_text", "files"):
        shutil.copy(ROOT / "tinyml_helpers" / f"{name}.py", root / "tinyml_helpers")
    for file in (ROOT / course).glob("*.py"):
        shutil.copy(file, root / course)
    (root / "notebooks").mkdir()
    for name in ("00_first", "01_second"):
        (root / "notebooks" / f"{name}.ipynb").write_text(EMPTY, encoding="utf-8")
    return root


def make_ready(root):
    """Give the copy a finished `.venv` in a moment: one that borrows this Python's packages."""
    venv.create(root / ".venv", symlinks=os.name != "nt")
    packages = next((root / ".venv").rglob("site-packages"))
    borrowed = [path for path in sys.path if Path(path).name == "site-packages"]
    (packages / "borrowed.pth").write_text(
        "\n".join(borrowed or site.getsitepackages()), encoding="utf-8"
    )
    stamp(root)


def stamp(root):
    """Stamp the copy's `.venv` as the installer does."""
    text = "\n".join(environment.stamp_wanted(root, root / ".venv"))
    (root / ".venv" / "course.stamp").write_text(text, encoding="utf-8")


def path_with_uv(root, script="exit 1"):
    """PATH on which a script is the uv: one that can't do anything, unless told.

    This computer's own would fetch what a pretended pip doesn't.
    """
    uv = root.parent / "programs" / "uv"
    uv.parent.mkdir(exist_ok=True)
    uv.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    uv.chmod(0o755)
    return f"{uv.parent}{os.pathsep}{os.environ.get('PATH', '')}"


def start(root, *words, python=sys.executable, **options):
    """Start `course.py` in the copy, without uv; returns the Popen, its output captured as text."""
    options["env"] = {**options.get("env", os.environ), "PATH": path_with_uv(root)}
    return subprocess.Popen(
        [python, "course.py", *words],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        **options,
    )


def run(root, *words, **options):
    """Run `course.py` in the copy to its end; returns its exit code, stdout and stderr."""
    process = start(root, *words, **options)
    said = process.communicate(timeout=patience.seconds(120))
    return process.returncode, *said
