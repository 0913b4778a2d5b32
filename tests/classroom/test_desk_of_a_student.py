"""A student's desk on a hub: beside the workbook, which stays as it is."""

import json
import os

from front_door_copy import copy_front_door, run

from tinyml_helpers.course import desk


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
