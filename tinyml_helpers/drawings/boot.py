"""From power to the program: what runs first, and where it lies."""

from tinyml_helpers.drawings.sketch import Sketch


def boot(boot_loader, code, model):
    """Draw how a chip with flash beside it starts: ROM, second stage boot loader, program.

    Args:
        boot_loader, code, model: bytes of flash that each takes.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: a number of bytes is below 1.
    """
    parts = {"boot2": boot_loader, "vectors, code, constants": code, "model": model}
    for name, size in parts.items():
        if size < 1:
            raise ValueError(f"{name} has {size} bytes: give 1 at least")
    sizes = ", ".join(f"{name} {size:,} bytes" for name, size in parts.items())
    words = (
        "The ROM reads the first 256 bytes of flash and checks their sum; boot2, which they are, "
        "sets up the way to flash, and jumps into the program behind it. "
        f"In flash, from its beginning: {sizes}"
    )
    sketch = Sketch("From power to main", words, width=14.4, height=5.4)
    steps = [
        sketch.box(0.2, 0.5, 2.8, 1.3, "ROM\nchecks a sum", kind="store"),
        sketch.box(4.4, 0.5, 2.8, 1.3, "boot2\nsets up the wires"),
        sketch.box(8.8, 0.5, 2.8, 1.3, "the program\nreset, then main", kind="work"),
    ]
    sketch.arrow(steps[0].right, steps[1].left, "sound")
    sketch.arrow(steps[1].right, steps[2].left)
    sketch.note(0.2, 2.15, "not sound: be a drive", 9, horizontal="left")
    x, places = 0.2, []
    for name, width in zip(parts, (2.4, 6.6, 5.0), strict=True):
        kind = {"boot2": "data", "model": "store"}.get(name, "work")
        places.append(sketch.box(x, 3.5, width, 1.0, name, kind))
        sketch.note(x + width / 2, 4.8, f"{parts[name]:,} B", 9)
        x += width
    sketch.arrow(steps[1].bottom, places[0].top, bend=-0.15)
    sketch.arrow(steps[2].bottom, places[1].top)
    sketch.note(14.2, 3.2, "flash (not to scale)", 9, horizontal="right")
    return sketch.figure
