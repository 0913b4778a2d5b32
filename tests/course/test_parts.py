"""A part's packages: added once, again when its list changes, and never half believed."""

import pytest

from tinyml_helpers.course import environment, installer, parts, pip_runner
from tinyml_helpers.course.explaining import Stop


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A workbook with a part; `installed` notes what pip was told."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "requirements.txt").write_text("a==1 --hash=sha256:00\n")
    monkeypatch.setattr(installer, "ensure", lambda root: None)
    return tmp_path


@pytest.fixture
def installed(monkeypatch):
    told = []
    monkeypatch.setattr(pip_runner, "pip_install", lambda *words, **_: told.append(words[3:]))
    return told


def test_it_is_added_once_by_its_hashes(root, installed, capsys):
    parts.ensure("room", root)
    parts.ensure("room", root)
    assert len(installed) == 1 and "--require-hashes" in installed[0]
    assert installed[0][-2:] == ("-r", "room/requirements.txt")
    assert capsys.readouterr().out == "Adding what room needs, once.\n"


def test_another_list_is_added_again(root, installed):
    parts.ensure("room", root)
    (root / "room" / "requirements.txt").write_text("a==2 --hash=sha256:00\n")
    parts.ensure("room", root)
    assert len(installed) == 2


def test_what_failed_is_tried_again(root, monkeypatch, installed):
    def fails(*_words, **_options):
        raise Stop("There is no network.")

    works = pip_runner.pip_install
    monkeypatch.setattr(pip_runner, "pip_install", fails)
    with pytest.raises(Stop, match="no network"):
        parts.ensure("room", root)
    monkeypatch.setattr(pip_runner, "pip_install", works)
    parts.ensure("room", root)
    assert len(installed) == 1


@pytest.fixture
def cluster(root, installed):
    (root / "room").rename(root / "cluster")
    return root


def test_a_cluster_is_told_of_by_the_ray_that_was_added(cluster, installed, monkeypatch):
    monkeypatch.setattr(parts.sys, "platform", "linux")
    told = parts.cluster(cluster)
    assert installed[0][-1] == "cluster/requirements.txt"
    ray = environment.python_of(cluster).with_name("ray")
    assert f"RAY_AUTH_MODE=token {ray} start --head" in told and f"{ray} stop" in told


def test_where_ray_has_no_clusters_nothing_is_added(cluster, installed, monkeypatch):
    monkeypatch.setattr(parts.sys, "platform", "win32")
    with pytest.raises(Stop, match="on Linux only"):
        parts.cluster(cluster)
    assert not installed
