"""The ruler of 256 codes that quantization lays over a range of values."""

from tinyml_helpers.drawings.sketch import Sketch

#: Where the ruler begins and how long it is, in units.
_LEFT, _LENGTH = 1.9, 9.9


def ruler(low=-1.21, high=3.93, beyond=5.0):
    """Draw a range of real values above the int8 codes that stand for them.

    Args:
        low: the value that gets the code -128, 0 or below.
        high: the value that gets the code 127, above 0.
        beyond: a value above `high`, to show that it gets the last code; None for none.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: the range has no zero in it, or `beyond` lies within it.
    """
    if not low <= 0 < high:
        raise ValueError(f"the range {low} to {high} has no zero in it: start at 0 or below")
    if beyond is not None and beyond <= high:
        raise ValueError(f"{beyond} lies on the ruler: give a value above {high}")
    zero_point = round(-128 - low / (high - low) * 255)
    words = (
        f"A ruler: the values {low:g}, 0 and {high:g} above, their codes -128, {zero_point} and "
        "127 below; a gap between two marks is the scale"
    )
    if beyond is not None:
        words += f". The value {beyond:g} lies beyond the ruler and gets the code 127"
    sketch = Sketch("Values above, codes below", words, height=4.1)

    def place(value):
        return _LEFT + _LENGTH * min((value - low) / (high - low), 1.14)

    sketch.box(_LEFT, 1.9, _LENGTH, 0.5, kind="work")
    for mark in range(1, 32):
        x = _LEFT + _LENGTH * mark / 32
        sketch.line((x, 1.9), (x, 2.08))
    for value, code in ((low, -128), (0, zero_point), (high, 127)):
        now = value == 0
        name = "0" if now else f"{value:g}"
        sketch.arrow((place(value), 1.0), (place(value), 1.9))
        sketch.note(place(value), 0.75, name, 11, weight="bold" if now else "normal")
        sketch.note(place(value), 2.75, f"{code:,}".replace("-", "−"), 11, weight="bold")
    sketch.note(place(0), 3.3, "the zero point", 9)
    sketch.note(0.1, 0.75, "value", 9, horizontal="left")
    sketch.note(0.1, 2.75, "code", 9, horizontal="left")
    first = _LEFT + _LENGTH * 20 / 32
    sketch.arrow((first - 0.5, 3.5), (first + 0.05, 2.45))
    sketch.note(first - 0.6, 3.6, "one gap: the scale", 9, vertical="top")
    if beyond is not None:
        sketch.note(place(beyond), 0.75, f"{beyond:g}", 11)
        sketch.arrow((place(beyond), 1.0), (_LEFT + _LENGTH + 0.05, 1.95), bend=-0.2)
        sketch.note(place(beyond), 2.2, "saturates", 9)
    return sketch.figure
