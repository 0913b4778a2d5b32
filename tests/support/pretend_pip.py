"""A workbook folder whose environments are real but empty, and a pip that only says things."""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from front_door_copy import copy_front_door, path_with_uv

from tinyml_helpers.course import environment, installer

_PIP = """
import json, os, pathlib, sys
if sys.argv[1] == "config":
    sys.exit()
notes = pathlib.Path("calls.json")
known = json.loads(notes.read_text()) if notes.exists() else []
known.append([sys.argv[1:], (pathlib.Path(sys.prefix) / "course.stamp").exists(), sys.prefix])
notes.write_text(json.dumps(known))
if "--no-index" in sys.argv and {only_online}:
    sys.exit()
pathlib.Path(sys.prefix, "half").touch()
print({said!r})
sys.exit({code})
"""


class Workbook:
    """A workbook folder; `made` are the environments made in it."""

    def __init__(self, folder):
        self.path = copy_front_door(folder)
        self.made = []
        for module in ("tensorflow", "keras"):
            self.put(f"{module}.py", "")
        for module in ("matplotlib/pyplot", "ipykernel/kernelapp", "jupyterlab/labapp"):
            (self.path / module).parent.mkdir()
            self.put(f"{module}.py", "")

    @property
    def folder(self):
        return self.path / ".venv"

    @property
    def stamp(self):
        return self.folder / "course.stamp"

    def put(self, name, text):
        (self.path / name).write_text(text, encoding="utf-8")

    def pip_will(self, said="", code=0, only_online=False):
        """Put a pip into the folder that says `said`; Python prefers it to the installed one.

        With `only_online` it succeeds, saying nothing, where it isn't to use a network.
        """
        self.put("pip.py", _PIP.format(said=said, code=code, only_online=only_online))

    def calls(self):
        """What pip was called with since: words, whether there was a stamp, the environment."""
        notes = self.path / "calls.json"
        said = json.loads(notes.read_text()) if notes.exists() else []
        notes.unlink(missing_ok=True)
        return said

    def install(self):
        self.pip_will("Installing collected packages: one, two")
        installer.ensure(self.path)
        (self.folder / "old").touch()
        self.made.clear()
        self.calls()

    def change_lock(self):
        self.put("requirements.txt", "# another lock\n")

    def move(self, name="moved"):
        self.path = self.path.rename(self.path.parent / name)

    def refused(self, match):
        """`ensure` stops with one sentence that matches; returns it."""
        with pytest.raises(installer.Stop, match=match) as stopped:
            installer.ensure(self.path)
        sentence = str(stopped.value)
        assert "\n" not in sentence and sentence.endswith(".")
        assert not environment.is_ready(self.path)
        return sentence

    def beside(self):
        """The names of what stands beside `.venv`, which may be there or not."""
        return sorted(path.name for path in self.path.glob(".venv?*"))


def workbook(folder, monkeypatch):
    """A `Workbook` whose environments have no pip of their own; this computer has no uv."""
    made = Workbook(folder)
    create = venv.create

    def create_bare(place, **options):
        made.made.append(place)
        create(place, **options | {"with_pip": False})

    monkeypatch.setattr(installer.venv, "create", create_bare)
    monkeypatch.setenv("PATH", path_with_uv(made.path))
    return made


def python_elsewhere(folder):
    """This Python under another path, which can be taken away."""
    base = Path(sys._base_executable).resolve()
    folder.mkdir()
    link = folder / base.name
    link.symlink_to(base)
    return link


def runs(root):
    """Whether the environment's Python starts."""
    python = environment.python_of(root)
    return bool(shutil.which(python)) and not subprocess.run([python, "-c", ""]).returncode
