"""Files that are written whole or not at all, and the folder for a student's own."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tinyml_helpers.files import my_work, write_whole


def test_a_file_is_written_and_replaced_in_a_folder_made_for_it(tmp_path):
    path = tmp_path / "new" / "file.txt"
    for text in ("größer\nals\n", "eins"):
        write_whole(path, text)
        assert path.read_bytes() == text.encode()
    assert list(path.parent.iterdir()) == [path]


def test_interrupted_writing_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    write_whole(path, "old")

    def disk_full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", disk_full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


_WRITER = """
import sys
from tinyml_helpers.files import my_work, write_whole
for turn in range(150):
    write_whole(sys.argv[1], sys.argv[2] * 5000)
"""


def test_processes_and_threads_that_write_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "file.txt"
    write_whole(path, "")
    command = [sys.executable, "-c", _WRITER, str(path)]
    writers = [subprocess.Popen([*command, letter], stderr=subprocess.PIPE) for letter in "ab"]
    seen = set()
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(write_whole, path, letter * 5000) for letter in "cdef" * 100]
        while any(writer.poll() is None for writer in writers):
            seen.add(path.read_text())
    assert [writer.communicate()[1] for writer in writers] == [b"", b""]
    assert [job.result() for job in jobs] == [None] * 400
    assert seen - {""} <= {letter * 5000 for letter in "abcdef"}
    assert list(tmp_path.iterdir()) == [path]


def test_bytes_are_written_as_they_are(tmp_path):
    write_whole(tmp_path / "file", b"a\r\n\xff")
    assert (tmp_path / "file").read_bytes() == b"a\r\n\xff"


@pytest.mark.skipif(os.name != "posix", reason="Windows asks for rights to make a link")
def test_a_link_and_the_files_mode_stay(tmp_path):
    (tmp_path / "far").mkdir()
    far, link = tmp_path / "far" / "file.txt", tmp_path / "file.txt"
    far.write_text("old")
    far.chmod(0o600)
    link.symlink_to(far)
    write_whole(link, "new")
    assert link.is_symlink() and far.read_text() == "new" and far.stat().st_mode & 0o777 == 0o600


def test_what_a_killed_program_left_is_cleared_and_what_is_being_written_is_not(tmp_path):
    old, new = tmp_path / ".1.unfinished", tmp_path / ".2.unfinished"
    for left in (old, new):
        left.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    write_whole(tmp_path / "file.txt", "")
    assert {path.name for path in tmp_path.iterdir()} == {new.name, "file.txt"}


@pytest.mark.parametrize("place", ["", "notebooks", "my_work/lessons", "data/deep"])
def test_my_work_is_that_of_the_workbook_one_works_in(tmp_path, monkeypatch, place):
    for folder in ("notebooks", place):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / place)
    assert my_work("faces", "me.png") == tmp_path / "my_work" / "faces" / "me.png"
    assert not (tmp_path / "my_work" / "faces").exists()


def test_my_work_outside_of_any_workbook_is_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert my_work() == tmp_path / "my_work"
