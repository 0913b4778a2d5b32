"""The package's docstrings as reStructuredText: they are written as plainly as Markdown."""

import ast
import re

#: Names that share a meaning, in a section: "height, width: in pixels".
_NAMES = re.compile(r"^\s+\w+(, \w+)+(?=: )")

_CODE = re.compile(r"(`[^`]+`)")
#: What means something in reStructuredText, and nothing in these docstrings.
_MARKUP = re.compile(r"[*|\\]|(?<=\w)_(?!\w)")


def to_restructured_text(lines):
    """Change a docstring's lines, in place, before napoleon reads its sections.

    What is indented after an empty line is code, and so is what stands in backquotes; all else is
    words.
    """
    if _is_program(lines[1:]):
        lines[1:] = [f"    {line}" if line.strip() else line for line in lines[1:]]
    blocks, indent, code = [], 0, None
    for before, line in zip(["", *lines], lines, strict=False):
        here = len(line) - len(line.lstrip())
        if not line.strip():
            blocks.append([line, code is not None])
            continue
        if code is not None and here < code:
            code = None
        if code is None and here > indent and not before.strip():
            code = here
            blocks += [[" " * indent + "::", True], ["", True]]
        if code is None:
            indent = here
            # Sphinx would take what is before a space for a type.
            line = _NAMES.sub(lambda names: names[0].replace(", ", ","), line)
        blocks.append([line, code is not None])
    lines[:] = _escaped(blocks)


def _is_program(lines):
    """Whether all below a docstring's first line is Python: ruff takes its indent away."""
    try:
        found = ast.parse("\n".join(lines)).body
    except SyntaxError:
        return False
    return any(not isinstance(one, ast.Expr) or isinstance(one.value, ast.Call) for one in found)


def _escaped(blocks):
    """The lines; in those that are no code, by their mark, only backquotes mean anything."""
    words = "\n".join("\0" if is_code else line for line, is_code in blocks)
    parts = _CODE.split(words)
    parts[::2] = [_MARKUP.sub(r"\\\g<0>", part) for part in parts[::2]]
    parts[1::2] = [f"\\ `{part}`\\ " for part in parts[1::2]]  # it may stand in a word: `Stage`s
    kept = (line for line, is_code in blocks if is_code)
    return [next(kept) if line == "\0" else line for line in "".join(parts).split("\n")]
