"""Sessions: one person's exercises as a stream, with pauses between them, and what was done when.

    strangers = session([motion for motion in motions if motion.person == "seglearn 7" and ...])
    hops = coach.push(strangers.samples)

The exercises are recordings of people, or of a simulated arm. What is between them is neither:
people who exercise do nothing else, and the wrist hardly ever rests in their recordings for a
second. A pause is simulated: the arm is moved to where the next exercise begins, and now and then
turned about at random, slowly or nervously, gravity along with it. That is enough to see where a
series begins and ends, and to teach a model that stillness and aimless turning are none of these.
It stands for nobody's daily life: how often a coach names what nobody exercised, days of real wear
must say.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import samples

#: Seconds over which the pose at the end of a series, or at its start, is taken.
_POSE = 0.5

#: Seconds in which what still moves at the end of a series dies away.
_FADE = 0.4

#: Seconds that moving the arm to where the next exercise begins takes, at least and at most.
_MOVING = 1.0, 2.5

#: Fidgeting: Hz, and rad/s (standard deviation), each at least and at most.
_OFTEN, _FAST = (0.3, 2.0), (0.4, 2.0)

#: Of accelerations that aren't gravity's while fidgeting, g (standard deviation).
_PUSHES = 0.06

#: A sensor's own noise: g and rad/s.
_NOISE = np.array([0.004] * 3 + [0.01] * 3)

_UNITS = np.array([c_coach.STEPS_A_G] * 3 + [c_coach.STEPS_A_RADIAN] * 3)


class Series(NamedTuple):
    """An exercise in a session.

    Attributes:
        exercise: one of c_coach.CLASSES.
        start, end: its samples, session.samples[start:end].
        source: the recording they are from.
    """

    exercise: str
    start: int
    end: int
    source: str


class Session(NamedTuple):
    """One person's exercises as a stream.

    Attributes:
        samples: int16 [n, 6], in the wrist's units, of `arm`; 50 a second.
        truth: uint8 [n], the place in c_coach.CLASSES of what is done.
        series: a tuple of `Series`, in order.
        arm: "left" or "right".
    """

    samples: np.ndarray
    truth: np.ndarray
    series: tuple
    arm: str


def session(motions, seed=0, pauses=(6.0, 12.0)):
    """Recordings of one person's arm as a session: a pause, a series, a pause, ..., a pause.

    Args:
        motions: Motion at 50 Hz in the order they are done, of one person and one arm.
        seed: of the pauses.
        pauses: seconds, the shortest and the longest, at least 3.

    Returns:
        A `Session`.

    Raises:
        ValueError: there are no recordings, they are of several people or arms or of something that
            isn't among c_coach.CLASSES, as `coach.samples`, or pauses are too short.
    """
    if len({(motion.person, motion.place) for motion in motions}) != 1:
        raise ValueError("a session is one person's, with one arm: give such recordings, one each")
    for motion in motions:
        if motion.activity not in c_coach.CLASSES[: c_coach.NONE]:
            raise ValueError(
                f"{motion.source} is of {motion.activity}, which is none of "
                f"{', '.join(c_coach.CLASSES[: c_coach.NONE])}"
            )
    rng = np.random.default_rng(seed)
    parts = [samples(motion) for motion in motions]
    stream, truth, series = [], [], []
    for number in range(len(parts) + 1):
        before = parts[number - 1] if number else None
        after = parts[number] if number < len(parts) else None
        stream.append(pause(_count(pauses, rng), rng, before, after))
        truth.append(np.full(len(stream[-1]), c_coach.NONE, np.uint8))
        if after is not None:
            motion, start = motions[number], sum(map(len, stream))
            series.append(Series(motion.activity, start, start + len(after), motion.source))
            stream.append(after)
            place = c_coach.CLASSES.index(motion.activity)
            truth.append(np.full(len(after), place, np.uint8))
    return Session(
        np.concatenate(stream), np.concatenate(truth), tuple(series), motions[0].place or "left"
    )


def idle(motions, seconds, seed=0):
    """Pauses only, one after the other, from pose to pose: "none of these" to train on.

    Args:
        motions: Motion at 50 Hz: their first moments are the poses. Of people that are trained on.
        seconds: how much.
        seed: of it all.

    Returns:
        int16 [50 * seconds, 6], in the wrist's units; an arm's as the motions' are.

    Raises:
        ValueError: there are no motions, or as `coach.samples`.
    """
    if not motions:
        raise ValueError("there are no motions whose poses could be taken: give one at least")
    rng, wanted, made = np.random.default_rng(seed), round(seconds * c_coach.RATE), []
    before = None
    while sum(map(len, made)) < wanted:
        after = samples(motions[rng.integers(len(motions))])
        made.append(pause(_count((6, 12), rng), rng, before, after))
        before = made[-1]
    return np.concatenate(made)[:wanted]


def _count(pauses, rng):
    if not 3 <= pauses[0] <= pauses[1]:
        raise ValueError(f"pauses last {pauses}: give seconds, the shortest (3 at least) first")
    return round(c_coach.RATE * rng.uniform(*pauses))


def pause(count, rng, before=None, after=None):
    """A pause between two series, simulated.

    Args:
        count: samples, 150 at least.
        rng: a NumPy generator.
        before, after: int16 [n, 6], what is done before and after; None if nothing is.

    Returns:
        int16 [count, 6], in the wrist's units.
    """
    from scipy.spatial.transform import Rotation

    edge = round(_POSE * c_coach.RATE)
    poses = [_up(before[-edge:]) if before is not None else None]
    poses.append(_up(after[:edge]) if after is not None else poses[0])
    first, last = poses[0] if poses[0] is not None else poses[1], poses[1]
    times = np.arange(count + 1) / c_coach.RATE

    # To the next pose, by the shortest way.
    axis, angle = _from_to(first, last)
    takes = rng.uniform(*_MOVING)
    along = np.clip((times - rng.uniform(0, times[-1] - takes)) / takes, 0, 1)
    moved = -angle * (along**2 * (3 - 2 * along))[:, None] * axis

    # And about, now more, now less, not at all at the ends.
    liveliness = np.clip(_smooth(count + 1, 0.1, rng)[:, 0] + 0.2, 0, 1)
    liveliness *= np.clip(np.minimum(times, times[-1] - times), 0, 1)
    often, fast = rng.uniform(*_OFTEN), rng.uniform(*_FAST)
    # Smooth noise of size 1 below f Hz changes by 5.3 f a second.
    far = fast / (5.3 * often)
    turned = far * liveliness[:, None] * _smooth(count + 1, often, rng, 3)
    # The body's frame as the world sees it: gravity is what the world's up is in it.
    frames = Rotation.from_rotvec(moved) * Rotation.from_rotvec(turned)
    made = np.empty((count, 6))
    made[:, :3] = frames[:-1].inv().apply(first)
    made[:, :3] += _PUSHES * liveliness[:-1, None] * _smooth(count, 2 * often, rng, 3)
    made[:, 3:] = (frames[:-1].inv() * frames[1:]).as_rotvec() * c_coach.RATE
    made += rng.normal(0, _NOISE, made.shape)

    made *= _UNITS
    fade = np.clip(1 - np.arange(count) / (_FADE * c_coach.RATE), 0, 1)[:, None] ** 2
    if before is not None:
        made += fade * (before[-1] - made[0])
    if after is not None:
        made += fade[::-1] * (after[0] - made[-1])
    return np.clip(np.rint(made), -(2**15), 2**15 - 1).astype(np.int16)


def _up(part):
    """Where up is, on average: a unit vector."""
    middle = part[:, :3].mean(0)
    return middle / np.linalg.norm(middle)


def _from_to(first, last):
    """The rotation that takes one unit vector to another: its axis, and its angle in rad."""
    axis = np.cross(first, last)
    size = np.linalg.norm(axis)
    if size < 1e-6:  # opposite or the same: any axis across will do
        axis = np.cross(first, np.eye(3)[np.abs(first).argmin()])
    return axis / np.linalg.norm(axis), np.arctan2(size, first @ last)


def _smooth(count, hertz, rng, columns=1):
    """Smooth noise below a frequency, of standard deviation 1: float64 [count, columns]."""
    from scipy.ndimage import gaussian_filter1d

    # A Gaussian's spread in time for -3 dB at that frequency.
    spread = 0.1325 * c_coach.RATE / hertz
    around = int(4 * spread)
    noise = rng.normal(0, 1, (count + 2 * around, columns))
    smooth = gaussian_filter1d(noise, spread, axis=0, mode="wrap")[around : around + count]
    return smooth * np.sqrt(2 * np.sqrt(np.pi) * spread)
