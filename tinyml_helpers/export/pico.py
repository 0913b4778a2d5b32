"""A project for the Raspberry Pi Pico: a UF2 file to drag onto it, and all it is made of."""

import importlib.metadata
import json
import tempfile
from pathlib import Path

from tinyml_helpers import boards, firmware, toolchain
from tinyml_helpers.export import pico_texts
from tinyml_helpers.export.contents import Contents
from tinyml_helpers.export.sources import model_name, sources
from tinyml_helpers.firmware import linking, needs
from tinyml_helpers.micro import binding

_BUILD = Path(__file__).with_name("pico_build.py")
_FOLDER = firmware.FOLDER / linking.REAL["pico"]


def contents(board, application, live):
    """The project of a program for a Pico.

    Args:
        board: "pico" or "pico_w"; both get the same file.
        application: a `firmware.Application`, checked.
        live: False; a Pico has no sensor.

    Returns:
        A `Contents`.

    Raises:
        ValueError: live.
        Others as `project`.
    """
    if live:
        raise ValueError(
            "a Pico has no sensor of its own: export without live=True, and send it samples over "
            "the link"
        )
    image = firmware.build(application, "pico", real=True)
    own = linking.own_sources("pico", real=True)
    src = sources(application, own, include=[_FOLDER])
    files = {
        "firmware.uf2": firmware.uf2(image.elf),
        "build.py": _BUILD.read_text(encoding="utf-8"),
        "build.json": _settings(application, own),
        "uf2.py": (firmware.FOLDER.parent / "uf2.py").read_text(encoding="utf-8"),
        "src/layout.ld": _layout(),
        **{f"src/{name}": text for name, text in src.items()},
    }
    figures = boards.get("pico")
    return Contents(
        title=f"A program for the {pico_texts.NAMES[board]}",
        about=pico_texts.ABOUT,
        files=files,
        steps=pico_texts.steps(board, importlib.metadata.version("ziglang")),
        sizes={"flash": image.flash_bytes, "RAM": image.ram_bytes},
        has={"flash": figures.flash_bytes, "RAM": figures.ram_bytes},
        tour=pico_texts.TOUR,
        programs=("build.py",),
    )


def _settings(application, own):
    """build.json: what `firmware.build` tells the compiler, in its order."""
    compiling, linking_flags = toolchain.firmware_flags("pico", "-Os")
    files = [*binding.sources(needs.operators(application)), *own, *application.sources()]
    settings = {
        "ziglang": importlib.metadata.version("ziglang"),
        "compile": [*compiling, *(f"-D{macro}" for macro in needs.defines(application))],
        "smallest": {"files": linking.SELDOM_RUN, "compile": toolchain.SMALLEST},
        "link": linking_flags,
        "sources": [
            *(path.name for path in files),
            "program.c",
            *map(model_name, application.models),
        ],
    }
    return json.dumps(settings, indent=1) + "\n"


def _layout():
    with tempfile.TemporaryDirectory() as folder:
        return firmware.linker_script("pico", Path(folder), real=True).read_text(encoding="utf-8")
