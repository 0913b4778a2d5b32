"""How many bytes of code each operator brings to a board's program, for a page that can't link one.

For every board a program is linked with each kernel alone, and its functions and constants listed.
A program with several has what any of them has, once: `code_bytes` adds that up, right to some tens
of bytes. `report.fits` links the program itself.
"""

import hashlib
import importlib.metadata
import io
import json
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from elftools.elf.elffile import ELFFile

from tinyml_helpers import files, firmware, toolchain
from tinyml_helpers.firmware import linking
from tinyml_helpers.firmware.application import Application, header_for
from tinyml_helpers.micro import binding

#: What programs leave out, as `firmware.needs.defines` has it, of models that compute in int8 only
#: and of those that don't.
VARIANTS = {
    "int8": [
        *("TM_WITHOUT_CHECKS", "TM_WITHOUT_COMPUTED_WEIGHTS"),
        *("TM_WITHOUT_FLOAT", "TM_WITHOUT_INT16"),
    ],
    "all": ["TM_WITHOUT_CHECKS"],
}
_ARENA, _MODEL = 16, bytes(16)
_CODE = (".boot2", ".text", ".data")


def operators():
    """Names of all operators that have a kernel, sorted."""
    header = binding.FOLDER / "include" / "kernels.h"
    return sorted(re.findall(r"\bK\((\w+)\)", header.read_text(encoding="utf-8").upper()))


def table():
    """The bytes that programs take, for every firmware of `linking.BOARDS`.

    Returns:
        A dict of firmware to a dict: "stack_bytes", and each of VARIANTS to a dict of
            "static_bytes": of variables in RAM, without arena and stack, at most.
            "other_bytes": of code that belongs to no function or constant, at most.
            "sizes": bytes of each function and constant, a list.
            "always": places in that list of what every program has.
            "operators": places of what an operator brings besides, by its name.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    kept = toolchain.cache_folder() / f"code_sizes-{_key()}.json"
    if not kept.exists():
        files.write_whole(kept, json.dumps(_table()))
    return json.loads(kept.read_text(encoding="utf-8"))


def code_bytes(sizes, names):
    """Bytes of code and constants of a program.

    Args:
        sizes: of one of VARIANTS of one firmware, as `table` has it.
        names: of its operators.
    """
    places = set(sizes["always"]).union(*(sizes["operators"][name] for name in names))
    return sizes["other_bytes"] + sum(sizes["sizes"][place] for place in places)


def _key():
    digest = hashlib.sha256(importlib.metadata.version("ziglang").encode())
    folders = binding.FOLDER, linking.FOLDER, Path(toolchain.__file__).parent, Path(__file__)
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.suffix in (".c", ".h", ".ld", ".py"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _table():
    made = {}
    for name in sorted(set(linking.BOARDS.values())):
        made[name] = {"stack_bytes": firmware.STACK_BYTES}
        for variant, defines in VARIANTS.items():
            made[name][variant] = _sizes(name, defines)
    return made


def _sizes(board, defines):
    names = operators()
    with ThreadPoolExecutor(2) as threads:
        programs = list(threads.map(lambda name: _program(board, defines, [name]), names))
    every = set.intersection(*(set(program.parts) for program in programs))
    sizes, places = [], {}
    for program in programs:
        for part, size in sorted(program.parts.items()):
            if part not in places:
                places[part] = len(sizes)
                sizes.append(size)
    return {
        "static_bytes": max(program.static for program in programs),
        "other_bytes": max(program.other for program in programs),
        "sizes": sizes,
        "always": sorted(places[part] for part in every),
        "operators": {
            name: sorted(places[part] for part in program.parts if part not in every)
            for name, program in zip(names, programs, strict=True)
        },
    }


class _Program:
    """What is in a linked program: bytes of its `parts`, of `static` variables, of `other` code."""

    def __init__(self, elf):
        file = ELFFile(io.BytesIO(elf))
        sections = list(file.iter_sections())
        size = {section.name: section["sh_size"] for section in sections}
        here, at = "", {}
        for symbol in file.get_section_by_name(".symtab").iter_symbols():
            kind, index = symbol["st_info"]["type"], symbol["st_shndx"]
            if kind == "STT_FILE":
                here = symbol.name
            elif symbol["st_size"] and isinstance(index, int) and sections[index].name in _CODE:
                local = symbol["st_info"]["bind"] == "STB_LOCAL"
                found = symbol["st_size"], (here if local else "", symbol.name)
                # Several names may be of one function: the run-time library's are.
                at.setdefault(symbol["st_value"], []).append(found)
        at = {place: max(found) for place, found in at.items()}
        self.parts = {(*part, size): size for size, part in at.values() if part[1] != "tm_model"}
        code = sum(size.get(name, 0) for name in _CODE) - len(_MODEL)
        self.other = code - sum(self.parts.values())
        self.static = size.get(".data", 0) + size.get(".bss", 0) - _ARENA


def _program(board, defines, names):
    application = Application(_MODEL)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        program = linking.program_source(names, _ARENA) + application.source()
        (folder / "program.c").write_text(program, encoding="utf-8")
        (folder / "program_application.h").write_text(header_for(application), encoding="utf-8")
        return _Program(
            toolchain.firmware(
                [*binding.sources(names), *linking.own_sources(board), folder / "program.c"],
                board,
                linking.linker_script(board, folder),
                include=[folder, linking.FOLDER, *binding.INCLUDE],
                defines=defines,
                binaries=application.models,
                optimize="-Os",
                smallest=linking.SELDOM_RUN,
            )
        )
