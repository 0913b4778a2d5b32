"""The programs that lessons put on boards: all are known, and what is made of them can be moved."""

import shutil
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from tinyml_helpers import firmware
from tinyml_helpers.applications import programs
from tinyml_helpers.course import bundle_compiled
from tinyml_helpers.toolchain import compiler


def test_each_application_is_among_them():
    known = {type(program).__module__ for program, _options in programs.of_lessons()}
    folder = Path(programs.__file__).parent
    files = {file.relative_to(folder.parents[1]) for file in folder.rglob("application.py")}
    modules = {".".join(file.with_suffix("").parts) for file in files}
    assert modules - known == {"tinyml_helpers.applications.stream.application"}  # what all share
    assert set(programs.BOARDS) <= set(firmware.BOARDS)


@pytest.fixture
def handed_on(tmp_path, monkeypatch):
    """A folder with what a box has of one program, moved; the cache it was made in is gone."""
    made, moved = tmp_path / "made", tmp_path / "mövéd"
    monkeypatch.setenv("TINYML_CACHE", "")  # what compile_into sets is gone after the test
    monkeypatch.setattr(programs, "BOARDS", ("pico",))
    programs.compile_into(made, programs.of_lessons()[:1])
    for pattern in bundle_compiled._FOR_BOARDS:
        for file in made.glob(pattern):
            place = moved / file.relative_to(made)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    left = {file.suffix for file in made.iterdir()} - {file.suffix for file in moved.iterdir()}
    assert not left, "something for this computer was compiled beside what is for boards"
    shutil.rmtree(made)
    return moved


def test_what_is_compiled_is_arms_and_serves_elsewhere(handed_on, monkeypatch):
    for file in handed_on.glob("*.o"):
        with file.open("rb") as opened:
            assert ELFFile(opened)["e_machine"] == "EM_ARM"
    # zig notes a library that it has made in one file, and there is one for a processor.
    assert len(list(handed_on.glob("zig/h/*"))) == len(list(handed_on.glob("runtime-*.elf"))) == 1
    monkeypatch.setenv("TINYML_CACHE", str(handed_on))
    compiled, cc = [], compiler.zig.cc

    def noting(words, scratch):
        compiled.extend(word for word in words if str(word).endswith(".c"))
        cc(words, scratch)

    monkeypatch.setattr(compiler.zig, "cc", noting)
    program, options = programs.of_lessons()[0]
    firmware.build(program, "pico", **options)
    assert not compiled
    # Nor has zig read its run-time library's source again, which it keeps translated in there.
    assert not list(handed_on.glob("zig/z/*"))
