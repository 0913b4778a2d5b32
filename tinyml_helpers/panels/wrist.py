"""Movements of a wrist to look at: a forearm that moves as the watch says, above its six curves."""

import base64
import json
import math
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.motion.series import G
from tinyml_helpers.panels import still, wrist_still
from tinyml_helpers.signals.orientation import orientations

#: What a notebook keeps grows with the seconds and the samples shown: so many, and no more.
_LONGEST_SECONDS, _MOST_A_SECOND = 15, 25
_LEAST_SECONDS = 1

#: How far a movement's own rate may be from the one that was said.
_NEARLY = 0.02

_FOLDER = Path(__file__).parent


class Shown(NamedTuple):
    """What is shown of a movement.

    Attributes:
        name: str, its title.
        hand: 1 if the sensor's x axis points to the hand, -1 if it points to the elbow.
        acceleration: float64 [n, 3], g.
        rotation: float64 [n, 3], rad/s.
        orientation: float64 [n, 4], unit quaternions, see `signals.orientation`.
    """

    name: str
    hand: int
    acceleration: np.ndarray
    rotation: np.ndarray
    orientation: np.ndarray


class Wrist:
    """One movement, or two side by side, that play in the notebook.

    All that plays is in the cell's output, so that it plays without a kernel and on a page on the
    web, too. Where no script runs a picture stands for it. nbval compares the script: who changes
    this panel's code refreshes the lessons that show it.

    Attributes:
        shown: a tuple of `Shown`.
        step: seconds between the samples shown.
        limits: the ends of the scales, g and rad/s, the same for all movements.
    """

    def __init__(self, shown, step):
        self.shown, self.step = tuple(shown), step
        self.limits = tuple(
            max(1, math.ceil(max(np.abs(getattr(one, name)).max() for one in shown)))
            for name in ("acceleration", "rotation")
        )

    def __repr__(self):
        return f"Movements to watch: run this cell. {', '.join(one.name for one in self.shown)}."

    def _repr_mimebundle_(self, **_kwargs):
        figure = wrist_still.figure(self.shown, self.step, self.limits)
        picture = still.drawn(figure, colours=32, dpi=72)
        bundle = {"text/plain": repr(self), "application/javascript": self.script()}
        return still.beside(bundle, *picture)

    def script(self):
        """JavaScript, str, that puts the panel into the variable `element`, an HTML element."""
        content = {
            "step": self.step,
            "seconds": (max(len(one.rotation) for one in self.shown) - 1) * self.step,
            "limits": self.limits,
            "motions": [self._packed(one) for one in self.shown],
            "style": _read("panel.css", "wrist.css"),
        }
        # On a page, a "</script>" in a name would end the script.
        packed = json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")
        code = _read("make.js", "wrist_arm.js", "wrist.js")
        return f"(() => {{\n{code}showWrist(element, {packed});\n}})();"

    def _packed(self, one):
        signals = np.hstack(
            [one.acceleration / self.limits[0], one.rotation / self.limits[1]],
        )
        return {
            "name": one.name,
            "hand": one.hand,
            "signals": _integers(signals, np.int8),
            "orientation": _integers(one.orientation, np.int16),
        }


def wrist(*motions, names=None, rate=50):
    """Show a movement of a wrist, or two side by side, for at most their first 15 seconds.

    A forearm and its watch turn as the watch did, by `signals.orientation.orientations`: only which
    way it points is known, not where it is, and its heading starts at 0 and drifts. Below are six
    curves: acceleration and rotation, each along x, y and z.

    Args:
        motions: one or two, each with `acceleration` [n, 3] in m/s² and `rotation` [n, 3] in rad/s,
            and if it has them `rate`, `place` (on the "right" wrist x points to the elbow, else to
            the hand), and `activity` or `source` for its title, as a `datasets.Motion` has.
        names: their titles, instead.
        rate: samples a second.

    Returns:
        The `Wrist`; as the last line of a cell it shows itself.

    Raises:
        ValueError: not one or two movements, not as many names, another rate than the movement
            has, no rotation, shapes that don't fit, gaps (NaN), or less than a second.
    """
    if not 1 <= len(motions) <= 2:
        raise ValueError(f"there are {len(motions)} movements: give one, or two to compare")
    names = [_title(motion) for motion in motions] if names is None else list(names)
    if len(names) != len(motions):
        raise ValueError(f"there are {len(names)} names for {len(motions)} movements: give as many")
    if not 0 < rate < math.inf:
        raise ValueError(f"the rate is {rate}: give samples a second, more than 0")
    every = math.ceil(rate / _MOST_A_SECOND)
    shown = [
        _shown(motion, str(name), rate, every) for motion, name in zip(motions, names, strict=True)
    ]
    return Wrist(shown, every / rate)


def _title(motion):
    return getattr(motion, "activity", None) or getattr(motion, "source", "") or "a movement"


def _shown(motion, name, rate, every):
    own = getattr(motion, "rate", rate)
    if abs(own - rate) > _NEARLY * rate:
        raise ValueError(
            f"{name} has {own:.4g} samples a second, not {rate:.4g}: give rate={own:.4g}, or "
            "resample it (datasets.resampled_motion)"
        )
    if getattr(motion, "rotation", None) is None:
        raise ValueError(f"{name} has no rotation: without a gyroscope it can't be drawn")
    count = int(_LONGEST_SECONDS * rate)
    acceleration, rotation = (
        np.asarray(values, float)[:count] for values in (motion.acceleration, motion.rotation)
    )
    try:
        orientation = orientations(acceleration, rotation, rate)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if len(acceleration) < _LEAST_SECONDS * rate:
        raise ValueError(f"{name} has {len(acceleration)} samples: give a second at least")
    hand = -1 if getattr(motion, "place", "") == "right" else 1
    return Shown(name, hand, acceleration[::every] / G, rotation[::every], orientation[::every])


def _integers(values, kind):
    """Values from -1 to 1 as integers, little-endian, in base64."""
    integers = np.rint(values * np.iinfo(kind).max).astype(np.dtype(kind).newbyteorder("<"))
    return base64.b64encode(integers.tobytes()).decode("ascii")


def _read(*names):
    """Such files, one behind the other, without comments and indents: a notebook keeps the text."""
    text = "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r"^ *(//.*\n|/\*.*\*/\n|\n)?", "", text, flags=re.MULTILINE)
