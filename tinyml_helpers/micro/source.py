"""The interpreter's own C, to read in a lesson."""

import re

from tinyml_helpers.micro import binding


def source(function):
    """The C of one of the interpreter's functions, with the comment above it.

    Args:
        function: its name, such as "tm_invoke".

    Returns:
        The text, starting with the file's name in a comment.

    Raises:
        ValueError: there is no such function.
    """
    # A definition starts at the left margin and ends with the first brace there.
    pattern = (
        rf"((?://[^\n]*\n)*[^\s/#}}][^\n;]*\b{re.escape(function)}\([^;{{]*\)\n\{{\n.*?\n\}}\n)"
    )
    headers = sorted((binding.FOLDER / "src").rglob("*.h"))
    for path in [*binding.sources(), *headers]:
        found = re.search(pattern, path.read_text(encoding="utf-8"), re.DOTALL)
        if found:
            return f"// {path.relative_to(binding.FOLDER / 'src').as_posix()}\n{found[1]}"
    raise ValueError(f"the interpreter has no function {function!r}: see micro.h for those it has")
