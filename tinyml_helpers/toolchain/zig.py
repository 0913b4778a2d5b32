"""zig's C compiler: a run of it, and what it says of C that is wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tinyml_helpers.toolchain.cache import cache_folder
from tinyml_helpers.toolchain.errors import CompileError


def cc(arguments, scratch):
    """Run `zig cc`; zig's own caches stay in the cache folder too.

    It runs in the scratch folder, and gets paths in there from there: zig can't read every name
    that the folders above it may have.

    Args:
        arguments: paths, absolute, and words.
        scratch: the folder.

    Raises:
        CompileError: what zig says is wrong.
    """
    places = {"ZIG_GLOBAL_CACHE_DIR": str(cache_folder() / "zig"), "ZIG_LOCAL_CACHE_DIR": "zig"}
    inside = [
        word.name if isinstance(word, Path) and word.parent == scratch else str(word)
        for word in arguments
    ]
    result = subprocess.run(
        [sys.executable, "-m", "ziglang", "cc", *inside],
        cwd=scratch,
        env=os.environ | places,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if result.returncode:
        raise CompileError(_about_name(inside, result.stderr) or _first_error(result.stderr))


def _about_name(words, output):
    """What to say if zig couldn't read the name of a folder with C in it; else None."""
    failed = re.search(r"(.+?):\d+:\d+: error: fail\w+ (?:to parse|parsing) '.*\.d'", output)
    if not failed:
        return None
    folder, file = os.path.split(failed[1])
    headers = [word.removeprefix("-I") for word in words if word.startswith("-I")]
    # What a list of files, as make reads it, takes for something else. zig has headers of its own.
    odd = [name for name in (folder, *headers, sys.prefix) if re.search(r'["\\:\n]', name)]
    name = (odd or [folder])[0]
    return f"{file}: the compiler can't read the name of the folder {name!r}: rename it"


def _first_error(output):
    """The first error in what the compiler printed, with file names instead of paths."""
    if "No module named ziglang" in output:
        return "the C compiler is missing: install the package ziglang"
    lines = output.splitlines()
    errors = [line for line in lines if "error:" in line] or lines or ["the compiler failed"]
    message = errors[0].strip()
    place = re.match(r"(.+?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)", message)
    if place:
        return f"{_file_name(place[1])}:{place[2]}: {place[3]}"
    message = re.sub(r"^(?:\S+: )?error: ", "", message)
    symbol = re.search(r"undefined symbol: (\S+)", message)
    if symbol:
        users = [re.search(r"referenced by (\S+?)(?:\s|$)", line) for line in lines]
        users = [_file_name(user[1]) for user in users if user]
        return f"{symbol[1]} is used{f' in {users[0]}' if users else ''} but defined nowhere"
    return re.sub(r"[^\s'\"()]*[/\\][^\s'\"()]*", lambda path: _file_name(path[0]), message)


def _file_name(path):
    return re.split(r"[/\\]", path)[-1]
