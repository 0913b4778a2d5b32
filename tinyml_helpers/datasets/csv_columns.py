"""What the columns of a phone's or a board's table are, by their names."""

import re

#: How many seconds one of it is.
TIME_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}

#: Units as people write them -> as they are called here.
ALIASES = {"m/s²": "m/s2", "m/s^2": "m/s2", "µs": "us", "μs": "us"}

#: Where neither the header nor the caller says in what times are, the samples come 20 to 20,000
#: times a second: each unit's steps then have a range of their own.
_SLOWEST = 20

_TIME_NAME = re.compile(r"elapsed|time|date|zeit|millis|micros|nanos|^t(?![a-z])|^[muµμn]?s$")
_TIME_UNIT = {
    "ns": re.compile(r"(?<![a-z])ns(?![a-z])|nano"),
    "us": re.compile(r"(?<![a-z])[uµμ]s(?![a-z])|micro"),
    "ms": re.compile(r"(?<![a-z])ms(?![a-z])|milli"),
    "s": re.compile(r"(?<![a-z])s(?![a-z])|second|(?<![a-z])sec"),
}
_ACCELERATION_UNIT = {
    "m/s2": re.compile(r"m/s|m\s?s-2"),
    "mg": re.compile(r"[(\[]\s*mg\s*[)\]]|_mg$"),
    "g": re.compile(r"[(\[]\s*g\s*[)\]]|_g$|^gf"),
}
_ROTATION_UNIT = {
    "rad/s": re.compile(r"rad"),
    "deg/s": re.compile(r"deg|°|dps"),
}
_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_AXIS = re.compile(r"(?:a|acc|accel|f|g|gyr|gyro|w)?([xyz])")

#: How a sensor's columns are called: what a word begins with, what all of them have, and what a
#: word of another's begins with.
_SENSORS = {
    "acceleration": (
        re.compile("acc"),
        re.compile("acc|^a[xyz]$|linear"),
        re.compile("gyr|rot|mag|grav|ang|ori|att|qua|vel|pos|[gw][xyz]$"),
    ),
    "rotation": (
        re.compile("gyr|rot|[gw][xyz]$"),
        re.compile("gyr|rot|^[gw][xyz]$"),
        re.compile("acc|mag|grav|ori|att|qua|vec|pos|a[xyz]$"),
    ),
}


def known(unit, units, what):
    """A unit by the name it has in `units`; None stays None.

    Raises:
        ValueError: there is no such unit.
    """
    unit = ALIASES.get(unit, unit)
    if unit is not None and unit not in units:
        raise ValueError(f"{what} is {unit!r}: give one of {', '.join(units)}, or None")
    return unit


def time_column(table):
    """The accelerations' own before others', then one that counts from the start, then seconds.

    Raises:
        ValueError: no column's name says time.
    """
    if not table.header:
        return 0
    able = [
        (index, name.lower())
        for index, name in enumerate(table.header)
        if _TIME_NAME.search(name.lower())
    ]
    if not able:
        raise ValueError(
            f"{table.name} has the columns {listed(table.header)} and none for the time: call one "
            "of them time"
        )

    def worse(column):
        name = column[1]
        return not name.startswith("acc"), "elapsed" not in name, not _said(_TIME_UNIT, name)

    return min(able, key=worse)[0]


def seconds_of(table, clock, times, unit):
    """What one of the times is in seconds: as told, as the header says, or by their steps."""
    if unit is None and table.header:
        unit = _said(_TIME_UNIT, table.header[clock].lower())
    if unit is not None:
        return TIME_UNITS[unit]
    step = (times[-1] - times[0]) / (len(times) - 1)
    able = [size for size in TIME_UNITS.values() if step * size * _SLOWEST < 1.001]
    return max(able, default=TIME_UNITS["ns"])


def axes(table, sensor="acceleration"):
    """Each axis, "x", "y", "z" -> a list of the columns that have it, by their names.

    Args:
        table: a CsvTable. Without a header its columns are time, x, y, z.
        sensor: "acceleration" or "rotation". Plain x, y, z can be either.
    """
    if not table.header:
        return {"xyz"[column - 1]: [column] for column in range(1, table.width) if table.width <= 4}
    starts, has, other = _SENSORS[sensor]
    words = [_WORD.findall(_IN_BRACKETS.sub("", name)) for name in table.header]
    words = [[word.lower() for word in some] for some in words]
    if any(starts.match(word) for some in words for word in some):
        words = [some if has.search(" ".join(some)) else [] for some in words]
    found = {}
    for column, some in enumerate(words):
        names = {match[1] for word in some if (match := _AXIS.fullmatch(word))}
        if len(names) == 1 and not any(other.match(word) for word in some):
            found.setdefault(names.pop(), []).append(column)
    return dict(sorted(found.items()))


def unit_said(title, sensor="acceleration"):
    """The unit that a column's title says, or None."""
    units = _ACCELERATION_UNIT if sensor == "acceleration" else _ROTATION_UNIT
    return _said(units, title.lower())


def listed(names):
    """Names in quotes."""
    return ", ".join(repr(name) for name in names)


def _said(units, title):
    return next((unit for unit, pattern in units.items() if pattern.search(title)), None)
