"""What every set of movements is read as, and how to split it by person."""

from typing import NamedTuple

import numpy as np

#: Standard gravity, m/s². Source: SI Brochure, 9th edition, the definition of g_n.
G = 9.80665

#: A step between samples that is longer than so many seconds is a gap: nobody knows what happened.
LONGEST_GAP = 0.25


class Motion(NamedTuple):
    """A recording of one device on one person.

    Accelerations are specific force, as Android has it: at rest the axis that points up reads
    +9.8 m/s². Rotation is positive where it turns a right-handed screw along the axis.

    Attributes:
        person: str; recordings with the same one must not be on both sides of a split.
        activity: what is done throughout, such as "abduction"; None where `labels` say.
        place: "left" or "right" (wrist), "watch" or "phone".
        rate: samples a second, by the times and without the gaps; a float.
        times: float64 [n], seconds since the first sample, never falling.
        acceleration: float64 [n, 3], along x, y, z in m/s², gravity included.
        rotation: float64 [n, 3], about x, y, z in rad/s, or None; NaN where it wasn't measured.
        labels: str [n], what is done at each sample, or None.
        source: str, which recording of which set.
    """

    person: str
    activity: str | None
    place: str
    rate: float
    times: np.ndarray
    acceleration: np.ndarray
    rotation: np.ndarray | None = None
    labels: np.ndarray | None = None
    source: str = ""

    def __repr__(self):
        what = self.activity or "several activities"
        return (
            f"Motion: {self.source}, {self.person}, {self.place}, {what}, "
            f"{len(self.times) / self.rate:.1f} s at {self.rate:.1f} Hz"
        )


def recorded(times, acceleration, rotation=None, labels=None, **about):
    """A Motion from arrays, its rate measured.

    Args:
        times: [n], seconds, since any moment.
        acceleration: [n, 3], m/s².
        rotation: [n, 3], rad/s, or None.
        labels: str [n], or None.
        about: person, and as you know them activity, place, source.

    Raises:
        ValueError: fewer than two samples, shapes that don't fit, or times that fall or stand
            still.
    """
    times = np.asarray(times, np.float64)
    signals = {"acceleration": np.asarray(acceleration, np.float64)}
    if rotation is not None:
        signals["rotation"] = np.asarray(rotation, np.float64)
    if times.ndim != 1 or len(times) < 2:
        raise ValueError(f"times are {list(times.shape)}: give [n], two samples at least")
    for name, values in signals.items():
        if values.shape != (len(times), 3):
            raise ValueError(
                f"{name} is {list(values.shape)} for {len(times)} times: give [{len(times)}, 3]"
            )
    if labels is not None and len(labels) != len(times):
        raise ValueError(f"there are {len(labels)} labels for {len(times)} times: give one each")
    if not (np.diff(times) >= 0).all() or times[-1] == times[0]:
        raise ValueError("times fall, stand still or are missing: sort them, leave out what is NaN")
    return Motion(
        person=about.pop("person"),
        activity=about.pop("activity", None),
        place=about.pop("place", ""),
        rate=_measured_rate(times),
        times=times - times[0],
        **signals,
        labels=None if labels is None else np.asarray(labels, str),
        **about,
    )


def _measured_rate(times):
    steps = np.diff(times)
    inside = steps[steps <= LONGEST_GAP]
    steps = inside if inside.sum() else steps
    return float(len(steps) / steps.sum())


def at_times(times, measured, values):
    """One sensor's values at another's times, by straight lines between its samples.

    Args:
        times: float64 [n], seconds.
        measured: float64 [m], on the same clock, never falling: when the values are from.
        values: float64 [m, 3].

    Returns:
        float64 [n, 3], NaN in gaps of more than LONGEST_GAP, before the first and after the last.
    """
    found = np.full((len(times), values.shape[1]), np.nan)
    if len(measured) < 2:
        return found
    after = np.searchsorted(measured, times).clip(1, len(measured) - 1)
    inside = (measured[0] <= times) & (times <= measured[-1])
    bridged = measured[after] - measured[after - 1] <= LONGEST_GAP
    inside &= bridged | (times == measured[after]) | (times == measured[after - 1])
    for axis, of in enumerate(values.T):
        found[inside, axis] = np.interp(times[inside], measured, of)
    return found


def leave_one_out(motions):
    """Each person in turn left out: what a model makes of a stranger.

    Args:
        motions: a list of Motion, or of anything else with a `person`.

    Yields:
        (person, train, test): str, and two such lists, the others' and the person's own.

    Raises:
        ValueError: there are fewer than two people.
    """
    people = list(dict.fromkeys(motion.person for motion in motions))
    if len(people) < 2:
        raise ValueError(f"there are recordings of {len(people)} people: give two at least")
    for person in people:
        train = [motion for motion in motions if motion.person != person]
        yield person, train, [motion for motion in motions if motion.person == person]


def axis_up(motion):
    """The axis that points up while the device lies still, such as "+z": how to check axes.

    Raises:
        ValueError: it doesn't lie still, or none of its axes points up.
    """
    middle = np.median(motion.acceleration, axis=0)
    axis = int(np.abs(middle).argmax())
    spread = motion.acceleration.std(axis=0).max()
    if spread > 0.05 * G or not 0.9 * G < abs(middle[axis]) < 1.1 * G:
        values = ", ".join(f"{value:.1f}" for value in middle)
        raise ValueError(
            f"the accelerations are about {values} m/s² and vary by {spread:.1f}: lay the device "
            "still, one of its sides level"
        )
    return ("+" if middle[axis] > 0 else "-") + "xyz"[axis]
