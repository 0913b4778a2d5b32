"""The pages for readers name files and commands that are there."""

import re

import pytest
from places import ROOT

PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
#: Folders that a page's paths may start from.
STARTS = (ROOT, ROOT / "tinyml_helpers")
#: What stands for a name the reader chooses.
_CHOSEN = re.compile(r"NN|\bN_|name|topic|speech_commands_test_set")


@pytest.fixture(params=PAGES)
def page(request):
    return (ROOT / request.param).read_text(encoding="utf-8")


def test_files_that_a_page_names_are_there(page):
    named = set(re.findall(r"`([\w./]*/[\w./]*)`", page))
    named |= {path for path in re.findall(r"\]\(([\w./]+)\)", page) if "://" not in path}
    missing = [
        path
        for path in named
        if not _CHOSEN.search(path)
        and not re.match(r"(?:runs|my_work|solutions|c)/", path)
        and not any((start / path).exists() for start in STARTS)
    ]
    assert missing == []


def test_the_map_has_every_room():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in (ROOT / "tinyml_helpers").glob("*/__init__.py")]
    rooms += [path.parent.name for path in (ROOT / "tinyml_helpers").glob("applications/*/*.py")]
    picture = text.split("```")[1]
    assert [room for room in set(rooms) if not re.search(rf"\b{room}\b", picture)] == []


def test_the_eight_files_are_eight():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("Read these eight")[2]
    files = re.findall(r"^(\d)\. `([\w./]+)`", text, re.MULTILINE)
    assert [number for number, _ in files] == list("12345678")
    assert all((ROOT / path).exists() for _, path in files)
