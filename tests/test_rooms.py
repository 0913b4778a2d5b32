"""The rooms of tinyml_helpers, in what import-linter doesn't see: C, prose, and hidden imports.

Their order is in pyproject.toml, where import-linter reads it too.
"""

import ast
import functools
import re
import tomllib
from graphlib import TopologicalSorter

import pytest
from places import ROOT

PACKAGE = ROOT / "tinyml_helpers"
#: What runs on a board, or is about boards, serves every application and names none.
SERVES_ALL = ("boards", "emulator", "firmware", "link", "micro")

#: A word that only an application has, alone or as a part of a name. What one looks up in a table,
#: or where a surface or an interface is, is ordinary English.
_OWN = re.compile(
    r"\b(listen(s|er|ed|ing)?|look(s|er|ed|ing)?(?!-up|( \w+)? up\b)|spotter|keywords?|faces?"
    r"|enrol\w*)\b",
    re.IGNORECASE,
)
#: Written by `firmware.linking` for each program.
_MADE = {"program_application.h"}

_INCLUDE = re.compile(r'#include "([\w./]+)"')


def _below():
    """For each room with a place in pyproject.toml, the set of those it may know."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = {}
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] != "layers":
            continue
        (container,) = contract["containers"]
        prefix = container.removeprefix("tinyml_helpers").removeprefix(".")
        under = set(known.get(prefix, ()))
        for line in reversed(contract["layers"]):
            rooms = [f"{prefix}.{room}".lstrip(".") for room in line.split(" | ")]
            known |= {room: set(under) for room in rooms}
            under |= set(rooms)
    return known


BELOW = _below()


@functools.cache
def files(*endings):
    return [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in endings]


def room_of(path):
    first, *rest = path.relative_to(PACKAGE).with_suffix("").parts
    return f"applications.{rest[0]}" if first == "applications" else first


def included(path):
    """The package's files that a file includes, by the names it uses; a list for each.

    A name is one of the same room if that has such a file. Else it may be any room's.
    """
    for name in sorted(set(_INCLUDE.findall(path.read_text(encoding="utf-8")))):
        if name in _MADE:
            continue
        beside = (path.parent / name).resolve()
        named = [other for other in files(".c", ".h") if other.name == name.split("/")[-1]]
        same = [other for other in named if room_of(other) == room_of(path)]
        yield name, [beside] if beside.exists() else same or named


def words_of_applications(text):
    """What `_OWN` finds in a line, in the parts of names too: of_this, ofThis and OfThis."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("_", " "))
    return [found[0] for found in _OWN.finditer(apart)]


def test_every_room_has_a_place_in_the_order():
    rooms = {room_of(path) for path in files(".py") if path.parent != PACKAGE}
    assert rooms - {"applications.__init__"} <= set(BELOW)
    assert {"signals", "micro"} <= BELOW["applications.keywords"] >= {"applications.trained_models"}
    assert "applications.faces" not in BELOW["applications.keywords"]


def test_imports_of_the_package_stand_on_top_of_a_file():
    """One inside a function hides what a file needs, and often a circle."""
    hidden = []
    for path in files(".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in set(ast.walk(tree)) - set(tree.body):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            relative = getattr(node, "level", 0) if isinstance(node, ast.ImportFrom) else 0
            if relative or any(name.split(".")[0] == "tinyml_helpers" for name in names):
                hidden.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert not hidden, "\n".join(sorted(hidden))


def test_c_includes_only_from_its_own_room_and_those_below():
    wrong, checked = [], 0
    for path in files(".c", ".h", ".py"):
        for name, found in included(path):
            said = f'{path.relative_to(PACKAGE)}: "{name}"'
            if len(found) != 1:
                wrong.append(f"{said} is {len(found)} files")
                continue
            room, other = room_of(path), room_of(found[0])
            if other != room and other not in BELOW[room]:
                wrong.append(f"{said} is of {other}")
            checked += 1
    assert not wrong, "\n".join(wrong)
    assert checked > 100


def test_no_circle_among_includes():
    graph = {}
    for path in files(".c", ".h"):
        graph[path] = [file for _, found in included(path) for file in found]
    assert len(list(TopologicalSorter(graph).static_order())) > 50  # raises CycleError


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in files(".py")}), ids=lambda folder: folder.name
)
def test_a_room_says_what_it_is_for_and_what_it_knows(folder):
    says = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert len(re.findall(r"[.:](?=\s|$)", says)) >= 2, "what is it for, and what may it know?"
    assert re.search(r"\bknows?\b", says), "say what it may know: 'This room knows ...'"


@pytest.mark.parametrize("room", SERVES_ALL)
def test_what_serves_every_application_names_none(room):
    named = []
    for path in files(".py", ".c", ".h", ".ld"):
        if room_of(path) != room:
            continue
        lines = [path.name, *path.read_text(encoding="utf-8").splitlines()]
        for number, line in enumerate(lines):
            if words_of_applications(line):
                named.append(f"{path.relative_to(PACKAGE)}:{number}: {line.strip()}")
    assert not named, f"words of an application in {len(named)} lines:\n" + "\n".join(named)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("an interface on the surface of a lookup table; one looks it up", []),
        ("others look up where; a look-up", []),
        ("kw_listen(LOOKER, boardSpotter)", ["listen", "LOOKER", "Spotter"]),
        ("Enrolment of BoardFaces: look under it", ["Enrolment", "Faces", "look"]),
    ],
)
def test_words_of_applications_are_found_in_names(text, words):
    assert words_of_applications(text) == words
