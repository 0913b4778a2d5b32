"""What lies where in a board's memories."""

from typing import NamedTuple

from tinyml_helpers.drawings.sketch import Sketch

_TALL = 6.0  # a memory's column, in units
_LEAST = 0.8  # height of a part, so that its name fits


class Memory(NamedTuple):
    """A memory of a board.

    Attributes:
        name: such as "flash".
        start: its first address.
        size: how many bytes it has.
        parts: a tuple of (name, bytes, what it is for) for each part, from the lowest address up.
    """

    name: str
    start: int
    size: int
    parts: tuple


def memory_map(board, memories):
    """Draw a board's memories, to scale, and beside each what its used end holds, enlarged.

    Low addresses are at the bottom. The smallest parts are drawn larger than they are.

    Args:
        board: the board's name, for the title.
        memories: a list of `Memory`, drawn side by side.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: a memory has no parts, or they are larger than the memory.
    """
    for memory in memories:
        _check(memory)
    sketch = Sketch(
        f"{board}: who lies where",
        "; ".join([f"The memory map of {board}", *map(_in_words, memories)]),
        width=10 * len(memories),
        height=_TALL + 1.4,
    )
    for place, memory in enumerate(memories):
        _draw(sketch, 10 * place, memory)
    return sketch.figure


def _check(memory):
    used = _used(memory)
    if not memory.parts:
        raise ValueError(f"{memory.name} has no parts: give (name, bytes, what it is for) of each")
    if used > memory.size:
        raise ValueError(
            f"the parts of {memory.name} take {used:,} bytes and it has {memory.size:,}: what "
            "doesn't fit can't be drawn"
        )


def _used(memory):
    return sum(size for _, size, _ in memory.parts)


def _in_words(memory):
    parts = ", ".join(f"{name} {size:,}" for name, size, _ in memory.parts)
    return (
        f"{memory.name} of {memory.size:,} bytes from {memory.start:#010x}, from the bottom: "
        f"{parts}, the rest free"
    )


def _draw(sketch, x, memory):
    """A memory's column to scale at x + 1.9, and its parts at x + 3.7."""
    top, bottom, used = 1.0, 1.0 + _TALL, _used(memory)
    sketch.note(x + 4.5, 0.35, f"{memory.name}: {memory.size:,} bytes", 12, weight="bold")
    sketch.box(x + 1.9, top, 0.7, _TALL)
    height = _TALL * used / memory.size
    sketch.box(x + 1.9, bottom - height, 0.7, height, kind="work")
    _address(sketch, x + 1.75, top, memory.start + memory.size)
    _address(sketch, x + 1.75, bottom, memory.start)
    if memory.size - used > 0.1 * memory.size:
        sketch.note(x + 2.25, (top + bottom - height) / 2, "free", 9)
    heights = _heights(memory.parts)
    enlarged = bottom - sum(heights)
    for low, high in ((bottom, bottom), (bottom - height, enlarged)):
        sketch.line((x + 2.6, low), (x + 3.7, high), color="0.5", style="--", width=1)
    y = bottom
    for (name, size, what), tall in zip(memory.parts, heights, strict=True):
        y -= tall
        sketch.box(x + 3.7, y, 1.5, tall, name, kind="work", size=11)
        sketch.note(x + 5.4, y + tall / 2, f"{size:,} bytes\n{what}", 9, horizontal="left")


def _address(sketch, x, y, address):
    sketch.note(x, y, f"{address:#010x}", 8, horizontal="right")


def _heights(parts):
    """Of each part: its share of 4 units, but never too little for its name."""
    total = sum(size for _, size, _ in parts)
    return [max(4 * size / total, _LEAST) for _, size, _ in parts]
