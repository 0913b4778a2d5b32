"""The house in figures: files and lines a room, and the arrows between rooms.

    python benchmarks/rooms.py

Prints for each room its Python, C and JavaScript: files, lines, and the longest file's lines; which
rooms its imports point to; then how many imports between rooms there are, and how many stand
inside functions.
"""

import ast
from pathlib import Path

import grimp

PACKAGE = Path(__file__).parent.parent / "tinyml_helpers"
KINDS = (".py", ".c", ".h", ".js")


def main():
    graph = grimp.build_graph("tinyml_helpers", cache_dir=None)
    arrows = {}
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            one, other = room(importer), room(imported)
            if one != other and other:
                arrows.setdefault(one, []).append(other)
    print(f"{'room':24}{'files':>6}{'lines':>8}{'longest':>9}  points to")
    for name, paths in sorted(rooms().items()):
        lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in paths]
        points = ", ".join(sorted(set(arrows.get(name, []))))
        print(f"{name:24}{len(lines):6}{sum(lines):8,}{max(lines):9}  {points}")
    print(f"imports between rooms: {sum(map(len, arrows.values()))}")
    print(f"imports of the package inside functions: {inside_functions()}")


def room(module):
    """The room of a module, such as "micro" or "applications/faces"; "" for the package itself."""
    parts = module.split(".")[1:]
    return "/".join(parts[:2]) if parts[:1] == ["applications"] else "".join(parts[:1])


def rooms():
    """Paths of each room's files, by room."""
    found = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in KINDS:
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            found.setdefault(room(".".join(["", *parts])), []).append(path)
    return found


def inside_functions():
    """Imports of the package that don't stand at the top of a file."""
    count = 0
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in set(ast.walk(tree)) - set(tree.body):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            count += any(name.startswith("tinyml_helpers") for name in names)
    return count


if __name__ == "__main__":
    main()
