"""Projects for a Raspberry Pi: what is in them, and what is refused."""

import configparser
import dataclasses
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import beating
import coaching
import listening
import looking
import on_pi
import patience
import pytest
import random_models
import spots
import toy_shake
import watching
from PIL import Image

from tinyml_helpers import boards, export, firmware

PROGRAMS = {
    "model": lambda: spots.detector(*looking.SMALL),
    "sound": lambda: listening.PROGRAM,
    "samples": lambda: beating.PROGRAM,
    "frames": lambda: looking.SMALL_PROGRAM,
}


@pytest.fixture(params=PROGRAMS)
def kind(request):
    return request.param


def projects(folder, kind):
    """A project of a kind as it is made, for each way that there is."""
    yield export.project("pi4", PROGRAMS[kind](), folder / "fed")
    if kind in ("sound", "frames"):
        yield export.project("pi4", PROGRAMS[kind](), folder / "live", live=True)


@pytest.mark.parametrize("board", ["pi3bplus", "pi4", "pi5"])
def test_each_board_gets_a_project_that_names_it(board, tmp_path):
    made = export.project(board, PROGRAMS["model"](), tmp_path / "project")
    figures = boards.get(board)
    readme = (made.folder / "README.md").read_text("utf-8")
    assert readme.startswith(f"# A model on a {figures.name}\n")
    assert "For another model export another project" in readme
    assert f'board_name[] = "{board}"' in (made.folder / "source/board_figures.c").read_text()
    assert board.encode() in (made.folder / "program").read_bytes()


def test_sizes_are_those_of_the_program(kind, tmp_path):
    for made in projects(tmp_path, kind):
        program = firmware.build_linux(PROGRAMS[kind](), "pi4")
        assert made.sizes == {"the program's file": len(program.elf), "RAM": program.ram_bytes}
        assert (made.folder / "program").read_bytes() == program.elf


def test_every_file_that_is_named_is_there_and_programs_can_be_run(kind, tmp_path):
    for made in projects(tmp_path, kind):
        readme = (made.folder / "README.md").read_text("utf-8")
        tour = readme.split("## What is in which file")[1]
        named = re.findall(r"^- `([^`]+)`:", tour, re.M)
        assert len(named) >= 9 and set(named) <= set(made.files)
        for name in ("program", "run.py", "source/build.sh"):
            assert os.access(made.folder / name, os.X_OK)
        assert "{" not in re.sub(r"```.*?```", "", readme, flags=re.S)  # no gap was left unfilled


def test_what_pip_installs_is_pinned(kind, tmp_path):
    for made in projects(tmp_path, kind):
        lines = (made.folder / "requirements.txt").read_text().splitlines()
        assert all(re.match(r'[\w-]+==[\d.]+(; python_version (<|>=) "3.13")?$', x) for x in lines)
        assert any(line.startswith("numpy==1.") for line in lines)  # for Bookworm's picamera2


def test_python_of_a_pi_imports_only_what_is_installed_there(kind, tmp_path):
    more = {"model": {"ai_edge_litert"}, "frames": {"PIL", "picamera2"}}
    known = {*sys.stdlib_module_names, "numpy", "talk", "protocol"}
    known |= more.get(kind, {"sounddevice"})
    for made in projects(tmp_path, kind):
        for path in made.folder.glob("*.py"):
            imported = re.findall(r"^\s*(?:import|from) (\w+)", path.read_text("utf-8"), re.M)
            assert len(imported) > 2 and set(imported) <= known


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (lambda: coaching.PROGRAM, "has no sensor of motion: export without live"),
        (lambda: watching.PROGRAM, "has no sensor of vibration: export without live"),
        (lambda: beating.PROGRAM, "only what takes sound can be live"),
        (lambda: toy_shake.Application(toy_shake.model()), "only what takes sound can be live"),
        (PROGRAMS["model"], "only what takes sound can be live"),
    ],
)
def test_what_no_sensor_of_a_pi_gives_cant_be_live(program, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        export.project("pi5", program(), tmp_path / "project", live=True)
    assert not list(tmp_path.iterdir())


def test_a_model_that_litert_cannot_run_is_refused(tmp_path):
    compressed = random_models.make("TFLM_DECODE", seed=5).tflite_bytes
    with pytest.raises(ValueError, match="doesn't know TFLM_DECODE: export the model"):
        export.project("pi4", compressed, tmp_path / "project")
    assert not (tmp_path / "project").exists()
    export.project("pico", compressed, tmp_path / "other")


def test_nothing_is_written_for_a_board_with_too_little_ram(tmp_path, monkeypatch):
    small = dataclasses.replace(boards.get("pi4"), ram=boards.Figure(1000, "B", "made up"))
    monkeypatch.setattr(boards, "get", lambda board: small)
    with pytest.raises(firmware.DoesNotFit, match="1,000 bytes of RAM"):
        export.project("pi4", PROGRAMS["model"](), tmp_path / "project")
    assert not list(tmp_path.iterdir())


# The service.


def unit(made):
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # capitals count
    parsed.read(made.folder / "tinyml.service")
    return parsed


def test_the_service_starts_what_is_in_the_folder_and_may_do_nothing_else(kind, tmp_path):
    for made in projects(tmp_path, kind):
        parsed = unit(made)
        words = parsed["Service"]["ExecStart"].split()
        files = [word.removeprefix("%h/tinyml/") for word in words if word.startswith("%h/tinyml/")]
        assert set(files) - {".venv/bin/python"} <= set(made.files)
        live = made.folder.name == "live"
        assert ("run.py" in files) == live and (words[1:] == ["--tcp", "5757"]) == (not live)
        assert parsed["Service"]["Restart"] == "on-failure"
        assert parsed["Service"]["NoNewPrivileges"] == "yes"
        families = parsed["Service"]["RestrictAddressFamilies"]
        assert families == ("AF_UNIX AF_NETLINK" if live else "AF_INET")


def test_systemd_finds_nothing_wrong_with_the_service(kind, tmp_path, monkeypatch):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze isn't installed")
    for made in projects(tmp_path, kind):
        home = tmp_path / f"home-{made.folder.name}"
        shutil.copytree(made.folder, home / "tinyml")
        python = home / "tinyml/.venv/bin/python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        done = subprocess.run(
            ["systemd-analyze", "--user", "verify", home / "tinyml/tinyml.service"],
            env=os.environ | {"HOME": str(home), "XDG_RUNTIME_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=patience.seconds(60),
        )
        assert (done.returncode, done.stderr) == (0, "")


# What builds it again.


def test_the_sources_build_a_program_that_does_the_same(tmp_path):
    program, folder = PROGRAMS["frames"](), tmp_path / "project"
    export.project("pi4", program, folder)
    (folder / "program").unlink()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "bin/python3").chmod(0o755)
    zig = {
        "ZIG_GLOBAL_CACHE_DIR": str(tmp_path / "zig"),
        "ZIG_LOCAL_CACHE_DIR": str(tmp_path / "z"),
    }
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", folder / "source/build.sh"],
        env=os.environ | zig | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=patience.seconds(300),
    )
    assert done.returncode == 0, done.stderr
    assert not Path(folder / "source/program.new").exists()
    Image.fromarray(looking.SMALL_OURS[0]).save(tmp_path / "ours.png")
    built = on_pi.made_to_run(program, folder)
    usual = on_pi.exported(program, tmp_path / "usual")
    picture = tmp_path / "ours.png"
    folders = (built, usual)
    made = [on_pi.events(on_pi.python(each, "run.py", "--from", picture)) for each in folders]
    for (event,) in made:
        assert event.pop("ms") > 0 and event["faces"] > 0
    assert made[0] == made[1]
