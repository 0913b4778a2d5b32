"""The notebook around an answer: whether the answer's cell has run, and how that ended.

A cell that was changed and not run, or that stopped with an error, leaves the answer from before.
"""

import ast
import sys

#: exercise -> execution count of the cell that checked it last.
_checked = {}


def shell():
    """IPython's shell where this is a notebook or an IPython, else None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def note(exercise, name, state):
    """A sentence on an answer that may be an old one; empty where there is nothing to say.

    Args:
        exercise: the exercise's number as the lesson shows it.
        name: the answer's name.
        state: of the feedback: a right answer isn't asked for again.
    """
    history = getattr(shell(), "history_manager", None)
    if history is None:
        return ""
    sources = history.input_hist_parsed  # by execution count, up to the cell that runs now
    now = len(sources) - 1
    before, _checked[exercise] = _checked.get(exercise, now), now
    ran = next((n for n in range(now, 0, -1) if _defines(sources[n], name)), None)
    if ran is None:
        return ""
    if _tree(sources[ran]) is None:
        return (
            "The cell with your answer has a syntax error, so this is about your answer before it: "
            "correct that cell, run it, and check again"
        )
    if ran in getattr(history, "exceptions", {}):
        return (
            "The cell with your answer stopped with an error, so this may be about your answer "
            "before it: correct that cell, run it, and check again"
        )
    if state != "right" and ran <= before < now:
        return (
            "The cell with your answer hasn't run since the last check: if you changed it, run it "
            "(Shift+Enter) and check again"
        )
    return ""


def _defines(source, name):
    """Whether a cell gives the name a value, or would if Python could read it."""
    tree = _tree(source)
    if tree is None:
        lines = [line.strip().removeprefix("def ") for line in source.splitlines()]
        after = [line[len(name) :].lstrip() for line in lines if line.startswith(name)]
        return any(rest.startswith(("=", "(")) for rest in after)
    return any(
        (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.FunctionDef) and node.name == name)
        for node in ast.walk(tree)
    )


def _tree(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None
