"""How well repetitions are counted, and how soon: on recordings of people, whole, cut and changed.

The truth is 20 in each recording: its authors say "The subjects repeat each activity 20 times on
each side" (README of dmbee/SPAR-dataset, the larger set that these are part of). Nobody labelled
where a repetition begins, and in some recordings there seem to be up to 22, or 19 and a half. So a
perfect counter isn't within one of 20 everywhere, and half of a recording has 10 only about.

The counter's constants were chosen by what it counts of CHOSEN_ON, in all the ways measured here.
The others' figures were seen while it was made, so they may flatter it a little.
"""

import itertools
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises import c_coach, sessions
from tinyml_helpers.applications.wearables.exercises.coach import Settings, samples
from tinyml_helpers.applications.wearables.exercises.counting import count
from tinyml_helpers.datasets import watch_exercises

TRUTH = 20

#: People whose recordings the counter's constants were chosen on, and the others.
CHOSEN_ON = tuple(f"seglearn {number}" for number in (1, 3, 5, 7, 9))
STRANGERS = tuple(f"seglearn {number}" for number in (2, 4, 6, 8, 10))

#: A watch that is turned: degrees, and about what axis.
TURNED, TURNED_ABOUT = 20, (1, 2, 2)

#: How much faster or slower a recording is played.
FASTER, SLOWER = 1.3, 0.7

#: Seconds between two changes of direction that both are a swing's, at least.
_SWING = 0.2


class Row(NamedTuple):
    """What was counted in one recording, and in what was made of it.

    Attributes:
        person, arm, exercise: whose and what it is.
        whole: repetitions counted in all of it; the truth is 20.
        half: in its first half: about 10.
        peaks: in all of it, by `plain_peaks`.
        between, peaks_between: with a simulated pause before and after it; by `plain_peaks`.
        turned: the watch turned by TURNED degrees.
        upside_down: the watch put on upside down: x and y turned round.
        faster, slower: played FASTER and SLOWER.
        first: seconds until the count first rose.
        delays: float [k], of each repetition counted alone: seconds after the wrist turned back.
    """

    person: str
    arm: str
    exercise: str
    whole: int
    half: int
    peaks: int
    between: int
    peaks_between: int
    turned: int
    upside_down: int
    faster: int
    slower: int
    first: float
    delays: np.ndarray


#: Fields of Row that are counts of all of a recording.
WHOLE = ("whole", "peaks", "between", "peaks_between", "turned", "upside_down", "faster", "slower")


def measured(motions):
    """Count in each recording.

    Args:
        motions: Motion at 50 Hz, such as `datasets.watch_exercises()`.

    Returns:
        A list of `Row`.
    """
    return [_row(motion, seed) for seed, motion in enumerate(motions)]


def within_one(counts, truth=TRUTH):
    """The share of counts that are at most one off."""
    return float(np.mean(np.abs(np.asarray(counts, float) - truth) <= 1))


def mean_error(counts, truth=TRUTH):
    """How far counts are off, on average."""
    return float(np.mean(np.abs(np.asarray(counts, float) - truth)))


def plain_peaks(samples):
    """Repetitions by what one would try first: peaks of the low-passed rotation.

    Of its first principal component below 1 Hz (a filter that looks ahead), 0.8 s apart at least,
    each with a prominence of a standard deviation at least: the best of some fifty choices of that
    kind for CHOSEN_ON. It has to see all of a recording first, and knows no rest.

    Args:
        samples: int16 [n, 6].

    Returns:
        An int.
    """
    from scipy.signal import find_peaks

    along = _main_axis(_low_passed(samples[:, 3:], 1.0))
    apart = round(0.8 * c_coach.RATE)
    return len(find_peaks(along, distance=apart, prominence=along.std())[0])


def rest(motions, minutes, seed=0):
    """Repetitions a minute that are counted where there are none.

    Args:
        motions: whose poses are taken, see `sessions.idle`.
        minutes: how long.
        seed: of the fidgeting.

    Returns:
        A dict of "still" and "fidgeting" to float.
    """
    fidgeting = sessions.idle(motions, 60 * minutes, seed)
    noise = np.random.default_rng(seed).normal(0, 20, fidgeting.shape)
    still = (samples(motions[0])[0] * [1, 1, 1, 0, 0, 0] + noise).astype(np.int16)
    return {
        name: float(_counts(what, "left")[-1]) / minutes
        for name, what in (("still", still), ("fidgeting", fidgeting))
    }


def two_in_a_row(motions):
    """What two exercises in a row are off from each alone, without a pause and with one.

    Args:
        motions: Motion at 50 Hz; each is followed by the next of the same person and arm.

    Returns:
        A dict of "at once" and "after a pause" to int [k].
    """
    off = {"at once": [], "after a pause": []}
    for seed, (one, other) in enumerate(itertools.pairwise(motions)):
        if (one.person, one.place) != (other.person, other.place):
            continue
        parts = samples(one), samples(other)
        alone = sum(int(_counts(part, one.place)[-1]) for part in parts)
        together = {
            "at once": np.concatenate(parts),
            "after a pause": sessions.session([one, other], seed).samples,
        }
        for name, what in together.items():
            off[name].append(int(_counts(what, one.place)[-1]) - alone)
    return {name: np.array(some) for name, some in off.items()}


def figures(motions=None):
    """All of it in one dict, for a benchmark; floats and ints only.

    Args:
        motions: as for `measured`; None: `datasets.watch_exercises()`.

    Returns:
        A dict: "within one" and "mean error", by people ("strangers", "chosen on", "all") and by
        what was counted; "by person" and "by exercise", the share of `whole` within one; "half
        within one"; "delay", seconds; "rest", counts a minute; "two in a row", the share of pairs
        that are within one of what each alone has.
    """
    motions = watch_exercises() if motions is None else motions
    rows, strangers = measured(motions), [one for one in motions if one.person in STRANGERS]
    groups = {
        "strangers": [row for row in rows if row.person in STRANGERS],
        "chosen on": [row for row in rows if row.person in CHOSEN_ON],
        "all": rows,
    }
    groups = {name: some for name, some in groups.items() if some}
    delays = np.concatenate([row.delays for row in rows])
    return {
        "within one": _of_groups(groups, within_one),
        "mean error": _of_groups(groups, mean_error),
        "half within one": {
            name: within_one([row.half for row in some], TRUTH / 2) for name, some in groups.items()
        },
        "by person": _by(rows, "person"),
        "by exercise": _by(rows, "exercise"),
        "by exercise, strangers": _by(groups.get("strangers", []), "exercise"),
        "peaks by exercise": _by(rows, "exercise", "peaks"),
        "delay": {
            "median": float(np.median(delays)),
            "95%": float(np.quantile(delays, 0.95)),
            "longest": float(delays.max()),
            "first count, median": float(np.median([row.first for row in rows])),
            "first count, longest": float(max(row.first for row in rows)),
        },
        "rest": rest(strangers or motions, minutes=60),
        "two in a row": {name: within_one(some, 0) for name, some in two_in_a_row(motions).items()},
    }


def _of_groups(groups, measure):
    return {
        name: {field: measure([getattr(row, field) for row in some]) for field in WHOLE}
        for name, some in groups.items()
    }


def _by(rows, field, counted="whole"):
    values = dict.fromkeys(getattr(row, field) for row in rows)
    return {
        value: within_one([getattr(row, counted) for row in rows if getattr(row, field) == value])
        for value in values
    }


def _row(motion, seed):
    recording = samples(motion)
    counts = _counts(recording, motion.place)
    changed = {
        "between": sessions.session([motion], seed).samples,
        "turned": _turned(recording),
        "upside_down": _cut(recording * np.array([-1, -1, 1, -1, -1, 1])),
        "faster": _played(recording, FASTER),
        "slower": _played(recording, SLOWER),
    }
    return Row(
        person=motion.person,
        arm=motion.place,
        exercise=motion.activity,
        whole=int(counts[-1]),
        half=int(counts[len(counts) // 2]),
        peaks=plain_peaks(recording),
        peaks_between=plain_peaks(changed["between"]),
        first=float(np.argmax(counts > 0) / c_coach.RATE) if counts[-1] else np.inf,
        delays=_delays(recording, counts),
        **{name: int(_counts(what, motion.place)[-1]) for name, what in changed.items()},
    )


def _counts(recording, arm):
    return count(recording, Settings.of(arm=arm)).counts.astype(int)


def _delays(recording, counts):
    """Seconds from the turns back, by a filter that looks ahead, to their counts."""
    values = recording * ([2 / c_coach.STEPS_A_G] * 3 + [1 / c_coach.STEPS_A_RADIAN] * 3)
    values -= _low_passed(values, 0.25)
    along = _main_axis(_low_passed(values, 2.0))
    (turns,) = np.nonzero(np.diff(np.sign(along)))
    # One that is followed by another at once is a tremble about 0, no swing.
    turns = turns[np.append(np.diff(turns) > _SWING * c_coach.RATE, True)]
    (rises,) = np.nonzero(np.diff(counts) == 1)
    rises = rises[rises >= turns[0]] + 1 if len(turns) else rises[:0]
    return (rises - turns[np.searchsorted(turns, rises) - 1]) / c_coach.RATE


def _low_passed(values, hertz):
    from scipy.signal import butter, sosfiltfilt

    return sosfiltfilt(butter(2, hertz, fs=c_coach.RATE, output="sos"), values, axis=0)


def _main_axis(values):
    """The values along their first principal component: float [n]."""
    away = values - values.mean(0)
    return away @ np.linalg.eigh(away.T @ away)[1][:, -1]


def _turned(recording):
    from scipy.spatial.transform import Rotation

    axis = np.array(TURNED_ABOUT) / np.linalg.norm(TURNED_ABOUT)
    turn = Rotation.from_rotvec(np.radians(TURNED) * axis)
    return _cut(np.hstack([turn.apply(recording[:, :3]), turn.apply(recording[:, 3:])]))


def _played(recording, speed):
    """A recording at another speed, and rotations as much faster; accelerations as they were."""
    times = np.arange(0, len(recording) - 1, speed)
    columns = [np.interp(times, np.arange(len(recording)), column) for column in recording.T]
    return _cut(np.stack(columns, axis=1) * ([1] * 3 + [speed] * 3))


def _cut(values):
    return np.clip(np.rint(values), -(2**15), 2**15 - 1).astype(np.int16)
