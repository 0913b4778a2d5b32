"""How many small bugs in the micro-interpreter's C its tests find.

    python benchmarks/mutate_c.py [--file tm_plan.c] [--count 20] [--seed 0]

Plants one small change at a time into a copy of the package (an operator, a bound, a constant, a
statement left out), compiles it for this computer and runs the quick tests of that file. Prints
each change with what became of it, and last the share killed. Changes that don't compile, or make
the same program, don't count; some of those that survive change nothing that matters.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
C = Path("tinyml_helpers/micro/c/src")
_SECONDS = 600  # for the tests of one change: one that hangs is found, too

#: What is changed, and into what.
CHANGES = (
    (r" <= ", (" < ",)),
    (r" < ", (" <= ",)),
    (r" >= ", (" > ",)),
    (r" > ", (" >= ",)),
    (r" == ", (" != ",)),
    (r" != ", (" == ",)),
    (r" && ", (" || ",)),
    (r" \|\| ", (" && ",)),
    (r" \+ ", (" - ",)),
    (r" - ", (" + ",)),
    (r" / ", (" * ",)),
    (r" << ", (" >> ",)),
    (r" >> ", (" << ",)),
    (r"(?<= )\+= ", ("-= ",)),
    (r"\b\d+(?=u?\b(?!\.))", ("{}+1", "{}-1")),
    (r"\bcontinue;", (";",)),
    (r"\bbreak;", (";",)),
)
_STATEMENT = re.compile(r"^\s+[\w>\-.*\[\]]+(?: [+\-|]?= [^;{]*|\([^;{]*\)|\+\+);$")
_HIDDEN = re.compile(r'//.*|"(?:\\.|[^"\\])*"|^\s*#.*', re.MULTILINE)


def sites(text):
    """Every small change of a C file.

    Args:
        text: the file's.

    Returns:
        A list of (start, end, what is put there instead).
    """
    shown = _HIDDEN.sub(lambda hidden: "\0" * len(hidden[0]), text)
    found = []
    for pattern, instead in CHANGES:
        for match in re.finditer(pattern, shown):
            found += [(*match.span(), new.format(match[0])) for new in instead]
    start = 0
    for line in shown.splitlines(keepends=True):
        if _STATEMENT.match(line.rstrip("\n")):
            found.append((start, start + len(line) - 1, ";"))
        start += len(line)
    return sorted(found)


def tests_of(path):
    """Arguments of pytest: the quick tests of a C file."""
    whole = [f"tests/micro/test_{name}.py" for name in ("interpreter", "plan")]
    if path.parent.name != "kernels":
        return [*whole, "tests/fuzz", "tests/micro/test_equals_tflm.py"]
    return ["tests/micro/test_equals_tflm.py", "tests/micro/test_kernels.py", *whole]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--file", action="append", help="name of a C file; all of them otherwise")
    options.add_argument("--count", type=int, default=20, help="changes to try")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    paths = [path for path in sorted((ROOT / C).rglob("*.c")) if _wanted(path, given.file)]
    changes = [(path, site) for path in paths for site in sites(path.read_text("utf-8"))]
    random.Random(given.seed).shuffle(changes)
    counts = {"killed": 0, "survived": 0}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        leave = shutil.ignore_patterns(".*", "notebooks", "runs", "data")
        shutil.copytree(ROOT, copy, ignore=leave)
        for name in ("notebooks", "data"):
            (copy / name).symlink_to(ROOT / name)
        tried = {_compiled(copy)}
        for tests in {tuple(tests_of(path)) for path in paths}:
            if not _passes(copy, tests):
                sys.exit(f"the tests fail without a change, too: {' '.join(tests)}")
        while changes and sum(counts.values()) < given.count:
            path, site = changes.pop()
            what = _try(copy, path.relative_to(ROOT), site, tried)
            if what is not None:
                counts[what] += 1
    killed, all_of_them = counts["killed"], sum(counts.values())
    print(f"killed: {killed} of {all_of_them}, {100 * killed / max(all_of_them, 1):.0f}%")


def _wanted(path, names):
    return names is None or path.name in names


def _try(copy, path, site, tried):
    """Plant one change. Returns "killed" or "survived", or None if it doesn't count."""
    text = (ROOT / path).read_text("utf-8")
    start, end, instead = site
    try:
        (copy / path).write_text(text[:start] + instead + text[end:], "utf-8")
        program = _compiled(copy)
        if program is None or program in tried:
            return None
        tried.add(program)
        what = "survived" if _passes(copy, tests_of(path)) else "killed"
    finally:
        (copy / path).write_text(text, "utf-8")
    line = text.count("\n", 0, start) + 1
    print(f"{what:9} {path.name}:{line}: {text[start:end].strip()!r} -> {instead.strip()!r}")
    sys.stdout.flush()
    return what


def _compiled(copy):
    """The bytes of the library, None if it doesn't compile."""
    code = "from tinyml_helpers.micro import binding; print(binding.compiled())"
    done = _run(copy, ["-c", code])
    return Path(done.stdout.strip()).read_bytes() if done.returncode == 0 else None


def _passes(copy, tests):
    try:
        quick = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
        quick += ["-k", "not other_computers and not libfuzzer"]  # slow, and told by others
        return _run(copy, quick).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _run(copy, arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "TINYML_CACHE": str(copy.parent / "cache")},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )


if __name__ == "__main__":
    main()
