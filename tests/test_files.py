"""Files that are written whole or not at all."""

import pytest

from tinyml_helpers.files import write_whole


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
