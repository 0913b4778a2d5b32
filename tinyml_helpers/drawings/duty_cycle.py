"""A device that sleeps, wakes, works and sleeps again: its current over time."""

from tinyml_helpers.drawings.sketch import Sketch

_GROUND = 3.6  # where no current flows, in units from the top


def duty_cycle(awake=0.25, asleep=0.12):
    """Draw the current of a device over three periods, and its average.

    Args:
        awake: the share of a period for which it is awake, above 0 and below 1.
        asleep: its current asleep as a share of the one awake, from 0 to 1. A real chip's would be
            too small to see.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: a share is out of range.
    """
    if not (0 < awake < 1 and 0 <= asleep <= 1):
        raise ValueError(f"awake {awake} and asleep {asleep} are shares: give some between 0 and 1")
    average = awake + asleep * (1 - awake)
    sketch = Sketch(
        "A duty cycle (not to scale)",
        "The current over three periods: high while the device is awake, low while it sleeps. The "
        "average, a dashed line, lies in between, the lower the shorter it is awake",
        width=14.4,
        height=4.7,
    )
    period, high = 4.0, 2.8
    for number in range(3):
        start = 0.6 + number * period
        for x, width, level, kind in (
            (start, awake * period, 1, "now"),
            (start + awake * period, (1 - awake) * period, asleep, "work"),
        ):
            sketch.box(x, _GROUND - level * high, width, level * high, kind=kind)
        sketch.note(start + awake * period / 2, _GROUND - high / 2 - 0.5, "awake", 9)
        sketch.note(start + (1 + awake) * period / 2, _GROUND - asleep * high - 0.2, "asleep", 9)
    end, line = 0.6 + 3 * period, _GROUND - average * high
    sketch.line((0.6, line), (end, line), style="--")
    sketch.note(end + 0.15, line, "average", 9, horizontal="left")
    sketch.arrow((0.6, _GROUND), (0.6, 0.2))
    sketch.arrow((0.6, _GROUND), (end + 1.5, _GROUND))
    sketch.note(0.35, 0.6, "current", 9, horizontal="right").set_rotation(90)
    sketch.note(end + 1.5, _GROUND + 0.3, "time", 9, horizontal="right")
    below = _GROUND + 0.45
    sketch.arrow((0.6, below), (0.6 + period, below))
    sketch.arrow((0.6 + period, below), (0.6, below))
    sketch.note(0.6 + period / 2, below + 0.3, "a period", 9)
    return sketch.figure
