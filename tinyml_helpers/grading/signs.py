"""Signs that somebody wanted a verdict other than by a right answer, read from what they wrote.

No verdict depends on them, since none is made where a student's code runs. They name what was
tried: a wrong answer beside one is "not believed" in the table, and somebody should look at it.
"""

import ast
import re

_VERDICT = re.compile(r"[✓✔✅]\s*Exercise\s+\d")
_SOLUTIONS = re.compile(r"solutions/\w+/\d|tinyml_helpers/checks")

_CHANGES = "it changes checks"
_REACHES = "it reaches into the checks"
_WRITES = "it writes a check's verdict itself"
_READS = "it reads solutions from the workbook's files"

#: Names of the room `checks` that no lesson shows.
_INSIDE = {"Feedback", "_judged", "__wrapped__", "answers", "exercise"}


def found(source):
    """What looks like tampering in a cell.

    Args:
        source: the cell's text; one that Python can't read says nothing.

    Returns:
        A list of half sentences, each once.
    """
    body = "\n".join(line for line in source.splitlines() if not re.match(r"\s*[%!]", line))
    try:
        nodes = list(ast.walk(ast.parse(body)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    of_checks = {"check", "checks"} | {name for node in nodes for name in _imported(node)}
    signs = [_sign(node, of_checks) for node in nodes]
    return list(dict.fromkeys(filter(None, signs)))


def claims(outputs):
    """Whether a cell's stored outputs say that an exercise is right."""
    return any(_VERDICT.search(_shown(one)) for one in outputs if isinstance(one, dict))


def _sign(node, of_checks):
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        if of_checks & set(_names(node)) or _is_table_of_modules(node):
            return _CHANGES
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        if node.id in of_checks:
            return _CHANGES
    elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in of_checks:
        return _CHANGES
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("setattr", "delattr") and node.args:
            return _CHANGES if of_checks & set(_names(node.args[0])) else None
    elif isinstance(node, ast.ImportFrom) and "tinyml_helpers.checks" in (node.module or ""):
        inside = {one.name for one in node.names} & _INSIDE or ".answers" in node.module
        return _REACHES if inside else None
    elif isinstance(node, ast.Attribute) and node.attr in _INSIDE:
        return _REACHES if of_checks & set(_names(node)) else None
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if _VERDICT.search(node.value):
            return _WRITES
        return _READS if _SOLUTIONS.search(node.value) else None
    return None


def _imported(node):
    """The names by which a cell knows modules of the room `checks`."""
    if isinstance(node, ast.Import):
        for one in node.names:
            if one.name.startswith("tinyml_helpers.checks"):
                yield one.asname or one.name.split(".")[0]
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tinyml_helpers"):
        for one in node.names:
            if "checks" in f"{node.module}.{one.name}".split("."):
                yield one.asname or one.name


def _is_table_of_modules(node):
    """Whether it is `sys.modules["tinyml_helpers.checks..."]`."""
    return isinstance(node, ast.Subscript) and "tinyml_helpers.checks" in ast.unparse(node)


def _names(node):
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def _shown(output):
    """All text of a stored output."""
    data = output.get("data") if isinstance(output.get("data"), dict) else {}
    parts = (output.get("text", ""), data.get("text/plain", ""), data.get("text/html", ""))
    return "\n".join(part if isinstance(part, str) else "".join(map(str, part)) for part in parts)
