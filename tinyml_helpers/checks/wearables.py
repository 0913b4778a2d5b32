"""Checks for the lesson Wearables."""

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.hints import near, refuse
from tinyml_helpers.checks.answers.kinds import ARRAY, NUMBER, PLACES, WHOLE, function, several
from tinyml_helpers.checks.answers.words import shown


@exercise(
    1,
    function(ARRAY),
    why="A sensor's clock is never quite what its maker says, and samples get lost. Read the "
    "signal where its times say, and nothing creeps out of step",
)
def at_even_times(answer):
    """A signal at 0, 1 / rate, 2 / rate, ... seconds, by straight lines between its samples."""
    for count, rate, lost in ((41, 10, ()), (40, 25, (7, 8, 20)), (90, 50, (30,))):
        rng = np.random.default_rng(count)
        times = np.delete(np.arange(count) * 0.0517 + rng.uniform(0, 0.02, count), lost)
        times -= times[0]
        values = np.round(rng.normal(0, 3, len(times)), 2)
        given = answer(times.copy(), values.copy(), rate)
        even = np.arange(int(times[-1] * rate) + 1) / rate
        if near(given, np.interp(even, times, values)):
            continue
        spread = np.linspace(0, times[-1], len(times))
        after = np.searchsorted(times, even).clip(1, len(times) - 1)
        nearer = after - (even - times[after - 1] < times[after] - even)
        ways = {
            "those are the values as they came": values,
            "those are the times: what was measured there?": even,
            "that takes samples to be 1 / rate apart: look at their times": np.interp(
                even, np.arange(len(times)) / rate, values
            ),
            "that spreads as many points as there were: they should be 1 / rate apart": np.interp(
                spread, times, values
            ),
            "that takes the nearest sample: go along a straight line": values[nearer],
            "that takes the sample before: go along a straight line": values[
                np.searchsorted(times, even, "right") - 1
            ],
        }
        said = f"of {len(times)} samples in {times[-1]:.2f} s, at {rate} a second, you give "
        said += f"{len(given)} values" if given.ndim else f"{given}"
        hint = "one value for 0, 1 / rate, 2 / rate, ... as far as times go; see np.interp"
        refuse(said, given, ways, hint)


@exercise(
    2,
    function(several(several(PLACES, 2, "a pair of lists of places"))),
    why="Who was learned from is no stranger, not even with windows that are new. Everybody gets "
    "the turn of being one, and so there is a figure for each person",
)
def leave_one_person_out(answer):
    """For each person (places of the windows to learn from, places of theirs to test with)."""
    for people in (["Ann", "Ann", "Bo", "Cy", "Bo"], ["Cy", "Ann", "Bo", "Ann", "Cy", "Cy", "Di"]):
        given = answer(list(people))
        said = f"of windows of {shown(people)}, you give {len(given)} pairs"
        everybody, left_out = set(range(len(people))), []
        for learn, test in given:
            where = f"{said}; one learns from {shown(learn)} and tests with {shown(test)}"
            for places in (learn, test):
                if not set(places) <= everybody or len(set(places)) < len(places):
                    raise Wrong(f"{where}: places go from 0 to {len(people) - 1}, each once")
            tested, learned = ({people[place] for place in places} for places in (test, learn))
            if len(learned) == 1 < len(tested):
                raise Wrong(f"{where}. Hint: that is the wrong way round")
            if both := sorted(tested & learned):
                raise Wrong(f"{where}: {both[0]} is on both sides")
            if len(tested) != 1:
                raise Wrong(f"{where}. Hint: exactly one person is left out at a time")
            if len(learn) + len(test) < len(people):
                raise Wrong(f"{where}. Hint: some windows are on neither side")
            left_out += tested
        if sorted(left_out) != sorted(set(people)):
            raise Wrong(f"{said}. Hint: each person is left out once, and nobody twice")


#: What is true, what was said: a class that is rare, one never named, one named in vain.
_NAMED = (
    ([0, 0, 0, 0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 0, 1, 1, 0, 2]),
    ([0, 0, 0, 0, 0, 0, 0, 1, 2, 2], [0, 0, 0, 0, 0, 2, 2, 0, 2, 1]),
    ([3, 3, 3, 1, 1, 5, 5, 5], [3, 3, 1, 1, 7, 5, 5, 3]),
)


@exercise(
    3,
    function(NUMBER),
    why="Each class counts alike, however rare, and both mistakes do: to miss it, and to name it "
    "in vain",
)
def macro_f1(answer):
    """The mean F1 of the classes that there are."""
    for truth, said_of in _NAMED:
        truth, named = np.array(truth), np.array(said_of)
        given = answer(truth.copy(), named.copy())
        classes = np.unique(truth)
        hits = np.array([np.sum((truth == one) & (named == one)) for one in classes])
        true, said = (np.array([np.sum(of == one) for one in classes]) for of in (truth, named))
        each = 2 * hits / (true + said)
        if near(given, each.mean()):
            continue
        recall, precision = hits / true, hits / np.maximum(said, 1)
        means = recall.mean(), precision.mean()
        all_named = np.union1d(truth, named)
        ways = {
            "that is percent": 100 * each.mean(),
            "that is accuracy, and the commonest class decides it": np.mean(truth == named),
            "the mean of classes: each counts alike, however rare": each @ true / len(truth),
            "that is recall: what is named in vain costs nothing there": recall.mean(),
            "that is precision: what is missed costs nothing there": precision.mean(),
            "first each class's F1, then the mean": 2 * np.prod(means) / sum(means),
            "2, once: 2 hits above the line": each.mean() / 2,
            "below the line true and named add up, hits are in both": np.mean(
                2 * hits / np.maximum(true + said - hits, 1)
            ),
            "classes that nobody has don't count": each.sum() / len(all_named),
        }
        words = f"where {shown(truth.tolist())} is true and {shown(named.tolist())} was said, "
        words += f"you give {given:.4g}"
        refuse(words, given, ways, "for each class 2 hits / (true + named), then the mean")


#: Which signs stay, of x, y, z, as the watch is turned by half a turn about each.
_TURNS = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))


@exercise(
    4,
    function(ARRAY),
    why="What may vary in the world must vary in training. The network can't know that a watch "
    "can be turned, unless you show it",
)
def every_way(answer):
    """Windows as worn, then turned by half a turn about x, about y, about z."""
    for shape in ((1, 4, 6), (3, 5, 6)):
        windows = np.round(np.random.default_rng(shape[0]).normal(0, 1, shape), 2)
        given = answer(windows.copy())
        wanted = (4 * shape[0], *shape[1:])
        said = f"of windows of shape {shape}, you give {given.shape}"
        if given.shape != wanted:
            raise Wrong(f"{said}: give {wanted}, one block of {shape[0]} windows behind the other")

        def worn(signs, x=windows):
            return np.concatenate([x * np.array(one) for one in signs])

        if near(given, worn([np.tile(turn, 2) for turn in _TURNS])):
            continue
        blocks = given.reshape(4, *shape)
        ways = {
            "the gyroscope sits in the same watch: rotations turn, too": worn(
                [(*turn, 1, 1, 1) for turn in _TURNS]
            ),
            "accelerations turn, too": worn([(1, 1, 1, *turn) for turn in _TURNS]),
            "about x, x stays as it is: the two others change their signs": worn(
                [np.tile(turn, 2) * (-1 if min(turn) < 0 else 1) for turn in _TURNS]
            ),
            "all windows as worn first, then all turned about x, ...": np.stack(
                [windows * np.tile(turn, 2) for turn in _TURNS], axis=1
            ).reshape(wanted),
        }
        for number, turn in enumerate(_TURNS):
            if not near(blocks[number], windows * np.tile(turn, 2)):
                about = "as worn" if not number else f"turned about {'xyz'[number - 1]}"
                words = f"{said}; block {number}, {about}, isn't right"
                refuse(words, given, ways, "which axes point the other way after that half a turn?")


#: Signals, the lower line, the upper line.
_SERIES = (
    ([0, 5, 9, 9, 5, 0, 5, 9, 5, 3], 2, 8),
    ([0, 1, 3, 1, 0, 6, 1, 7, 1], 2, 8),
    ([0, 9, 7, 9, 7, 9, 0, 3, 9, 1], 2, 8),
    ([9, 9, 1, 6, 1, 9, 0], 2, 8),
)


@exercise(
    5,
    function(WHOLE),
    why="One line counts every tremble. Two lines far apart ask for the whole way there and back",
)
def repetitions(answer):
    """How often a signal rises above the upper line, each time from below the lower one."""
    for signal, low, high in _SERIES:
        signal = np.array(signal, float)
        given = answer(signal.copy(), low, high)
        above = signal > high
        right = _risen(signal, low, high)
        if given == right:
            continue
        ups = int(np.sum(above & ~np.r_[False, above[:-1]]))
        ways = {
            "it trembles about the upper line: it has to fall below the lower one first": ups,
            "that counts the samples above the line": int(above.sum()),
            "the upper line counts, the lower one only makes ready": _risen(signal, low, low),
            "up and down is one, not two": 2 * right,
            "at the start it is ready to be counted": _risen(signal, low, high, ready=False),
        }
        said = f"in {shown(list(map(int, signal)))}, lines at {low} and {high}, you count {given}"
        refuse(said, given, ways, "above the upper line and ready: one more, and not ready")


def _risen(signal, low, high, ready=True):
    count = 0
    for value in signal:
        if ready and value > high:
            count, ready = count + 1, False
        elif value < low:
            ready = True
    return count


@exercise(
    6,
    function(PLACES),
    why="Early is early for *this* heart, now. A fixed number of milliseconds would miss a slow "
    "heart's early beats, and call a quick heart's usual ones early",
)
def early_beats(answer):
    """Beats whose interval is below a share of the median of the eight before it."""
    for early, late, step in (((12, 20), [13], 300), ((9, 15, 16), [17], 240), ((3, 14), [], 400)):
        intervals = step + np.random.default_rng(step).integers(-9, 10, 30)
        intervals[np.array(early) - 1] = 0.7 * step
        intervals[np.array(late, int) - 1] = 1.3 * step
        given = sorted(answer(50 + np.cumsum([0, *intervals]), 85))
        usual = np.array([np.median(intervals[max(0, n - 8) : n + (n < 8)]) for n in range(30)])
        below, known = intervals < 0.85 * usual, np.arange(30) >= 8
        right = _places(below & known)
        if given == right:
            continue
        ways = {
            "beat 0 has no interval: the first one is beat 1's": [place - 1 for place in right],
            "of a beat with fewer than eight intervals before it nothing is known": _places(below),
            "compare with the usual interval, not with the one before": _places(
                intervals < 0.85 * np.array([step, *intervals[:-1]])
            ),
            "those are late": _places((intervals > usual / 0.85) & known),
        }
        said = f"of 31 beats, {shown(list(early))} of them early, with 85% you give {shown(given)}"
        refuse(said, given, ways, "is the interval to the beat before below 85% of the usual?")


def _places(chosen):
    return (np.flatnonzero(chosen) + 1).tolist()


#: Beats a day, the share that is early, sensitivity, specificity.
_DAYS = ((104_300, 0.0021, 0.95, 0.9987), (90_000, 0.02, 0.9, 0.99))


@exercise(
    7,
    function(several(NUMBER, 2, "two numbers: right alarms a day, and false ones")),
    why="Where what one looks for is rare, nearly all alarms are false, however good 99.9% sounds. "
    "Ask for false alarms a day, never for specificity alone",
)
def alarms_a_day(answer):
    """Right and false alarms a day."""
    for beats, share, sensitivity, specificity in _DAYS:
        given = answer(beats, share, sensitivity, specificity)
        early = beats * share
        right, false = early * sensitivity, (beats - early) * (1 - specificity)
        if near(given, [right, false]):
            continue
        ways = {
            "right alarms come first": [false, right],
            "specificity is the share of the others that is *not* alarmed for": [
                right,
                (beats - early) * specificity,
            ],
            "only beats that aren't early can raise a false alarm": [
                right,
                beats * (1 - specificity),
            ],
            "that is how many early ones are missed": [right, early * (1 - sensitivity)],
            "of the early ones, only the share that is found": [early, false],
            "sensitivity is a share of the early beats, not of all": [beats * sensitivity, false],
            "don't round": [round(right), round(false)],
        }
        said = f"for {beats:,} beats, {share:.2%} of them early, a sensitivity of {sensitivity:.1%}"
        said += f" and a specificity of {specificity:.2%} you give {given[0]:.5g} right alarms "
        said += f"and {given[1]:.5g} false ones"
        refuse(said, given, ways, "how many beats are early, and how many aren't? A share of each")
