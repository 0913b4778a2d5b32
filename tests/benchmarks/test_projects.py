"""The benchmark of projects: what a program takes, and how long a port is."""

import benchmark_runner
from places import DATA

from tinyml_helpers import boards, firmware


def test_a_program_is_sized_as_it_was_exported_or_does_not_fit(monkeypatch):
    projects = benchmark_runner.load("projects")
    model = (DATA / "field_models" / "simulated.tflite").read_bytes()
    image = firmware.build(model, "pico", real=True)
    sizes = projects.takes(model, "pico")
    assert (sizes["flash"], sizes["RAM"]) == (image.flash_bytes, image.ram_bytes)
    assert sizes["file"] == len(firmware.uf2(image.elf))
    assert projects.takes(model, "nano33ble")["file"] == 0

    def too_large(*arguments):
        raise firmware.DoesNotFit(boards.get("pico"), "RAM", 300_000, 270_336)

    monkeypatch.setattr(projects.export, "project", too_large)
    assert projects.takes(model, "pico") is None


def test_lines_of_code_are_neither_empty_nor_comment(tmp_path):
    projects = benchmark_runner.load("projects")
    (tmp_path / "port.c").write_text("// a port\n\nint x;\nint y; // two\n", "utf-8")
    (tmp_path / "port.ld").write_text("/* where\n   things are */\nMEMORY {\n}\n", "utf-8")
    (tmp_path / "notes.md").write_text("none\n", "utf-8")
    assert projects.code_lines(tmp_path) == 4
    assert set(projects.programs()) >= {"keywords", "faces", "machines", "fields", "exercises"}
