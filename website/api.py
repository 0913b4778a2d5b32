"""The API's pages, one for each folder of `tinyml_helpers`; autodoc fills them from docstrings.

What a folder's `__init__` exports stands first, under the name a lesson uses; below is what else
its modules offer.
"""

import ast
from typing import NamedTuple

#: Programs for elsewhere, which import what is only there: on a Raspberry Pi, in a Pico's project.
_NOT_IMPORTED_HERE = ("tinyml_helpers/export/on_pi", "tinyml_helpers/export/pico_build.py")

_DIRECTIVES = {ast.FunctionDef: "autofunction", ast.ClassDef: "autoclass"}


class Module(NamedTuple):
    """What the source of a module says.

    Attributes:
        name: str, its full name.
        offers: a dict: each public name that is explained -> the node that defines it.
        exports: a dict: each exported name -> (the module it is from, its name there).
    """

    name: str
    offers: dict
    exports: dict


def folders(root):
    """The folders that get a page, as paths from the workbook's folder, str with "/"."""
    found = sorted((root / "tinyml_helpers").rglob("__init__.py"))
    paths = [path.parent.relative_to(root).as_posix() for path in found]
    return [path for path in paths if not path.startswith(_NOT_IMPORTED_HERE)]


def source(folder):
    """The site's source that a folder's page is, such as "api/compress.rst"."""
    return f"api/{'.'.join(folder.split('/')[1:]) or 'index'}.rst"


def pages(root):
    """The pages' texts, a dict: source in the site -> reStructuredText."""
    wanted = folders(root)
    modules = {}
    for folder in wanted:
        for path in sorted((root / folder).glob("*.py")):
            runs = path.name == "__main__.py"  # when it is imported
            if not runs and not path.relative_to(root).as_posix().startswith(_NOT_IMPORTED_HERE):
                module = _read(root, path)
                modules[module.name] = module
    return {source(folder): _page(folder, wanted, modules) for folder in wanted}


def _read(root, path):
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = path.read_text(encoding="utf-8").splitlines()
    offers, imported, exported = {}, {}, []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            imported |= {one.asname or one.name: (node.module, one.name) for one in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            offers[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == "__all__":
                exported = ast.literal_eval(node.value)
            elif lines[node.lineno - 2].startswith("#:"):
                offers[node.targets[0].id] = node
    offers = {name: node for name, node in offers.items() if not name.startswith("_")}
    exports = {name: imported[name] for name in exported if name in imported}
    return Module(name, offers, exports)


def _page(folder, wanted, modules):
    package = modules[_dotted(folder)]
    parts = [_heading(package.name, "="), _opening(package.name)]
    inner = [one for one in wanted if one.rpartition("/")[0] == folder]
    if inner:
        entries = [f"{one.rpartition('/')[2]} <{source(one)[4:-4]}>" for one in inner]
        parts.append("\n   ".join([".. toctree::", ":maxdepth: 1", "", *entries]))
    shown = set()
    for public, (module, original) in sorted(package.exports.items()):
        node = modules[module].offers.get(original) if module in modules else None
        if type(node) in _DIRECTIVES:
            parts.append(_entry(f"{package.name}::{public}", node))
            shown.add((module, original))
    parts += [_entry(f"{package.name}::{public}", node) for public, node in package.offers.items()]
    packages = {_dotted(one) for one in wanted}
    for module in modules.values():
        parent, _, own = module.name.rpartition(".")
        rest = {one: node for one, node in module.offers.items() if (module.name, one) not in shown}
        if rest and parent == package.name and module.name not in packages:
            parts.append(_heading(module.name.removeprefix("tinyml_helpers."), "-"))
            parts.append(_opening(module.name, again=own in package.exports))
            parts += [_entry(f"{module.name}::{public}", node) for public, node in rest.items()]
    return "\n\n".join(parts) + "\n"


def _dotted(folder):
    return folder.replace("/", ".")


def _heading(text, line):
    return f"{text}\n{line * len(text)}"


def _opening(name, again=False):
    """A module's docstring; `again`: its name is also that of something it holds."""
    return f".. automodule:: {name}" + ("\n   :no-index:" if again else "")


def _entry(name, node):
    """The directive for one public name; a class with its public methods that say something."""
    kind = _DIRECTIVES.get(type(node))
    if kind is None:
        return f".. autodata:: {name}\n   :no-value:"
    said = [
        one.name
        for one in getattr(node, "body", [])
        if kind == "autoclass"
        and isinstance(one, ast.FunctionDef)
        and not one.name.startswith("_")
        and ast.get_docstring(one)
    ]
    return f".. {kind}:: {name}" + (f"\n   :members: {', '.join(said)}" if said else "")
