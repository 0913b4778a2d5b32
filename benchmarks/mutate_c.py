"""How many small bugs in the micro-interpreter's C its tests find.

    python benchmarks/mutate_c.py [--file tm_plan.c] [--count 20] [--seed 0]

Plants one small change at a time into a copy of the package (an operator, a bound, a constant, a
statement left out), compiles it for this computer and runs the quick tests of that file. Prints
each change with what became of it, and last the share killed. Changes that don't compile, or make
the same program, don't count; some of those that survive change nothing that matters.
"""

import argparse
import random
import re
import sys
from collections import Counter
from pathlib import Path

import planted

C = Path("tinyml_helpers/micro/c/src")

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
    paths = [path for path in sorted((planted.ROOT / C).rglob("*.c")) if _wanted(path, given.file)]
    changes = [(path, site) for path in paths for site in sites(path.read_text("utf-8"))]
    random.Random(given.seed).shuffle(changes)
    counts = Counter()
    with planted.copied() as copy:
        tried = {_compiled(copy)}
        for tests in {tuple(tests_of(path)) for path in paths}:
            if not _passes(copy, tests):
                sys.exit(f"the tests fail without a change, too: {' '.join(tests)}")
        while changes and counts.total() < given.count:
            path, site = changes.pop()
            _try(copy, path.relative_to(planted.ROOT), site, tried, counts)
    print(planted.share(counts))


def _wanted(path, names):
    return names is None or path.name in names


def _try(copy, path, site, tried, counts):
    """Plant one change, and count what became of it if it makes another program."""
    text = (planted.ROOT / path).read_text("utf-8")
    start, end, instead = site
    with planted.changed(copy, path, text[:start] + instead + text[end:]):
        program = _compiled(copy)
        if program is None or program in tried:
            return
        tried.add(program)
        killed = not _passes(copy, tests_of(path))
    line = text.count("\n", 0, start) + 1
    where = f"{path.name}:{line}"
    planted.tell(counts, killed, where, text[start:end].strip(), instead.strip())


def _compiled(copy):
    """The bytes of the library, None if it doesn't compile."""
    code = "from tinyml_helpers.micro import binding; print(binding.compiled())"
    done = planted.run(copy, ["-c", code], capture_output=True, text=True)
    return Path(done.stdout.strip()).read_bytes() if done.returncode == 0 else None


def _passes(copy, tests):
    # Slow ones, and told by others, are left out.
    return planted.passes(copy, [*tests, "-k", "not other_computers and not libfuzzer"])


if __name__ == "__main__":
    main()
