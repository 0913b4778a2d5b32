"""Where the site goes, and what keeps it from going there."""

import pytest
from places import ROOT

from tinyml_helpers.course import front_door
from website import build


@pytest.fixture
def quick(monkeypatch):
    """Building without Sphinx or a compiler: a page, the marks of a site, and a live page."""

    def run_sphinx(texts, made):
        assert (texts / "index.md").exists()
        (made / "_static").mkdir(parents=True)
        (made / "_sources").mkdir()
        (made / "_static" / "webpack-macros.html").touch()
        for name in ("index.html", "searchindex.js", "objects.inv"):
            (made / name).write_text("new")

    def live(folder, home):
        folder.mkdir()
        (folder / "index.html").write_text(f"home: {home}")

    monkeypatch.setattr(build, "run_sphinx", run_sphinx)
    monkeypatch.setattr(build.wasm, "build", live)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("place", ["site", "a/b/site"])
def test_a_site_goes_where_nothing_is(quick, tmp_path, place):
    build.build(tmp_path / place)
    assert (tmp_path / place / "index.html").read_text() == "new"
    assert names((tmp_path / place).parent) == ["site"]  # nothing else is left


def test_a_site_replaces_a_site_and_has_live_pages_that_lead_back(quick, tmp_path):
    place = tmp_path / "site"
    build.build(place)
    (place / "old.html").touch()
    build.build(place)
    assert "old.html" not in names(place)
    home = (place / "live" / "index.html").read_text().removeprefix("home: ")
    assert (place / "live" / home).resolve() == place / "index.html"


def test_a_folder_with_other_things_is_refused_and_kept(quick, tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(build.CannotBuild, match="holds other things: give `--to`"):
        build.build(tmp_path)
    assert names(tmp_path) == ["thesis.txt"]


def test_a_fault_leaves_the_old_site(quick, tmp_path, monkeypatch):
    build.build(tmp_path / "site")

    def refuse(*_):
        raise build.CannotBuild("no")

    monkeypatch.setattr(build, "run_sphinx", refuse)
    with pytest.raises(build.CannotBuild):
        build.build(tmp_path / "site")
    assert names(tmp_path) == ["site"] and (tmp_path / "site" / "index.html").exists()


@pytest.mark.parametrize("text", ["# A\n\n[x](#gone)\n", "# A\n\n```{gone}\n```\n"])
def test_sphinx_finds_fault_with_a_wrong_page(tmp_path, text):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "index.md").write_text(text)
    (tmp_path / "texts" / "picture_words.json").write_text("{}")
    with pytest.raises(build.CannotBuild, match="Sphinx found fault"):
        build.run_sphinx(tmp_path / "texts", tmp_path / "made")


def test_the_front_door_builds_into_site_or_elsewhere(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(front_door, "_prepared", lambda: "python")
    monkeypatch.setattr(front_door, "_become", lambda _python, *words: calls.append(words) or 0)
    monkeypatch.chdir(tmp_path)
    front_door.main(["site"], "")
    front_door.main(["site", "--to", "pages"], "")
    assert calls == [("website", ROOT / "site"), ("website", tmp_path / "pages")]
