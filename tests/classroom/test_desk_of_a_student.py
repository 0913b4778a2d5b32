"""A student's desk on a hub: beside the workbook, which stays as it is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from front_door_copy import copy_front_door, run
from places import ROOT

from tinyml_helpers.course import desk

CONFIGURATION = ROOT / "classroom" / "jupyterhub_config.py"


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_student_of_a_hub_has_their_own_desk(tmp_path):
    root, home = copy_front_door(tmp_path / "workbook"), tmp_path / "ada"
    home.mkdir()
    (home / "notebooks").symlink_to(root / "notebooks")
    shared, theirs = everything(root), os.environ | {"TINYML_DESK": str(home)}
    code, out, err = run(root, "reset", "00", env=theirs)
    assert code == 0 and "my_work/lessons/00_" in out, err
    (mine,) = (home / desk.PLACE).glob("00_*.ipynb")
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["cells"][-1]["source"] = "My own words."
    mine.write_text(json.dumps(notebook), encoding="utf-8")
    code, _, err = run(root, "update", env=theirs)
    assert code == 0 and "My own words." in mine.read_text(encoding="utf-8"), err
    assert everything(root) == shared


@pytest.mark.skipif(os.name != "posix", reason="no hub there")
def test_a_server_that_has_ended_leaves_no_folder_and_runs_no_file_of_the_students(tmp_path):
    programs, home = tmp_path / "programs", tmp_path / ("x" * 60) / "ada"
    (programs / "jupyterhub").mkdir(parents=True)
    home.mkdir(parents=True)
    (home / "tempfile.py").write_text("raise SystemExit('mine')\n", encoding="utf-8")
    (programs / "jupyterhub" / "__init__.py").touch()
    (programs / "jupyterhub" / "singleuser.py").write_text(
        "import os, pathlib, sys\n"
        "def main():\n"
        "    folder = pathlib.Path(os.environ['JUPYTER_RUNTIME_DIR'])\n"
        "    print(folder, folder.is_dir(), '--KernelManager.transport=ipc' in sys.argv)\n",
        encoding="utf-8",
    )
    variables = os.environ | {
        "PYTHONPATH": f"{programs}:{ROOT}",
        "HOME": str(home),
        "TINYML_DESK": str(home),
        "TINYML_COMPILED": str(home / "none"),
        "TINYML_CACHE": str(home / "cache"),
    }
    variables.pop("JUPYTER_RUNTIME_DIR", None)
    words = re.search(r"OwnFolder\.cmd = \[sys\.executable, (.*)\]", CONFIGURATION.read_text())[1]
    started = subprocess.run(
        [sys.executable, *json.loads(f"[{words}]")],
        cwd=home,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    folder, was_there, told = started.stdout.split()
    assert was_there == told == "True" and not Path(folder).exists()
