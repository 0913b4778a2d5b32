"""What each program takes of each board, as exported, and how much C a board's port is.

    python benchmarks/projects.py [--json]

Exports a plain model and every application for every board. Flash and RAM of a Pico are those of
the linked program, of a Raspberry Pi of its static binary; of a Nano those of the linked program
and what Arduino's core is said to take.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path

from tinyml_helpers import export, firmware
from tinyml_helpers.applications import faces, fields, keywords, machines
from tinyml_helpers.applications.faces import trained as face_models
from tinyml_helpers.applications.fields import trained as field_models
from tinyml_helpers.applications.keywords import trained as keyword_models
from tinyml_helpers.applications.machines import trained as machine_models
from tinyml_helpers.applications.wearables import exercises, hearts
from tinyml_helpers.applications.wearables.exercises import trained as exercise_models
from tinyml_helpers.applications.wearables.hearts import trained as heart_models

BOARDS = ("pico", "nano33ble", "pi4")
#: Folders of each port's C.
PORTS = {"pico": "rp2040", "nano33ble": "arduino", "pi4": "linux"}


def programs():
    """Every program by its name, as `export.project` takes it."""
    keyword = keyword_models.committed("synthetic")
    return {
        "a model (keywords)": keyword,
        "keywords": keywords.Application(keyword),
        "faces": faces.Application(
            face_models.committed("detector"), face_models.committed("verifier")
        ),
        "machines": machines.Application(machine_models.committed()),
        "fields": fields.Application(field_models.committed(field_models.SIMULATED)),
        "exercises": exercises.Application(exercise_models.committed(exercise_models.ANY_WAY)),
        "hearts": hearts.Application(heart_models.committed()),
    }


def takes(program, board, live=False):
    """What a project's program takes, and the size of its file.

    Args:
        program: as `export.project`.
        board: the board's id.
        live: as `export.project`.

    Returns:
        dict of "flash", "RAM" (or what the board calls it) and "file" (of what is flashed or run;
        0 for a sketch, which others build) to bytes. None if there is no such project, or it
        doesn't fit.
    """
    with tempfile.TemporaryDirectory() as scratch:
        try:
            project = export.project(board, program, Path(scratch) / "project", live)
        except firmware.DoesNotFit:
            return None
        made = [project.folder / name for name in ("firmware.uf2", "firmware")]
        file = next((path.stat().st_size for path in made if path.is_file()), 0)
        return {**project.sizes, "file": file}


def code_lines(folder):
    """Lines of C, C++ and assembly in a folder that are neither empty nor comment."""
    lines = [
        line.strip()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".c", ".h", ".cpp", ".S", ".ld")
        for line in re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL).splitlines()
    ]
    return sum(1 for line in lines if line and not line.startswith("//"))


def measure():
    """All figures: {"sizes": {program: {board: takes}}, "lines": {board: lines}}."""
    every = programs()
    sizes = {name: {board: takes(one, board) for board in BOARDS} for name, one in every.items()}
    for name in ("keywords", "exercises"):
        sizes[f"{name}, live"] = {"nano33ble": takes(every[name], "nano33ble", live=True)}
    lines = {board: code_lines(firmware.FOLDER / folder) for board, folder in PORTS.items()}
    return {"sizes": sizes, "lines": lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args()
    figures = measure()
    if chosen.json:
        print(json.dumps(figures, indent=2))
        return
    for name, by_board in figures["sizes"].items():
        for board, sizes in by_board.items():
            said = "no such project" if sizes is None else _listed(sizes)
            print(f"{name:20} {board:10} {said}")
    for board, lines in figures["lines"].items():
        print(f"the port for {board}: {lines} lines of C, C++, assembly and linker script")


def _listed(sizes):
    return ", ".join(f"{what} {count:,} B" for what, count in sizes.items() if count)


if __name__ == "__main__":
    main()
