"""Builds firmware.uf2 anew from the C in src: `python build.py`.

Needed are Python and the compiler: `python -m pip install ziglang==` and the version that
build.json names; with that one the file comes out the same, byte for byte.
"""

import importlib.metadata
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uf2

HERE = Path(__file__).resolve().parent
SETTINGS = json.loads((HERE / "build.json").read_text(encoding="utf-8"))


def zig(*arguments):
    """Run the compiler in src: names from there have nothing in them that it can't read."""
    command = [sys.executable, "-m", "ziglang", "cc", *arguments]
    done = subprocess.run(command, cwd=HERE / "src", check=False)
    if done.returncode:
        sys.exit(f"the compiler refuses {arguments[-1]}: it says above why")


def compile_file(name):
    """Compile a file of src; the object's name from there."""
    made = f"../build/{Path(name).stem}.o"
    smallest = SETTINGS["smallest"]
    more = smallest["compile"] if name in smallest["files"] else []
    zig(*SETTINGS["compile"], *more, "-c", name, "-o", made)
    return made


def main():
    wanted = SETTINGS["ziglang"]
    try:
        version = importlib.metadata.version("ziglang")
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f"the compiler is missing: python -m pip install ziglang=={wanted}")
    if version != wanted:
        print(f"ziglang is {version}, not {wanted}: firmware.uf2 will differ from the one here")
    (HERE / "build").mkdir(exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        objects = list(threads.map(compile_file, SETTINGS["sources"]))
    zig(*SETTINGS["link"], "-T", "layout.ld", *objects, "-o", "../build/firmware.elf")
    data = uf2.uf2((HERE / "build" / "firmware.elf").read_bytes())
    (HERE / "firmware.uf2").write_bytes(data)
    print(f"firmware.uf2: {len(data) // uf2.BLOCK_BYTES} blocks of {uf2.PAYLOAD_BYTES} bytes")


if __name__ == "__main__":
    main()
