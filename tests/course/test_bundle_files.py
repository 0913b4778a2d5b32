"""Which files a box hands on, and that they are in its zip as they were."""

import os
import shutil
import subprocess
import zipfile

import pytest
from front_door_copy import copy_front_door
from places import ROOT

from tinyml_helpers.course import bundle_files


def test_without_git_the_same_files_are_found_by_what_is_ignored():
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    tracked, by_git = bundle_files.tracked(ROOT)
    assert by_git and {"course.py", "requirements.txt"} <= {str(name) for name in tracked}
    words = ["git", "ls-files", "-z", "--others", "--exclude-standard"]
    new = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout
    new = {name for name in new.decode().split("\0") if name}
    walked = {name.as_posix() for name in bundle_files._by_walking(ROOT, ())}
    assert walked - new == {name.as_posix() for name in tracked}


def test_what_a_reader_made_stays_out_of_a_box(tmp_path):
    root = copy_front_door(tmp_path)
    shutil.copy(ROOT / ".gitignore", root)
    before, by_git = bundle_files.tracked(root)
    assert not by_git
    for made in (
        "my_work/mine",
        "runs/a",
        ".venv.new/b",
        "x/__pycache__/c",
        "wheels/d.whl",
        "compiled/e.o",
        ".git",
    ):
        (root / made).parent.mkdir(parents=True, exist_ok=True)
        (root / made).touch()
    (root / "env").mkdir()
    (root / "env" / "pyvenv.cfg").touch()
    (root / "box").mkdir()
    (root / "box" / "README.txt").touch()
    assert bundle_files.tracked(root, leave_out=(root / "box",)) == (before, False)


def test_a_file_in_a_zip_is_as_it_was(tmp_path):
    source = tmp_path / "run"
    source.write_bytes(b"#!/bin/sh\n" * 100)
    source.chmod(0o755)
    os.utime(source, (0, 0))  # before zips begin to count
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        bundle_files.add(archive, source, "a/run")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (entry,) = archive.infolist()
        assert archive.read(entry) == source.read_bytes() and entry.compress_size < 100
        if os.name == "posix":
            assert entry.external_attr >> 16 & 0o777 == 0o755
