"""A ring buffer at several moments: what waits in it, where the next goes, what is read next."""

from tinyml_helpers.drawings.sketch import Sketch

_SIDE, _LEFT, _DOWN = 0.85, 4.3, 2.0


def ring_buffer(places, moments, title="A ring buffer", unit="hop"):
    """Draw a row of places for each moment; item n lies in place n modulo `places`.

    Args:
        places: how many the ring has.
        moments: a dict of a caption to (first, count): the number of the oldest item that waits,
            and how many wait.
        title: above the drawing.
        unit: what an item is called.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there is no moment, or more wait than there are places.
    """
    if not moments:
        raise ValueError("give one moment at least: {'a caption': (first, count)}")
    for caption, (_, count) in moments.items():
        if not 0 <= count <= places:
            raise ValueError(
                f"{caption!r}: {count} can't wait in {places} places; give 0 to {places}"
            )
    said = "; ".join(
        f"{' '.join(caption.split())}: {_waiting(unit, first, count)}, the next goes to place "
        f"{(first + count) % places}"
        for caption, (first, count) in moments.items()
    )
    width = _LEFT + places * _SIDE + 0.4
    words = f"{title} of {places} places at {len(moments)} moments. {said}"
    sketch = Sketch(title, words, width=width, height=len(moments) * _DOWN + 0.1)
    for row, (caption, (first, count)) in enumerate(moments.items()):
        y = 0.65 + row * _DOWN
        sketch.note(0.1, y + _SIDE / 2, caption, 10, horizontal="left")
        _row(sketch, y, places, first, count)
    return sketch.figure


def _row(sketch, y, places, first, count):
    """One moment: its cells, and arrows to where is written and read next."""
    held = {number % places: number for number in range(first, first + count)}
    for place in range(places):
        kind = "work" if place in held else "data"
        sketch.box(_LEFT + place * _SIDE, y, _SIDE, _SIDE, f"{held.get(place, '')}", kind, 9)
    if count < places:
        _point(sketch, (first + count) % places, y, "written next", above=True)
    if count:
        _point(sketch, first % places, y, "read next", above=False)


def _point(sketch, place, y, text, above):
    x = _LEFT + (place + 0.5) * _SIDE
    edge, way = (y, -0.32) if above else (y + _SIDE, 0.32)
    sketch.arrow((x, edge + way), (x, edge))
    sketch.note(x, edge + way * 1.5, text, 8.5)


def _waiting(unit, first, count):
    if count == 0:
        return f"no {unit} waits"
    if count == 1:
        return f"{unit} {first} waits"
    return f"{unit}s {first} to {first + count - 1} wait"
