"""A folder a person can build, flash and read: a program for a real board, with its README."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import firmware
from tinyml_helpers.export import nano, pi, pico, readme
from tinyml_helpers.files import put_folder

#: What every project has; a folder with it is one of ours, and may be replaced.
MARK = ".tinyml_project"


@dataclass(frozen=True)
class Project:
    """A project on disk.

    Attributes:
        board: the board's id.
        folder: its Path.
        files: names of its files, with "/", sorted.
        sizes: dict of what it takes to bytes, such as {"flash": 48120, "RAM": 9200}.
    """

    board: str
    folder: Path
    files: tuple[str, ...]
    sizes: dict


def makers():
    """For each board's id the function that makes its project's `Contents`."""
    return {
        "nano33ble": nano.contents,
        "nano33ble_rev2": nano.contents,
        "pico": pico.contents,
        "pico_w": pico.contents,
        **dict.fromkeys(firmware.LINUX_BOARDS, pi.contents),
    }


def project(board, program, folder, live=False):
    """Write a project for a real board: sources, a way to build them, and a README in five steps.

    Args:
        board: "nano33ble", "nano33ble_rev2", "pico", "pico_w", "pi3bplus", "pi4" or "pi5".
        program: bytes of a model, or a `firmware.Application`.
        folder: where to; made if missing. It is written whole or not at all. One that holds a
            project already is replaced; files that were added to it are lost.
        live: whether the program takes its samples from the board's own sensor as soon as the
            board has power; else it waits for a computer that sends them.

    Returns:
        A `Project`.

    Raises:
        ValueError: there are no projects for that board, it lacks the sensor, or the folder holds
            something else.
        firmware.DoesNotFit: the board is too small; nothing is written.
        model_file.ModelFileError, micro.CannotRun: a model can't be run.
        toolchain.CompileError: there is no compiler, or it doesn't work.
        OSError: the folder can't be written.
    """
    by_board = makers()
    if board not in by_board:
        raise ValueError(f"no projects for {board!r}; choose one of {', '.join(by_board)}")
    folder = Path(folder)
    _check_replaceable(folder)
    application = firmware.application_of(program)
    application.check()
    contents = by_board[board](board, application, live)
    files = {
        **contents.files,
        "README.md": readme.text(contents),
        MARK: "Made by the TinyML workbook; exporting into this folder again replaces it.\n",
    }
    _write_folder(folder, files, contents.programs)
    return Project(board, folder, tuple(sorted(files)), contents.sizes)


def _check_replaceable(folder):
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; name a folder for the project")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ValueError(
            f"{folder} holds files that aren't a project of the workbook; name a new folder"
        )


def _write_folder(folder, files, programs):
    """Write files into a folder beside it, then put that in its place."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.unfinished")
    try:
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            if name in programs:
                path.chmod(0o755)
        put_folder(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
