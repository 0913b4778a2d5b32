"""Which statements of a notebook the exercises need, read from its code without running it.

A lesson trains, draws and measures, and an exercise needs little of it: the names its answer uses,
what gives those their values, and so on. What is taken:

- a statement that gives a needed name its value, and what it uses in turn,
- a statement that may change a needed name's value: `x[0] = 1`, `x += 1`, `x.fit(...)`, and a call
  that stands alone and takes x, but for Python's own functions such as `print`,
- a module's settings, such as `keras.utils.set_random_seed(1)`: calls that stand alone and take
  constants only.

A change by other ways isn't seen, such as by a function that changes a list of the lesson's.
The tests run every lesson's solutions with what is found here.
"""

import ast
import builtins
import re
import symtable
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

_BUILTIN = frozenset(dir(builtins))

#: What stands before a line of Python, which IPython then measures.
_TIMED = re.compile(r"^%(?:time|prun)[ \t]+", re.MULTILINE)


@dataclass(frozen=True)
class Unit:
    """A piece of a notebook that is run whole: a lesson's statement, or a student's cell.

    Attributes:
        source: its text.
        cell: the id of its cell; of a student's, which no lesson has, whatever stands there.
        own: whether a student wrote it.
        gives: the names that get a value.
        renews: those of them whose earlier value no longer matters.
        changes: the names whose value it may change.
        sets: those of them that it may change though they are modules.
        uses: the names it needs when it runs.
        uses_later: the names that its functions need when they are called.
        imports: whether it is an import, which gives modules.
        values: of what it gives, name -> value, where it isn't run because these are known.
    """

    source: str
    cell: str
    own: bool
    gives: frozenset = frozenset()
    renews: frozenset = frozenset()
    changes: frozenset = frozenset()
    sets: frozenset = frozenset()
    uses: frozenset = frozenset()
    uses_later: frozenset = frozenset()
    imports: bool = False
    values: dict | None = None


def statements(source, cell):
    """A lesson's cell as units, one a statement."""
    tree = ast.parse(source)
    return [_unit(ast.get_source_segment(source, _whole(node)), cell, False) for node in tree.body]


def cell_of_a_student(source, cell):
    """A student's cell as one unit; where Python can't read it, only what it seems to define."""
    lines = source.splitlines(keepends=True)
    body = "".join(lines[1:]) if source.lstrip().startswith("%%") else source
    body = _TIMED.sub("", body)
    try:
        code = TransformerManager().transform_cell(body)
        return _unit(code, cell, True, source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        words = [line.strip().removeprefix("def ") for line in body.splitlines()]
        heads = {word.split("=")[0].split("(")[0].strip() for word in words if word}
        return Unit(source, cell, True, gives=frozenset(h for h in heads if h.isidentifier()))


def needed(units, targets):
    """Which of some units are needed, so that names have their values after the last.

    Args:
        units: a list of `Unit`, in the notebook's order.
        targets: the names.

    Returns:
        The set of their places in the list.
    """
    modules = {name for unit in units if unit.imports for name in unit.gives}
    at_the_end, chosen, before = set(targets), set(), None
    while chosen != before:
        before, wanted = set(chosen), set(at_the_end)
        for place in reversed(range(len(units))):
            unit = units[place]
            if not wanted & (unit.gives | (unit.changes - modules) | unit.sets):
                continue
            chosen.add(place)
            wanted = (wanted - unit.renews) | unit.uses | unit.uses_later
            at_the_end |= unit.uses_later
    return chosen


def _unit(code, cell, own, source=None):
    tree = ast.parse(code)
    given, used, later = set(), set(), set()
    _names(symtable.symtable(code, "cell", "exec"), given, used, later)
    changed = {name for node in _outside_functions(tree) for name in _changed(node)}
    settings = {name for node in tree.body for name in _set(node)}
    certain = {name for node in tree.body for name in _surely_given(node)}
    return Unit(
        code if source is None else source,
        cell,
        own,
        gives=frozenset(given),
        renews=frozenset(certain - used),
        changes=frozenset(changed - _BUILTIN),
        sets=frozenset(settings - _BUILTIN),
        uses=frozenset(used - _BUILTIN),
        uses_later=frozenset(later - _BUILTIN),
        imports=all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body),
    )


def _whole(node):
    """The statement, its decorators included."""
    if getattr(node, "decorator_list", None):
        node.lineno = node.decorator_list[0].lineno
        node.col_offset = node.decorator_list[0].col_offset - 1
    return node


def _names(table, given, used, later):
    """Collect a scope's global names and those of the scopes in it, from Python's own symbols."""
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if not (top or symbol.is_global()):
            continue
        if symbol.is_assigned() or symbol.is_imported() or (top and symbol.is_namespace()):
            given.add(symbol.get_name())
        if symbol.is_referenced():
            (used if top else later).add(symbol.get_name())
    for inner in table.get_children():
        _names(inner, given, used, later)


def _outside_functions(tree):
    """All nodes that run when the code does: not those in functions."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _changed(node):
    """The names whose value a node may change."""
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        yield _base(node)
    elif isinstance(node, ast.AugAssign):
        yield _base(node.target)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield _base(node.func)
    elif _is_call_that_stands_alone(node) and _base(node.value.func) not in _BUILTIN:
        yield from (_base(one) for one in node.value.args)


def _set(node):
    """The names that a statement may change though they are modules."""
    if isinstance(node, ast.Assign):
        yield from (_base(one) for one in node.targets if not isinstance(one, ast.Name))
    elif _is_call_that_stands_alone(node):
        given = [*node.value.args, *(word.value for word in node.value.keywords)]
        if all(isinstance(one, ast.Constant) for one in given):
            yield _base(node.value.func)


def _is_call_that_stands_alone(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _base(node):
    """The name that `name`, `name.of[0].it` or `name(...).of` begins with; else no name."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _surely_given(node):
    """The names that a statement gives a value whatever happens."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        for one in node.targets:
            parts = one.elts if isinstance(one, ast.Tuple) else [one]
            yield from (part.id for part in parts if isinstance(part, ast.Name))
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.split(".")[0] for one in node.names)
