"""The house in figures: files and lines a room, and the arrows between rooms.

    python benchmarks/rooms.py

Prints for each room its Python, C and JavaScript: files, lines, and the longest file's lines; which
rooms its imports point to; then how many imports between rooms there are, and how many stand
inside functions.
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "tinyml_helpers"
KINDS = (".py", ".c", ".h", ".js")


def main():
    arrows, inside = {}, 0
    for path in sorted(PACKAGE.rglob("*.py")):
        one = room(path.relative_to(PACKAGE).with_suffix("").parts)
        for name, on_top in imports(path):
            other = room(name.split(".")[1:])
            inside += not on_top
            if other not in ("", one):
                arrows.setdefault(one, []).append(other)
    print(f"{'room':24}{'files':>6}{'lines':>8}{'longest':>9}  points to")
    for name, paths in sorted(rooms().items()):
        lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in paths]
        points = ", ".join(sorted(set(arrows.get(name, []))))
        print(f"{name:24}{len(lines):6}{sum(lines):8,}{max(lines):9}  {points}")
    print(f"imports between rooms: {sum(map(len, arrows.values()))}")
    print(f"imports of the package inside functions: {inside}")


def room(parts):
    """The room of a module's name, in parts without the package's; "" for the package itself."""
    deep = 2 if parts and parts[0] == "applications" else 1
    return "/".join(parts[:deep])


def rooms():
    """Paths of each room's files, by room."""
    found = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in KINDS:
            found.setdefault(room(path.relative_to(PACKAGE).with_suffix("").parts), []).append(path)
    return found


def imports(path):
    """Each import of the package in a file: (the module's name, whether it stands on top)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{one.name}" for one in node.names]
        yield from ((name, node in tree.body) for name in names if name.startswith(PACKAGE.name))


if __name__ == "__main__":
    main()
