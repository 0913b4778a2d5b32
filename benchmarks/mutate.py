"""How many small bugs in the package's Python its tests find.

    python benchmarks/mutate.py [--room compress] [--count 20] [--seed 0]

Plants one small change at a time into a copy of the package (an operator, a number, a default, an
argument left out) and runs the tests of its room, those of its own module first. Prints each change
with what became of it, and last the share killed, a room and in all. The changes are those of
mutmut; wording, annotations and what doesn't compile are left out. Some of those that survive
change nothing that matters.
"""

import argparse
import ast
import random
import re
import sys
from collections import Counter
from itertools import zip_longest

import planted

try:
    import libcst as cst
    from libcst import matchers as m
    from mutmut.mutation.mutators import mutation_operators
except ImportError:
    sys.exit(
        "mutmut makes the changes: install it by "
        "`.venv/bin/pip install --no-deps mutmut==3.8.1 libcst==1.9.0`"
    )

ROOMS = ("compress", "model_file", "export", "link", "datasets")

#: What decides nothing while the package runs, or fails at once whatever is changed in it.
_LEFT_OUT = (
    m.Annotation()
    | m.Decorator()
    | m.Import()
    | m.ImportFrom()
    | m.Raise()
    | m.Expr(m.SimpleString() | m.ConcatenatedString())
    | m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])
    | m.Call(m.Name("len") | m.Name("isinstance"))
)
_WORDING = re.compile(r"\w[,;:]? \w")


class Changes(cst.CSTVisitor):
    """Collects every small change of a module, as (node, what is put there instead)."""

    def __init__(self):
        self.found = []

    def on_visit(self, node):
        if m.matches(node, _LEFT_OUT):
            return False
        if isinstance(node, cst.SimpleString) and _WORDING.search(node.value):
            return False
        for kind, changes_of in mutation_operators:
            if isinstance(node, kind):
                self.found += [(node, instead) for instead in changes_of(node)]
        return True


def sites(text):
    """Every small change of a Python file: its `cst.Module`, and a list as `Changes` has."""
    module, changes = cst.parse_module(text), Changes()
    module.visit(changes)
    return module, changes.found


def tests_of(path):
    """A room's test files, in the order in which they are likely to find a bug in a module.

    Args:
        path: the module's, relative.

    Returns:
        A list of relative paths: those named after the module or importing it, those that use a
        public name of it, the others.
    """
    room = planted.ROOT / "tests" / path.parts[1]
    tree = ast.parse((planted.ROOT / path).read_text("utf-8"))
    public = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names = re.compile(rf"\b({'|'.join([path.stem, *public])})\b")
    imports = re.compile(rf"from {'.'.join(path.with_suffix('').parts)} import")

    def distance(test):
        text = test.read_text("utf-8")
        return not (path.stem in test.stem or imports.search(text)), not names.search(text)

    tests = sorted(sorted(room.rglob("test_*.py")), key=distance)
    return [test.relative_to(planted.ROOT) for test in tests]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--room", action="append", choices=ROOMS, help="all of them otherwise")
    options.add_argument("--count", type=int, default=20, help="changes to try in a room")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    counts = {}
    with planted.copied() as copy:
        for room in given.room or ROOMS:
            counts[room] = _try_room(copy, room, given.count, given.seed)
    for room, of_room in counts.items():
        print(f"{room:12}{planted.share(of_room)}")
    print(f"{'all':12}{planted.share(sum(counts.values(), Counter()))}")


def _try_room(copy, room, count, seed):
    """Plant changes into a room; returns how many were "killed" and "survived"."""
    limit = planted.limit(copy, [f"tests/{room}"])
    changes = []
    for path in sorted((planted.ROOT / "tinyml_helpers" / room).rglob("*.py")):
        module, found = sites(path.read_text("utf-8"))
        changes += [(path.relative_to(planted.ROOT), module, *change) for change in found]
    random.Random(seed).shuffle(changes)
    counts = Counter()
    while changes and counts.total() < count:
        path, module, node, instead = changes.pop()
        text = module.deep_replace(node, instead).code
        if not _makes_another_program(module.code, text):
            continue
        with planted.changed(copy, path, text):
            killed = not planted.passes(copy, tests_of(path), limit)
        line, old, new = _difference(module.code, text)
        planted.tell(counts, killed, f"{'/'.join(path.parts[1:])}:{line}", old, new)
    return counts


def _makes_another_program(old, new):
    try:
        compile(new, "changed", "exec")
        return _program(old) != _program(new)
    except SyntaxError:
        return False


def _program(text):
    """What a module does, as text; but not that `zip` may be strict, where lengths never differ."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
    return ast.dump(tree)


def _difference(old, new):
    """The first line that differs: its number, and what it is in both texts."""
    lines = zip_longest(old.splitlines(), new.splitlines(), fillvalue="")
    number, both = next(found for found in enumerate(lines, 1) if len(set(found[1])) > 1)
    return number, *map(str.strip, both)


if __name__ == "__main__":
    main()
