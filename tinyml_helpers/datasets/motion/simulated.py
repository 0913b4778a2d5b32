"""An arm that doesn't exist: shoulder exercises as a watch on its wrist would measure them.

    from tinyml_helpers.datasets.motion import simulated

    simulated.exercise("abduction", person=3)               # a Motion at 50 Hz
    simulated.sensed(angles, rate=500, height=1.75)         # of any movement of the arm's

An arm is two straight pieces: from the shoulder, which stays where it is, to the elbow, and from
there to a watch on the left wrist. Its joints turn from one pose to another and back, by the way of
the least jerk: a share s = 10 τ³ - 15 τ⁴ + 6 τ⁵ of it after a share τ of the time. Source: T. Flash
and N. Hogan, The coordination of arm movements, Journal of Neuroscience 5 (1985), 1688-1703. In the
pendulum it hangs, and swings around as the rod does that it nearly is, once in 2π √(2 L / 3 g).

From the joints' angles follow the watch's place p and its frame R, and from these what sensors
measure:

    acceleration    Rᵀ (p'' + g up): gravity, and what turning adds along and across the arm
    rotation        how R turns, about its own axes

Nobody moves like that: a shoulder isn't a point, muscles tire, a rubber band pulls, people cheat.
Poses and times are chosen by hand, by what the exercises are said to be; they are fitted to no
recording. `data/arms.md` says more. This module knows how an arm moves, and nothing of what a model
makes of it.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.motion.series import G, recorded

RATE = 50

#: Angles are computed so many times as often as samples are taken.
_FINER = 10

#: By a person's height: the upper arm, the forearm to a watch, which is worn a little above the
#: wrist, and the whole arm with its hand. Source: R. Drillis and R. Contini, Body Segment
#: Parameters, 1966, as in D. A. Winter, Biomechanics and Motor Control of Human Movement.
UPPER, FORE, WHOLE = 0.186, 0.146 - 0.02, 0.186 + 0.146 + 0.108

#: A person's height, m, and how much slower than `EXERCISES` he or she is, at least and at most.
_HEIGHT, _SLOWNESS = (1.55, 1.90), (0.9, 1.1)

#: From repetition to repetition: how far it goes (share; a pendulum twice as much), how long it
#: takes (share), and where it ends (degrees of each joint); all standard deviations.
_FAR, _LONG, _AIM = 0.05, 0.05, 2.0

#: How far the pendulum swings to the front and sideways, degrees.
_SWING = np.array([22.0, 20.0])

#: Of the sensors, and of a hand that isn't quite still: m/s² and rad/s, standard deviations.
_NOISE = np.array([0.04] * 3 + [0.01] * 3)

#: The watch's x, y and z while the arm hangs, its palm at the thigh, as columns: they point down,
#: to the back and to the left. The world's axes point to the front, to the left and up.
_HANGING = np.array([[0, -1, 0], [0, 0, 1], [-1, 0, 0]], np.float64)

_SEED = 0x61726D


class Pose(NamedTuple):
    """Angles of a left arm's joints, degrees: all are 0 while it hangs, its palm at the thigh.

    Attributes:
        flexion: of the shoulder, to the front.
        abduction: of the shoulder, sideways and away from the body; after flexion.
        outward: the upper arm about itself, its front turned away from the body.
        elbow: how far it is bent.
        pronation: the forearm about itself, the palm turned to the back.
    """

    flexion: float = 0.0
    abduction: float = 0.0
    outward: float = 0.0
    elbow: float = 0.0
    pronation: float = 0.0


class Exercise(NamedTuple):
    """A repetition: to another pose and back.

    Attributes:
        start, end: a `Pose` each.
        seconds: that it takes to get there, stays there, takes to get back, and stays here.
    """

    start: Pose
    end: Pose
    seconds: tuple


#: What an arm does besides the pendulum.
EXERCISES = {
    "abduction": Exercise(Pose(), Pose(abduction=120, outward=30), (1.0, 0.1, 1.0, 0.2)),
    "forward elevation": Exercise(
        Pose(pronation=70), Pose(flexion=130, pronation=70), (1.0, 0.1, 1.0, 0.2)
    ),
    "internal rotation": Exercise(
        Pose(outward=40, elbow=90), Pose(outward=-50, elbow=90), (0.8, 0.1, 1.0, 0.2)
    ),
    "external rotation": Exercise(
        Pose(outward=-50, elbow=90), Pose(outward=40, elbow=90), (0.8, 0.1, 1.0, 0.2)
    ),
    "trapezius row": Exercise(Pose(flexion=15), Pose(flexion=-30), (0.6, 0.1, 0.8, 0.2)),
    "bent-over row": Exercise(Pose(), Pose(flexion=-50, elbow=90), (0.6, 0.1, 0.7, 0.2)),
}

#: All that an arm does.
NAMES = ("pendulum", *EXERCISES)


def exercise(name, person=0, repetitions=20):
    """A series of an exercise, as a watch on the left wrist measures it.

    Args:
        name: one of NAMES.
        person: an int from 0 up, who has a height and a tempo; the same is the same everywhere.
        repetitions: an int from 3 up. The pendulum's first begins at rest, and its last ends there.

    Returns:
        A Motion at 50 Hz; its person is "simulated 3", its place "left".

    Raises:
        ValueError: an argument isn't as above.
    """
    if name not in NAMES:
        raise ValueError(f"an exercise is one of {', '.join(NAMES)}, not {name!r}")
    for what, value, least in (("person", person, 0), ("repetitions", repetitions, 3)):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
            raise ValueError(f"{what} is {value!r}: give a whole number from {least} up")
    who = np.random.default_rng([_SEED, int(person)])
    height, slowness = who.uniform(*_HEIGHT), who.uniform(*_SLOWNESS)
    rng = np.random.default_rng([_SEED, int(person), 1 + NAMES.index(name)])
    if name == "pendulum":
        angles = _swinging(height, repetitions, rng)
    else:
        angles = _repeated(EXERCISES[name], slowness, repetitions, rng)
    values = sensed(angles, _FINER * RATE, height)[::_FINER]
    values += rng.normal(0, _NOISE, values.shape)
    about = {"person": f"simulated {person}", "activity": name, "place": "left"}
    about["source"] = f"simulated {person} left {name}"
    motion = recorded(np.arange(len(values)) / RATE, values[:, :3], values[:, 3:], **about)
    return motion._replace(rate=float(RATE))


def sensed(angles, rate, height):
    """What a watch on the left wrist measures, without noise.

    Args:
        angles: float64 [n, 5], degrees, as a `Pose` has them; smooth: they are differentiated.
        rate: of angles, so many a second.
        height: of the person, m.

    Returns:
        float64 [n - 1, 6]: acceleration along the watch's x, y, z in m/s², gravity included, and
        rotation about them in rad/s. x points to the hand, z out of the watch's glass.
    """
    from scipy.spatial.transform import Rotation

    flexion, abduction, outward, elbow, pronation = np.asarray(angles, np.float64).T
    upper = np.stack([-flexion, abduction, outward], axis=1)
    upper = Rotation.from_euler("YXZ", upper, degrees=True)
    fore = upper * Rotation.from_euler("YZ", np.stack([-elbow, -pronation], 1), degrees=True)
    watch = fore * Rotation.from_matrix(_HANGING)
    place = height * (upper.apply([0, 0, -UPPER]) + fore.apply([0, 0, -FORE]))
    force = np.gradient(np.gradient(place, axis=0), axis=0) * rate**2
    force[:, 2] += G
    rotation = (watch[:-1].inv() * watch[1:]).as_rotvec() * rate
    return np.hstack([watch.inv().apply(force)[:-1], rotation])


def _repeated(done, slowness, repetitions, rng):
    """Angles of so many repetitions: float64 [n, 5], degrees."""
    start, end = np.array(done.start), np.array(done.end)
    poses, seconds = [start], []
    for _ in range(repetitions):
        far = start + rng.normal(1, _FAR) * (end - start) + rng.normal(0, _AIM, len(start))
        near = start + rng.normal(0, _AIM, len(start))
        poses += [far, far, near, near]
        seconds += list(slowness * rng.normal(1, _LONG) * np.array(done.seconds))
    return _smooth(poses, seconds)


def _swinging(height, repetitions, rng):
    """Angles of a pendulum that goes round: float64 [n, 5], degrees."""
    period = 2 * np.pi * np.sqrt(2 * WHOLE * height / (3 * G))
    sizes = _SWING * rng.normal(1, 2 * _FAR, (repetitions + 1, 2))
    sizes[0] = sizes[-1] = 0
    sizes = _smooth(sizes, [period] * repetitions)
    phases = 2 * np.pi * np.arange(len(sizes)) / (_FINER * RATE * period)
    angles = np.zeros((len(sizes), len(Pose._fields)))
    angles[:, :2] = sizes * np.stack([np.cos(phases), np.sin(phases)], axis=1)
    return angles


def _smooth(goals, seconds):
    """From each to the next in so many seconds by the least jerk: float64 [n, columns]."""
    parts = []
    for start, goal, takes in zip(goals, goals[1:], seconds, strict=False):
        count = round(_FINER * RATE * takes)
        share = (np.arange(count) / count)[:, None]
        parts.append(start + (goal - start) * share**3 * (10 - 15 * share + 6 * share**2))
    return np.concatenate(parts)
