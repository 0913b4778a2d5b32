"""Names in archives, of every kind: none leads out of the folder, on any system."""

import ntpath
import posixpath
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tinyml_helpers.datasets import ArchiveError
from tinyml_helpers.datasets.unpack import member_path

PARTS = st.sampled_from(
    [
        "",
        ".",
        "..",
        "...",
        " ",
        ".. ",
        "a",
        "a.wav",
        "C:",
        "NUL",
        "nul.txt",
        "~",
        "$HOME",
        "\\",
        "é",
    ]
) | st.text(max_size=5)
NAMES = st.builds(
    lambda root, parts: root + "/".join(parts), st.sampled_from(["", "/"]), st.lists(PARTS)
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(NAMES | st.text())
@example("a/../../b")
@example("a\\..\\..\\b")
@example("D:b")
def test_no_name_leads_out_on_any_system(name):
    try:
        path = str(member_path(name))
    except ArchiveError:
        return
    for system, base in ((posixpath, "/data/set"), (ntpath, "D:\\data\\set")):
        landed = system.normpath(system.join(base, path))
        assert landed == base or landed.startswith(base + system.sep)
        assert not any(part.endswith((".", " ")) for part in path.split("/") if path != ".")


@pytest.mark.parametrize(
    ("longest", "too_long"),
    [
        ("x" * 255, "x" * 256),
        ("ö" * 127, "ö" * 128),  # of two bytes each
        ("/".join("x" * 32), "/".join("x" * 33)),
        ("/".join(["x" * 199] * 5) + "y", "/".join(["x" * 199] * 5) + "yz"),  # of 1,000 letters
    ],
)
def test_names_that_some_file_system_cannot_keep_are_refused(longest, too_long):
    assert member_path(longest) == PurePosixPath(longest)
    with pytest.raises(ArchiveError, match=r"too long or too deep|1,001 characters: 1,000 are"):
        member_path(too_long)
