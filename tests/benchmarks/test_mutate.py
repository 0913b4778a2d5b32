"""The changes that the mutation benchmark plants: what code does, and never wording or annotations;
and that what comes of one is told rightly."""

import importlib
import sys
from collections import Counter
from pathlib import Path

import benchmark_runner
import places
import pytest

TEXT = '''\
"""What it does, if n > 4."""
import os
__all__ = ["twice"]


@wrapped(1)
def twice(n: int = 3, room="b") -> "a":
    """Text, and 5."""
    if len(n) > 7 and not isinstance(n, list):
        raise ValueError("n" + "m", 9)
    return n << 1, "give a number", "utf-8"
'''


@pytest.fixture
def mutate(monkeypatch):
    pytest.importorskip("mutmut", reason="mutmut, which makes the changes, is not installed")
    monkeypatch.syspath_prepend(str(places.ROOT / "benchmarks"))
    import mutate

    return mutate


def test_without_mutmut_it_says_how_to_install_it(monkeypatch):
    monkeypatch.syspath_prepend(str(places.ROOT / "benchmarks"))
    monkeypatch.setitem(sys.modules, "mutmut", None)
    monkeypatch.delitem(sys.modules, "mutate", raising=False)
    with pytest.raises(SystemExit, match=r"pip install --no-deps mutmut==\S+ libcst=="):
        importlib.import_module("mutate")


def test_each_change_is_small_and_of_what_runs(mutate):
    module, found = mutate.sites(TEXT)
    lines = TEXT.splitlines()
    changed = set()
    for node, instead in found:
        new = module.deep_replace(node, instead).code.splitlines()
        [(number, line)] = [(n, line) for n, line in enumerate(new) if line != lines[n]]
        changed.add((number + 1, line.strip()))
    numbers_and_strings = {
        (7, 'def twice(n: int = 4, room="b") -> "a":'),
        (7, 'def twice(n: int = 3, room="XXbXX") -> "a":'),
        (7, 'def twice(n: int = 3, room="B") -> "a":'),
        (9, "if len(n) > 8 and not isinstance(n, list):"),
        (11, 'return n << 2, "give a number", "utf-8"'),
        (11, 'return n << 1, "give a number", "XXutf-8XX"'),
        (11, 'return n << 1, "give a number", "UTF-8"'),
    }
    operators = {
        (9, "if len(n) >= 7 and not isinstance(n, list):"),
        (9, "if len(n) > 7 or not isinstance(n, list):"),
        (9, "if len(n) > 7 and isinstance(n, list):"),
        (11, 'return n >> 1, "give a number", "utf-8"'),
    }
    assert changed == numbers_and_strings | operators


def test_every_module_that_does_something_has_changes(mutate):
    benchmark_runner.if_asked_for()
    for room in mutate.ROOMS:
        paths = list((places.ROOT / "tinyml_helpers" / room).rglob("*.py"))
        changes = {path: mutate.sites(path.read_text("utf-8"))[1] for path in paths}
        assert any(changes.values())
        assert all(some or path.stem in ("__init__", "errors") for path, some in changes.items())


def test_tests_of_a_module_come_before_those_of_its_neighbours(mutate):
    tests = mutate.tests_of(Path("tinyml_helpers/compress/fold.py"))
    first = [test.name for test in tests[:2]]
    assert first == ["test_fold.py", "test_layers.py"]  # the second imports from it
    assert len(tests) == len(list((places.ROOT / "tests/compress").rglob("test_*.py")))


ADD = "def add(a, b):\n    return a + b\n"


def test_a_change_is_counted_by_what_its_tests_say_and_taken_back(mutate, monkeypatch, tmp_path):
    root, copy = tmp_path / "root", tmp_path / "copy"
    module, test = "tinyml_helpers/sums/add.py", "tests/sums/test_add.py"
    for folder in (root, copy):
        for path in (folder / module, folder / test):
            path.parent.mkdir(parents=True)
        (folder / module).write_text(ADD)
        (folder / test).touch()
    monkeypatch.setattr(mutate.planted, "ROOT", root)
    for values, counted in (("0, 0) == 0", "survived"), ("1, 2) == 3", "killed")):  # of a - b
        imports = "from tinyml_helpers.sums.add import add"
        (copy / test).write_text(f"{imports}\n\n\ndef test_add():\n    assert add({values}\n")
        assert mutate._try_room(copy, "sums", 20, 0) == Counter([counted])
        assert (copy / module).read_text() == ADD


def test_a_difference_is_told_by_its_first_line(mutate):
    assert mutate._difference("a\n  b\nc\n", "a\n  d\nc\n") == (2, "b", "d")
    assert mutate._difference("a\nb\nc\n", "a\nc\n") == (2, "b", "c")


def test_what_is_the_same_program_or_none_does_not_count(mutate):
    text = "z = zip(a, b, strict=True)\n"
    assert mutate._makes_another_program(text, "z = zip(a, None, strict=True)\n")
    for new in ("z = zip(a, b, strict=False)", "z = zip(a, b, )", "z = zip(a, b strict=True)"):
        assert not mutate._makes_another_program(text, new)
