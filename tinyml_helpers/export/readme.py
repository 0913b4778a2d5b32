"""The README of a project: five steps, what it takes of the board, and a tour of its files."""

_STEPS = (
    ("need", "What you need"),
    ("build", "Build"),
    ("flash", "Flash"),
    ("test", "Test"),
    ("trouble", "When it doesn't work"),
)

#: What to do for another model; of each program that has its model inside.
ANOTHER_MODEL = (
    "For another model export another project: this program doesn't check its model again, which "
    "was checked when the project was written."
)


def text(contents):
    """A project's README.md.

    Args:
        contents: a `Contents`.

    Returns:
        str, Markdown.
    """
    parts = [f"# {contents.title}", contents.about]
    for number, (name, heading) in enumerate(_STEPS, 1):
        parts += [f"## {number}. {heading}", getattr(contents.steps, name).strip()]
    rows = [
        f"| {name} | {size:,} B | {_share(contents, name)} |"
        for name, size in contents.sizes.items()
    ]
    parts += [
        "## What it takes",
        "Computed when this project was written, not measured on your board.\n\n"
        "| | bytes | of the board's |\n|---|---|---|\n" + "\n".join(rows),
        "## What is in which file",
        "\n".join(f"- `{name}`: {what}" for name, what in contents.tour.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _share(contents, name):
    has = contents.has.get(name)
    return f"{contents.sizes[name] / has:.1%} of {has:,} B" if has else ""
