"""A candidate as files: the model, the same as a C array, a project for the board, and its card."""

import secrets
import shutil
from pathlib import Path
from typing import NamedTuple

from tinyml_helpers.export import c_array, identifier, project
from tinyml_helpers.files import put_folder, write_whole
from tinyml_helpers.search import card


class Exported(NamedTuple):
    """What was written.

    Attributes:
        folder: its Path.
        files: names of what is in it, sorted; "project" is a folder.
    """

    folder: Path
    files: tuple


def export(study, number, folder, test=None):
    """Write a trained candidate into a folder of its own, which is called as the model is to be.

    Args:
        study: the `Study`.
        number: the candidate's.
        folder: where to; made if missing. It is written whole or not at all. One that an export
            wrote is replaced; what was changed in it is lost.
        test: its score on the test data, measured once and after it was chosen, for the card; None
            if it wasn't measured.

    Returns:
        An `Exported`: model.tflite, its C array NAME.c and NAME.h, card.md, and project, see
        `export.project`.

    Raises:
        ValueError: the candidate wasn't trained, the name can't be a C array's, or the folder holds
            something else.
        As `export.project`.
    """
    tflite = study.model(number)
    folder = Path(folder).absolute()
    name = identifier(folder.name)
    names = ("card.md", "model.tflite", f"{name}.c", f"{name}.h", "project")
    _check_replaceable(folder, names)
    made = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.unfinished")
    try:
        c_array(tflite, name, made)
        project(study.board_id, tflite, made / "project")
        write_whole(made / "model.tflite", tflite)
        write_whole(made / "card.md", card.text(study, number, name, test))
        put_folder(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Exported(folder, tuple(sorted(names)))


def _check_replaceable(folder, names):
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; name a folder for the model")
    if folder.is_dir() and {path.name for path in folder.iterdir()} - set(names):
        raise ValueError(f"{folder} holds files that no export wrote; name a new folder")
