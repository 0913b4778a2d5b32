"""The pages for readers name files and commands that are there."""

import re
import tomllib

import pytest
import yaml
from places import ROOT

from tinyml_helpers import boards

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


def test_the_readme_says_at_which_clocks_estimates_are():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    nano, pico = boards.get("nano33ble"), boards.get("pico")
    clocks = [board.clock_hz // 1_000_000 for board in (nano, pico)]
    assert "at {} MHz on the Nano and at {} MHz on the Pico".format(*clocks) in text
    clocks = [board.active_hz // 1_000_000 for board in (nano, pico)]
    assert "currents measured at {} and at {} MHz".format(*clocks) in text


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


def test_who_cites_it_cites_this_version():
    """The fields that the Citation File Format 1.2.0 asks for, and what stands elsewhere, too."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {cited['title']}\n")
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert all(author["name"] in licence for author in cited["authors"])
