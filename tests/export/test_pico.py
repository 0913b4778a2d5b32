"""A project for a Pico: the UF2 file, the sources, and that these make that file."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import patience
import pytest
import toy_shake
from places import DATA

from tinyml_helpers import boards, export, firmware, toolchain

MODEL = (DATA / "keywords" / "keyword_real.tflite").read_bytes()
PROGRAMS = ["model", "float model", "application"]


@pytest.fixture
def program(request, tiny_models):
    """A program by name."""
    make = {
        "model": lambda: MODEL,
        "float model": lambda: tiny_models["float32"],
        "application": lambda: toy_shake.Application(toy_shake.model()),
    }
    return make[request.param]()


def build(folder, *flags):
    """Run build.py as somebody who has only Python and the compiler."""
    cache = {"ZIG_GLOBAL_CACHE_DIR": str(toolchain.cache_folder() / "zig")}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *flags, folder / "build.py"],
        cwd=folder.parent,
        env=environment | cache,
        capture_output=True,
        text=True,
        timeout=patience.seconds(120),
    )


@pytest.mark.parametrize("program", PROGRAMS, indirect=True)
def test_its_sources_make_the_same_file_byte_for_byte(program, tmp_path):
    folder = tmp_path / "größe in here"
    project = export.project("pico", program, folder)
    file = folder / "firmware.uf2"
    written = file.read_bytes()
    assert written == firmware.uf2(firmware.build(program, "pico", real=True).elf)
    file.unlink()
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.read_bytes() == written
    assert f"{len(written) // 512} blocks" in done.stdout
    assert project.sizes["flash"] <= len(firmware.read_uf2(written)) < project.sizes["flash"] + 256


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project's folder."""
    folder = tmp_path_factory.mktemp("project") / "pico"
    export.project("pico", MODEL, folder)
    return folder


def test_the_readme_has_five_steps_and_the_sizes(folder):
    text = (folder / "README.md").read_text("utf-8")
    assert len(re.findall(r"^## \d\. ", text, re.M)) == 5
    image = firmware.build(MODEL, "pico", real=True)
    for size in (image.flash_bytes, image.ram_bytes, boards.get("pico").flash_bytes):
        assert f"{size:,} B" in text
    for word in (
        "BOOTSEL",
        "dialout",
        "plugdev",
        "Windows",
        "1200",
        "ziglang==",
        "For another model",
    ):
        assert word in text


def test_every_file_is_there_that_is_told_of(folder):
    text = (folder / "README.md").read_text("utf-8")
    told = re.findall(r"^- `([\w./]+)`: ", text, re.M)
    assert len(told) > 10
    assert [name for name in told if not (folder / name).is_file()] == []
    sources = json.loads((folder / "build.json").read_text("utf-8"))["sources"]
    assert sorted(sources) == sorted(path.name for path in (folder / "src").glob("*.c"))


def test_both_boards_get_one_file(folder, tmp_path):
    export.project("pico_w", MODEL, tmp_path / "w")
    assert (tmp_path / "w/firmware.uf2").read_bytes() == (folder / "firmware.uf2").read_bytes()
    text = (tmp_path / "w/README.md").read_text("utf-8")
    assert text.startswith("# A program for the Raspberry Pi Pico W")


def test_c_that_is_wrong_leaves_the_file_as_it_was(folder, tmp_path):
    export.project("pico", MODEL, tmp_path / "pico")
    file, main = tmp_path / "pico/firmware.uf2", tmp_path / "pico/src/main.c"
    written = file.read_bytes()
    main.write_text(main.read_text("utf-8") + "wrong\n", "utf-8")
    done = build(tmp_path / "pico")
    assert done.returncode == 1 and "the compiler refuses" in done.stderr
    assert "main.c" in done.stderr and file.read_bytes() == written


def test_without_the_compiler_it_says_what_to_install(folder):
    done = build(folder, "-S")  # without installed packages
    assert done.returncode == 1
    version = json.loads((folder / "build.json").read_text("utf-8"))["ziglang"]
    assert done.stderr.strip() == (
        f"the compiler is missing: python -m pip install ziglang=={version}"
    )


def test_another_compiler_is_said_to_make_another_file(folder, tmp_path):
    export.project("pico", MODEL, tmp_path / "pico")
    path = tmp_path / "pico/build.json"
    settings = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(settings | {"ziglang": "0.1", "sources": []}), "utf-8")
    assert "not 0.1: firmware.uf2 will differ" in build(tmp_path / "pico").stdout


def test_live_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(ValueError, match="a Pico has no sensor"):
        export.project("pico", MODEL, tmp_path / "pico", live=True)
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_is_refused_and_nothing_written(tmp_path):
    """Only the linker sees it: the model alone would fit."""
    flash = boards.get("pico").flash_bytes
    with pytest.raises(firmware.DoesNotFit) as caught:
        export.project("pico", MODEL.ljust(flash - 1000, b"\0"), tmp_path / "pico")
    assert caught.value.memory == "flash" and caught.value.over_bytes > 10_000
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_cannot_run_is_refused_and_an_old_project_stays(tmp_path):
    export.project("pico", MODEL, tmp_path / "pico")
    before = (tmp_path / "pico/firmware.uf2").read_bytes()
    noise = np.random.default_rng(0).bytes(5000)
    with pytest.raises(ValueError, match=r"no sound \.tflite file"):
        export.project("pico", noise, tmp_path / "pico")
    assert (tmp_path / "pico/firmware.uf2").read_bytes() == before
