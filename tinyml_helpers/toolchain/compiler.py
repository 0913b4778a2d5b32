"""C compiled on every computer alike: for that computer, or for a board.

The compiler is zig's (`python -m ziglang cc`, a plain wheel). What it made is kept, so that the
same sources are compiled once: see `cache`.
"""

import hashlib
import importlib.metadata
import platform
import re
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tinyml_helpers.toolchain import windows, zig
from tinyml_helpers.toolchain.cache import cache_folder, made_once, scratch_folder
from tinyml_helpers.toolchain.errors import CompileError

_COMMON = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-fno-sanitize=undefined",
    "-fomit-frame-pointer",
    "-ffp-contract=off",  # a * b + c rounds twice everywhere, so that all computers agree
]
_HOST = ["-O2", "-shared", "-nostdlib"]  # zig would spend 17 s on making a C library to link
_BOARD = [
    "-ffreestanding",  # also keeps a loop that copies bytes from becoming a call of memcpy
    "-g",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-ffunction-sections",
    "-fdata-sections",
    "-falign-loops=1",  # no empty instructions before a loop
    "-Wno-unused-command-line-argument",  # assembly files get the same flags
]
_LINK = ["-g", "-Wl,--gc-sections", "-Wl,-e,Reset_Handler"]

#: Without `+vfp4d16sp` zig computes floats in software on the Cortex-M4F, and says nothing.
_CORTEX_M4F = ["-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4+vfp4d16sp"]
_CORTEX_M0PLUS = ["-target", "thumb-freestanding-eabi", "-mcpu=cortex_m0plus"]
_CORES = {"nano33ble": _CORTEX_M4F, "nano33ble_rev2": _CORTEX_M4F, "pico": _CORTEX_M0PLUS}

#: By the end of zig's name for a system: a library's suffix, and what linking it takes. On Windows
#: memcpy and memset come from the C library that is part of it, on macOS each library needs its.
_SYSTEMS = {
    "linux-gnu": (".so", []),
    "macos": (".dylib", ["-lSystem"]),
    "windows-gnu": (".dll", ["-Wl,--export-all-symbols", "-lucrtbase", "-s"]),
}
_BINARY = """\
.section .rodata.model, "a"
.balign 16
.global {symbol}
.type {symbol}, %object
{symbol}:
.incbin "{symbol}.bin"
.size {symbol}, {size}
.balign 4
.global {symbol}_size
.type {symbol}_size, %object
{symbol}_size:
.long {size}
.size {symbol}_size, 4
"""

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)


def shared_library(sources, name, include=(), defines=()):
    """Compile C for this computer, to be loaded with `ctypes.CDLL`.

    Every function that isn't `static` can be called. Of a C library only memcpy and memset are
    there.

    Args:
        sources: paths of C files.
        name: what to call the library.
        include: folders to search for headers.
        defines: macros, such as "NAME" or "NAME=1".

    Returns:
        The path of the .so, .dylib or .dll.

    Raises:
        CompileError: the C is wrong; the message gives file and line. Or the cache can't be
            written; it says what to set.
    """
    target = _this_computer()
    suffix, system = next(how for ending, how in _SYSTEMS.items() if target.endswith(ending))
    sources, include = _absolute(sources), _absolute(include)
    flags = [*_COMMON, *_HOST, "-target", target, *_level(target), *_options(include, defines)]
    key = _key([*flags, *system], sources, include)
    with made_once(cache_folder() / f"{name}-{key}{suffix}") as (library, scratch):
        if scratch:
            files = sources.copy()
            if suffix == ".dll":
                files.append(scratch / "entry.c")
                files[-1].write_text(windows.ENTRY, encoding="utf-8")
            zig.cc([*flags, *files, *system, "-o", scratch / f"{name}{suffix}"], scratch)
    return library


#: For files that are to be as small as they can be, however slow. Clang's: GCC has no such level.
SMALLEST = ["-Xclang", "-Oz"]


def firmware(
    sources,
    board,
    linker_script,
    include=(),
    defines=(),
    binaries=None,
    optimize="-O2",
    smallest=(),
):
    """Compile and link a program for a board.

    Args:
        sources: paths of C or assembly files.
        board: "nano33ble", "nano33ble_rev2" or "pico".
        linker_script: path of the script that lays out flash and RAM.
        include: folders to search for headers.
        defines: macros, such as "NAME" or "NAME=1".
        binaries: bytes to put into flash, by symbol: {"tm_model": data} gives the program
            `const uint8_t tm_model[]`, aligned to 16 bytes, and `const uint32_t tm_model_size`,
            both in the section `.rodata.model`.
        optimize: "-O2" for speed, "-Os" for size; of the compiler's run-time library (division,
            software floats) too.
        smallest: names of the sources to compile with SMALLEST besides.

    Returns:
        The ELF file, bytes, with debug information. It starts at `Reset_Handler`.

    Raises:
        CompileError: the C is wrong, or the program doesn't fit; the message gives file and line,
            or by how many bytes which memory overflows. Or the cache can't be written; it says
            what to set.
        ValueError: there is no compiler for that board.
    """
    compiling, linking = firmware_flags(board, optimize)
    core = _CORES[board]
    sources, include = _absolute(sources), _absolute(include)
    (linker_script,) = _absolute([linker_script])
    usual = [*compiling, *_options(include, defines)]
    flags = [[*usual, *SMALLEST] if path.name in smallest else usual for path in sources]
    with scratch_folder() as scratch, ThreadPoolExecutor(2) as threads:
        runtime = threads.submit(_runtime_library, linking)
        jobs = [
            threads.submit(_object, *pair, include) for pair in zip(sources, flags, strict=True)
        ]
        for symbol, data in (binaries or {}).items():
            jobs.append(threads.submit(_binary, symbol, data, core, scratch))
        elf = scratch / "firmware.elf"
        objects = [job.result() for job in jobs]
        runtime.result()
        zig.cc([*linking, "-T", linker_script, *objects, "-o", elf], scratch)
        return elf.read_bytes()


def firmware_flags(board, optimize="-O2"):
    """What `firmware` tells zig, for whoever builds the same without this package.

    Args:
        board, optimize: as `firmware`.

    Returns:
        (flags to compile a file with, flags to link with), lists of str.

    Raises:
        ValueError: there is no compiler for that board.
    """
    if board not in _CORES:
        raise ValueError(f"no firmware for {board!r}; choose one of {', '.join(_CORES)}")
    core = _CORES[board]
    return [*core, *_COMMON, *_BOARD, optimize], [*core, *_LINK, optimize]


def _runtime_library(flags):
    """Have zig compile its run-time library, 5 s, as it does at the first link with these flags."""
    with made_once(cache_folder() / f"runtime-{_key(flags, [], [])}.elf") as (_, scratch):
        if scratch:
            (scratch / "start.c").write_text("void Reset_Handler(void) {}\n", encoding="utf-8")
            zig.cc([*flags, scratch / "start.c", "-o", scratch / "runtime.elf"], scratch)


def _object(source, flags, include):
    """Compile one file to an object, unless that is done already; its path."""
    stem = Path(source).stem
    key = _key(flags, [source], include)
    with made_once(cache_folder() / f"{stem}-{key}.o") as (compiled, scratch):
        if scratch:
            nameless = _without_folders([scratch, Path(source).parent, *include])
            zig.cc([*flags, *nameless, "-c", source, "-o", scratch / f"{stem}.o"], scratch)
    return compiled


def _without_folders(folders):
    """Flags by which debug information names no folder of this computer, only files.

    They aren't part of a key: an object is the same, and may be handed on, wherever it was made.
    """
    # Of several that a name begins with, Clang takes the last: that is to be the longest.
    longest_last = sorted(map(str, (sys.prefix, *folders)), key=len)
    return [f"-fdebug-prefix-map={folder}=." for folder in longest_last]


def _binary(symbol, data, core, scratch):
    """Make an object that holds `data`; its path."""
    (scratch / f"{symbol}.bin").write_bytes(data)
    assembly = scratch / f"{symbol}.s"
    assembly.write_text(_BINARY.format(symbol=symbol, size=len(data)), encoding="utf-8")
    compiled = scratch / f"{symbol}.o"
    zig.cc([*core, "-I.", "-c", assembly, "-o", compiled], scratch)
    return compiled


def _absolute(paths):
    """Paths that mean the same in the scratch folder."""
    return [Path(path).absolute() for path in paths]


def _options(include, defines):
    return [*(f"-I{folder}" for folder in include), *(f"-D{macro}" for macro in defines)]


def _key(flags, sources, include):
    """A name for what these flags make of these files: 16 hexadecimal digits."""
    folder_flags = {f"-I{folder}" for folder in include}  # the same files elsewhere are the same
    digest = hashlib.sha256(importlib.metadata.version("ziglang").encode())
    for flag in flags:
        if flag not in folder_flags:
            digest.update(flag.encode() + b"\0")
    for name, content in _with_headers(sources, include):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _with_headers(sources, include):
    """(name, content) of each file and of all it includes with quotes, whatever its #ifs say."""
    waiting = [Path(source).resolve() for source in sources]
    seen = set()
    while waiting:
        file = waiting.pop(0)
        if file in seen:
            continue
        seen.add(file)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CompileError(f"{file.name} can't be read: {error.strerror}") from error
        yield file.name, content
        for name in _INCLUDE.findall(content.decode(errors="replace")):
            places = [Path(folder, name).resolve() for folder in (file.parent, *include)]
            waiting += [place for place in places if place.is_file()][:1]


def _this_computer():
    """zig's name for the system this Python runs on."""
    systems = {"win32": "windows-gnu", "darwin": "macos"}
    # An x86-64 Python on Windows for Arm calls the machine "ARM64".
    windows = sys.platform == "win32"
    machine = sysconfig.get_platform() if windows else platform.machine()
    processor = "aarch64" if machine.lower().endswith(("arm64", "aarch64")) else "x86_64"
    return f"{processor}-{systems.get(sys.platform, 'linux-gnu')}"


def _level(target):
    """Flags for what this computer's processor has beyond the first x86-64: AVX2, if it has.

    Not -march=native: a cache that several computers share would need a name for each processor,
    and what zig takes one for. The two levels are part of the key as they are, and NumPy, that
    has kernels for both itself, knows which this is, with the system's consent and emulated too.
    """
    has = np.show_config(mode="dicts")["SIMD Extensions"]
    is_v3 = "X86_V3" in [*has["baseline"], *has["found"]]
    return ["-mcpu=x86_64_v3"] if is_v3 and target.startswith("x86_64") else []
