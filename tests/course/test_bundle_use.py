"""Packages that came along with a workbook: found, checked, and used instead of a network."""

import os
import re

import pytest
import tiny_wheels
from front_door_copy import path_with_uv

from tinyml_helpers.course import (
    bundle_targets,
    bundle_use,
    environment,
    installer,
    pip_runner,
    uv_runner,
)

HERE = bundle_targets.here()
ELSEWHERE = bundle_targets.Target("windows" if HERE.system != "windows" else "linux", HERE.python)
pytestmark = pytest.mark.skipif(HERE is None, reason="no packages for this system exist")


@pytest.fixture
def along(root, tmp_path):
    """Puts two wheels where they come along with the workbook; returns their folder."""
    root.pip_will()
    paths = [tiny_wheels.make(tmp_path / "made", name) for name in ("one", "two")]

    def put(folder=None, target=HERE):
        folder = folder or root.path / "wheels"
        tiny_wheels.come_along(folder, root.path, target, paths)
        return folder

    return put


def test_a_workbook_without_any_fetches_as_always(root, along, capsys):
    assert bundle_use.find(root.path) is None
    (root.path / "wheels").mkdir()  # a folder of somebody's
    (root.path / "wheels" / "one.sha256").touch()
    installer.ensure(root.path)
    said = capsys.readouterr().out
    assert "985 MB to download" in said and "wheels" not in said


@pytest.mark.parametrize("beside", [False, True])
def test_pip_takes_them_and_asks_no_network(root, along, capsys, beside):
    wheels = along(root.path.parent / "wheels" if beside else None)
    installer.ensure(root.path)
    said = capsys.readouterr().out
    assert f"once: from {wheels}, 3.3 GB on disk" in said and "download" not in said
    assert "checking the packages" in said and environment.is_ready(root.path)
    variables = pip_runner._variables(root.path, root.folder)
    assert {name: value for name, value in variables.items() if name.startswith("PIP_")} == {
        "PIP_NO_INDEX": "true",
        "PIP_FIND_LINKS": wheels.as_uri(),
        "PIP_CONFIG_FILE": os.devnull,
    }
    assert not re.search(r"\s", variables["PIP_FIND_LINKS"])  # pip takes it for a list


@pytest.mark.skipif(os.name != "posix", reason="uv isn't used on Windows")
def test_uv_takes_them_and_asks_no_network(root, along, monkeypatch):
    wheels = along()
    options = "--default-index --require-hashes --index-strategy --no-config"
    script = f'case "$*" in *--help*) echo \'{options}\'; exit;; esac\necho "$@" > said; env > has'
    path_with_uv(root.path, script)
    assert uv_runner.find()
    installer.ensure(root.path)
    assert "--no-index" in (root.path / "said").read_text(encoding="utf-8").split()
    has = (root.path / "has").read_text(encoding="utf-8").splitlines()
    assert f"UV_FIND_LINKS={wheels.as_uri()}" in has
    assert not [line for line in has if line.startswith(("UV_DEFAULT_INDEX", "UV_INDEX"))]


def test_those_for_another_computer_are_said_to_be_and_not_taken(root, along, capsys):
    along(target=ELSEWHERE)
    installer.ensure(root.path)
    said = capsys.readouterr().out
    assert f"are for {ELSEWHERE}, and this is {HERE}; trying the network." in said
    assert "985 MB to download" in said and bundle_use.find(root.path) is None


def test_those_for_two_computers_serve_both(root, along):
    wheels = along(target=ELSEWHERE)
    along()
    assert bundle_use.find(root.path) == wheels


def test_those_of_another_lock_are_said_to_be_and_not_taken(root, along, capsys):
    along()
    root.change_lock()
    installer.ensure(root.path)
    assert "those of another version of the workbook; trying" in capsys.readouterr().out


def flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


DAMAGES = {
    "a bit": (lambda wheels: flip(wheels / "two-1.0-py3-none-any.whl"), "two-1.0.* isn't as it"),
    "half": (
        lambda wheels: os.truncate(wheels / "one-1.0-py3-none-any.whl", 50),
        "one-1.0.* isn't",
    ),
    "gone": (lambda wheels: (wheels / "two-1.0-py3-none-any.whl").unlink(), "two-1.0.* is missing"),
    "no list": (lambda wheels: os.truncate(wheels / HERE.list_name, 0), "sha256 in .* isn't as"),
    "half a list": (lambda wheels: os.truncate(wheels / HERE.list_name, 120), "sha256 in .* isn't"),
}


@pytest.mark.parametrize("damage, sentence", DAMAGES.values(), ids=DAMAGES)
def test_damaged_ones_are_named_and_nothing_is_installed(root, along, damage, sentence):
    damage(along())
    assert "unpack the workbook again" in root.refused(sentence)
    assert not root.calls() and not list(root.path.glob(".venv*"))


def test_an_update_whose_packages_are_damaged_goes_on_with_those_of_before(root, along, capsys):
    root.install()
    root.change_lock()
    flip(along() / "two-1.0-py3-none-any.whl")
    installer.ensure(root.path)
    assert "packages of before" in capsys.readouterr().err and not root.calls()


def test_a_computer_that_none_of_them_serves_is_told_so(root, along):
    along()
    root.pip_will("ERROR: No matching distribution found for one==1.0", 1)
    assert "one==1.0 is for a newer system" in root.refused("don't serve this computer")
    root.pip_will("[Errno 28] No space left on device", 1)
    root.refused("The disk is full")


def test_a_list_is_as_sha256sum_writes_it(tmp_path):
    file = tmp_path / "empty"
    file.touch()
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # of no bytes
    assert bundle_use.line_of(bundle_use.sha256_of(file), "empty") == f"{empty}  empty\n"


@pytest.mark.parametrize(
    "python, target", [("3.12", True), ("3.10", False), ("3.14", False), ("none", False)]
)
def test_a_target_is_known_by_its_list(python, target):
    here = bundle_targets.here(python)
    assert (here is not None) == target
    if here:
        assert bundle_targets.from_list_name(here.list_name) == here
    assert bundle_targets.from_list_name(f"{HERE.system}-python{python}.sha25") is None
