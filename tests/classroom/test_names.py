"""The file of names and passwords."""

import stat

import pytest

from classroom import names
from tinyml_helpers.course.explaining import Stop


def test_a_class_gets_names_and_passwords_of_its_own(tmp_path):
    file = tmp_path / "new" / "passwords.csv"
    names.make(file, 30)
    known = names.read(file)
    assert list(known)[:3] == ["teacher", "student01", "student02"] and len(known) == 31
    assert len(set(known.values())) == 31 and all(len(word) == 10 for word in known.values())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        names.make(file, 30)
    assert names.read(file) == known


def test_a_hundred_are_in_order(tmp_path):
    names.make(tmp_path / "p.csv", 120)
    known = list(names.read(tmp_path / "p.csv"))
    assert known[1] == "student001" and sorted(known[1:]) == known[1:]


def test_a_file_of_a_spreadsheet_is_read(tmp_path):
    file = tmp_path / "p.csv"
    file.write_bytes("\ufeffname,password,room\r\nada, byron1815 ,3\r\n".encode())
    assert names.read(file) == {"ada": "byron1815"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("name,password\nAda,byron1815", "line 2.*'Ada' is no name"),
        ("name,password\n../x,byron1815", "line 2.*no name"),
        ("name,password\nada,short", "line 2.*password of eight"),
        ("name,password\nada,byron1815\nada,byron1816", "line 3: ada stands in it twice"),
        ("name,password\n", "names nobody"),
        ("who,what\nada,byron1815", "line 2"),
        (b"\xff\xfe\x00", "can't be read"),
        (None, "can't be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, rows, said):
    file = tmp_path / "p.csv"
    if rows is not None:
        file.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    with pytest.raises(Stop, match=said):
        names.read(file)
