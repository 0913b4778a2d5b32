"""All the C of this project in one folder, as a sketch has it: no file stands in another's way."""

import importlib.util
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import all_c
import pytest
from all_c import FILES, MICRO

from tinyml_helpers.applications import keywords

#: Headers of C (to C23), of POSIX and of common systems, without their .h.
STANDARD = """
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
    stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath
    threads time uchar wchar wctype
    aio cpio dirent dlfcn endian fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen libintl
    monetary mqueue ndbm netdb nl_types poll pthread pwd regex sched search semaphore spawn strings
    stropts syslog tar termios trace ulimit unistd utime utmpx wordexp
    alloca ar argz bits byteswap cpuid crypt elf err execinfo features getopt ieee754 io link malloc
    memory mcheck obstack paths process reent resolv sgtty stab sysexits thread tls ucontext utmp
    values varargs windows winsock
    arduino binary client common hal interrupt ipaddress main mbed new pins print printable server
    stream usb wiring wire wiring_private
"""
#: Files a sketch with a model has of its own, without their endings.
OF_SKETCHES = {"arena", "audio", "camera", "config", "features", "model", "model_data", "settings"}

#: Files of micro that stand without its prefix: what somebody who takes the library away includes
#: or looks for first, and the inner loops that belong to one kernel each.
BARE = re.compile(r"(micro|kernels|interpreter|(rows|columns|filter|codes)(_\w+)?)\.[ch]")

PROCESSORS = {
    "cortex-m4": ["--target=thumbv7em-none-eabihf", "-mcpu=cortex-m4"],
    "cortex-m0+": ["--target=thumbv6m-none-eabi", "-mcpu=cortex-m0plus"],
}


def stem(path):
    # Windows and macOS don't tell capitals from small letters.
    return path.stem.lower()


def test_no_two_files_have_one_name():
    assert len(FILES) > 90
    names = Counter(path.name.lower() for path in FILES)
    assert [name for name, count in names.items() if count > 1] == []


def test_no_header_is_guarded_by_the_guard_of_another():
    headers = [path for path in FILES if path.suffix == ".h"]
    guards = [re.search(r"^#ifndef (\w+)", path.read_text("utf-8"), re.M) for path in headers]
    counts = Counter(guard[1] for guard in guards if guard)
    assert [guard for guard, count in counts.items() if count > 1] == []


def test_no_header_hides_one_of_the_system():
    assert [
        path.name for path in FILES if path.suffix == ".h" and stem(path) in STANDARD.split()
    ] == []


def test_no_file_has_a_name_a_sketch_needs():
    mine = [path for path in FILES if path.is_relative_to(MICRO)]
    taken = OF_SKETCHES.union(STANDARD.split())
    assert [path.name for path in mine if stem(path) in taken] == []


def test_the_prefix_says_whose_a_file_is():
    mine = [path.name for path in FILES if path.is_relative_to(MICRO / "src")]
    plain = [name for name in mine if not name.startswith("tm_")]
    assert [name for name in plain if not BARE.fullmatch(name)] == []


@pytest.mark.parametrize("processor", PROCESSORS)
def test_it_compiles_in_one_folder(processor, tmp_path):
    sources = all_c.copy(tmp_path, keywords.Application(b""))  # any will do: of one program
    # `zig clang`, other than `zig cc`, looks at many files in one go, but must be told where the
    # compiler's own headers are.
    headers = Path(importlib.util.find_spec("ziglang").origin).parent / "lib" / "include"
    flags = ["-std=c99", "-ffreestanding", "-nostdinc", "-isystem", headers]
    flags += ["-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    command = [sys.executable, "-m", "ziglang", "clang", *PROCESSORS[processor], *flags, *sources]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
