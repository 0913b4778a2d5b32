"""A project is a whole folder or none, and nothing of somebody else's is lost."""

import importlib
from pathlib import Path

import pytest
from places import DATA

from tinyml_helpers import export, firmware
from tinyml_helpers.export import sources
from tinyml_helpers.export.contents import Contents, Steps

#: The module: its function has the same name.
projects = importlib.import_module("tinyml_helpers.export.project")

MODEL = (DATA / "keywords" / "keyword_real.tflite").read_bytes()
CONTENTS = Contents(
    title="A model on a board",
    about="It answers the computer.",
    files={"src/main.c": "int main(void) { return 0; }\n", "build.sh": "#!/bin/sh\n"},
    steps=Steps("a cable", "press *Build*", "press *Flash*", "ask it", "| silence | the cable |"),
    sizes={"flash": 1000, "RAM": 300},
    has={"flash": 2000},
    tour={"src/main.c": "all there is"},
    programs=("build.sh",),
)


@pytest.fixture
def makes(monkeypatch):
    """A function: from now on there is one board, whose maker gives this, or raises it."""

    def make(contents):
        def maker(board, application, live):
            if isinstance(contents, Exception):
                raise contents
            return contents

        monkeypatch.setattr(projects, "makers", lambda: {"bench": maker})

    make(CONTENTS)
    return make


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_it_holds_what_it_says(makes, tmp_path):
    project = export.project("bench", MODEL, tmp_path / "new" / "one")
    assert project.folder == tmp_path / "new" / "one"
    assert list(project.files) == tree(project.folder)
    assert (project.folder / "src" / "main.c").read_text("utf-8") == CONTENTS.files["src/main.c"]
    assert (project.folder / "build.sh").stat().st_mode & 0o100
    assert not (project.folder / "src" / "main.c").stat().st_mode & 0o100
    assert [path.name for path in project.folder.parent.iterdir()] == ["one"]


def test_the_readme_has_five_steps_sizes_and_a_tour(makes, tmp_path):
    text = (export.project("bench", MODEL, tmp_path).folder / "README.md").read_text("utf-8")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert [heading[3:5] for heading in headings[1:6]] == ["1.", "2.", "3.", "4.", "5."]
    assert "| flash | 1,000 B | 50.0% of 2,000 B |" in text and "| RAM | 300 B |  |" in text
    assert "- `src/main.c`: all there is" in text


def test_a_project_replaces_the_one_that_was_there(makes, tmp_path):
    folder = tmp_path / "one"
    export.project("bench", MODEL, folder)
    (folder / "src" / "old.c").write_text("", encoding="utf-8")
    project = export.project("bench", MODEL, folder)
    assert tree(folder) == list(project.files)


def test_what_is_no_project_stays(makes, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(ValueError, match="aren't a project of the workbook; name a new folder"):
        export.project("bench", MODEL, tmp_path)
    with pytest.raises(ValueError, match=r"thesis\.txt is a file; name a folder"):
        export.project("bench", MODEL, tmp_path / "thesis.txt")
    assert tree(tmp_path) == ["thesis.txt"]


def test_an_empty_folder_is_taken(makes, tmp_path):
    assert "README.md" in export.project("bench", MODEL, tmp_path).files


def test_what_does_not_fit_leaves_nothing(makes, tmp_path):
    from tinyml_helpers import boards

    makes(firmware.DoesNotFit(boards.get("pico"), "RAM", 300_000, 270_336))
    with pytest.raises(firmware.DoesNotFit):
        export.project("bench", MODEL, tmp_path / "one")
    assert list(tmp_path.iterdir()) == []


def test_an_old_project_survives_a_disk_that_is_full(makes, tmp_path, monkeypatch):
    folder = tmp_path / "one"
    before = export.project("bench", MODEL, folder).files

    def full(path, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(Path, "write_bytes", full)
        export.project("bench", MODEL, folder)
    assert tree(folder) == list(before) and list(tmp_path.iterdir()) == [folder]


def test_an_old_project_survives_a_new_one_that_cannot_take_its_place(makes, tmp_path, monkeypatch):
    folder, rename = tmp_path / "one", Path.rename
    before = export.project("bench", MODEL, folder).files

    def held(path, target):
        if path.suffix == ".unfinished":
            raise PermissionError(13, "held by another program")
        return rename(path, target)

    with monkeypatch.context() as patch, pytest.raises(PermissionError):
        patch.setattr(Path, "rename", held)
        export.project("bench", MODEL, folder)
    assert tree(folder) == list(before) and list(tmp_path.iterdir()) == [folder]


def test_a_board_without_projects_is_named_with_those_that_have(tmp_path):
    with pytest.raises(ValueError, match="no projects for 'arduino uno'; choose one of"):
        export.project("arduino uno", MODEL, tmp_path)


def test_sources_are_all_a_program_includes():
    files = sources.sources(firmware.Application(MODEL), [])
    included = {name for text in files.values() for name in sources.included(text)}
    assert included <= set(files)
    assert {"main.c", "program.c", "tm_model.c", "program_application.h"} <= set(files)
    assert not any(name.startswith("board_") for name in files)


def test_a_header_that_is_missing_is_named(tmp_path):
    (tmp_path / "own.c").write_text('#include "nowhere.h"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"no header nowhere\.h"):
        sources.sources(firmware.Application(MODEL), [tmp_path / "own.c"])
