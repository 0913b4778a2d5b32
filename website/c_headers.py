"""A page for each C header that a reader may include: its text, and the room it is of."""

import itertools

#: Where headers to include stand, in the order of the page that lists them.
_FOLDERS = ("micro/c/include", "signals", "applications")


def paths(root):
    """The headers' paths from the workbook's folder, str with "/", those of a room together."""
    package = root / "tinyml_helpers"
    found = [path for folder in _FOLDERS for path in sorted((package / folder).rglob("*.h"))]
    return [path.relative_to(root).as_posix() for path in found]


def page(path, text):
    """Markdown of one header's page."""
    name = path.rpartition("/")[2]
    return f"# {name}\n\n`{path}`\n\n```c\n{text.rstrip()}\n```\n"


def contents(headers):
    """Markdown of the page that lists them, room by room.

    Args:
        headers: a dict: a header's path -> its source in the site.
    """
    text = """# C headers

The C that runs on a board and on this computer alike, by what its headers promise.
[The micro-interpreter](micro_interpreter.md) is a library that stands alone.

```{toctree}
:hidden:

micro_interpreter
```
"""
    for room, of_room in itertools.groupby(headers, _room):
        names = "\n".join(headers[path].rpartition("/")[2].removesuffix(".md") for path in of_room)
        text += f"\n## {room}\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"
    return text


def _room(path):
    return path.removeprefix("tinyml_helpers/").rpartition("/c/")[0].replace("/", " / ")
