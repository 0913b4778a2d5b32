import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import wearables as check

EVEN = """
def at_even_times(times, values, rate):
    even = np.arange(int(times[-1] * rate) + 1) / rate
    return {}
"""
PAIRS = """
def leave_one_person_out(people):
    everywhere = list(range(len(people)))
    pairs = []
    for person in dict.fromkeys(people):
        test = [n for n in everywhere if people[n] == person]
        learn = [n for n in everywhere if people[n] != person]
        pairs.append({})
    return {}
"""
F1 = """
def macro_f1(truth, said):
    classes = np.unique(truth)
    hits = np.array([np.sum((truth == one) & (said == one)) for one in classes])
    true = np.array([np.sum(truth == one) for one in classes])
    named = np.array([np.sum(said == one) for one in classes])
    recall, precision = hits / true, hits / np.maximum(named, 1)
    each = 2 * hits / (true + named)
    return {}
"""
TURNS = """
def every_way(windows):
    turns = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    return np.concatenate([windows * np.array({}) for t in turns])
"""
REPEAT = """
def repetitions(signal, low, high):
    count, ready = 0, {}
    for value in signal:
        if {}:
            count, ready = count + 1, False
        elif {}:
            ready = True
    return count
"""
EARLY = """
def early_beats(places, percent):
    rr, share = np.diff(places), percent / 100
    return [{}]
"""
ALARMS = """
def alarms_a_day(beats, share, sensitivity, specificity):
    early = beats * share
    normal = beats - early
    return {}
"""

EXERCISES = [
    Exercise(
        "wearables/1_at_even_times",
        check.at_even_times,
        wrong={
            EVEN.format("values"): "as they came",
            EVEN.format("even"): "those are the times",
            EVEN.format(
                "np.interp(even, np.arange(len(times)) / rate, values)"
            ): "look at their times",
            EVEN.format(
                "np.interp(np.linspace(0, times[-1], len(times)), times, values)"
            ): "as many points",
            EVEN.format(
                "values[np.abs(times[None] - even[:, None]).argmin(axis=1)]"
            ): "nearest sample",
            EVEN.format("values[np.searchsorted(times, even, 'right') - 1]"): "the sample before",
            EVEN.format("np.interp(np.arange(rate), times, values)"): "np.interp",
            EVEN.format("values.mean()"): "as far as times go",
        },
    ),
    Exercise(
        "wearables/2_leave_one_person_out",
        check.leave_one_person_out,
        wrong={
            PAIRS.format("(test, learn)", "pairs"): "wrong way round",
            PAIRS.format("(everywhere, test)", "pairs"): "on both sides",
            PAIRS.format("(learn[:-1], test)", "pairs"): "on neither side",
            PAIRS.format("(learn, test[:1])", "pairs"): "on neither side",
            PAIRS.format("(learn, test)", "pairs[:-1]"): "nobody twice",
            PAIRS.format("(learn, test)", "pairs + pairs[:1]"): "nobody twice",
            PAIRS.format("([n + 1 for n in learn], test)", "pairs"): "places go from",
            PAIRS.format("(learn, test + test)", "pairs"): "each once",
            PAIRS.format("([], everywhere)", "pairs"): "exactly one person",
            PAIRS.format("(learn, test)", "pairs[0]"): "pair of lists of places",
            PAIRS.format(
                "([p != person for p in people], [p == person for p in people])", "pairs"
            ): "one with False at [0][0][0]",
        },
    ),
    Exercise(
        "wearables/3_macro_f1",
        check.macro_f1,
        wrong={
            F1.format("100 * each.mean()"): "percent",
            F1.format("np.mean(truth == said)"): "accuracy",
            F1.format("np.sum(each * true) / len(truth)"): "however rare",
            F1.format("recall.mean()"): "recall",
            F1.format("precision.mean()"): "precision",
            F1.format(
                "2 * recall.mean() * precision.mean() / (recall.mean() + precision.mean())"
            ): "first each class's",
            F1.format("each.mean() / 2"): "2 hits above",
            F1.format("np.mean(2 * hits / (true + named - hits))"): "hits are in both",
            F1.format("each.sum() / len(np.union1d(truth, said))"): "nobody has",
            F1.format("each.min()"): "then the mean",
        },
    ),
    Exercise(
        "wearables/4_every_way",
        check.every_way,
        wrong={
            TURNS.format("(*t, 1, 1, 1)"): "gyroscope",
            TURNS.format("(1, 1, 1, *t)"): "accelerations turn",
            TURNS.format("(t if min(t) > 0 else [-s for s in t]) * 2"): "x stays",
            TURNS.format("t[::-1] * 2"): "about x, isn't right",
            TURNS.format("(1, 1, 1) * 2"): "the other way",
            "every_way = lambda windows: np.stack([windows * np.tile(t, 2) for t in "
            "((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))], axis=1).reshape(-1, "
            "*windows.shape[1:])": "as worn first",
            "every_way = lambda windows: windows": "one block of",
        },
    ),
    Exercise(
        "wearables/5_repetitions",
        check.repetitions,
        wrong={
            REPEAT.format("True", "ready and value > high", "value < high"): "trembles",
            REPEAT.format("True", "value > high", "value < low"): "samples above",
            REPEAT.format("True", "ready and value > low", "value < low"): "makes ready",
            REPEAT.format("True", "ready and value > high", "value < low").replace(
                "return count", "return 2 * count"
            ): "not two",
            REPEAT.format("False", "ready and value > high", "value < low"): "at the start",
            REPEAT.format("True", "ready and value > high", "value < -1"): "one more",
        },
    ),
    Exercise(
        "wearables/6_early_beats",
        check.early_beats,
        wrong={
            EARLY.format(
                "n for n in range(8, len(rr)) if rr[n] < share * np.median(rr[n - 8 : n])"
            ): "beat 0 has no interval",
            EARLY.format(
                "n + 1 for n in range(1, len(rr)) if rr[n] < share * rr[n - 1]"
            ): "not with the one before",
            EARLY.format(
                "n + 1 for n in range(len(rr)) if rr[n] < share * np.median(rr)"
            ): "nothing is known",
            EARLY.format(
                "n + 1 for n in range(8, len(rr)) if rr[n] > np.median(rr[n - 8 : n]) / share"
            ): "late",
            EARLY.format("n for n in range(len(rr))"): "below 85%",
        },
    ),
    Exercise(
        "wearables/7_alarms_a_day",
        check.alarms_a_day,
        wrong={
            ALARMS.format("(normal * (1 - specificity), early * sensitivity)"): "come first",
            ALARMS.format("(early * sensitivity, normal * specificity)"): "*not* alarmed",
            ALARMS.format("(early * sensitivity, beats * (1 - specificity))"): "only beats that",
            ALARMS.format("(early * sensitivity, early * (1 - sensitivity))"): "missed",
            ALARMS.format("(early, normal * (1 - specificity))"): "only the share",
            ALARMS.format("(beats * sensitivity, normal * (1 - specificity))"): "not of all",
            ALARMS.format(
                "(round(early * sensitivity), round(normal * (1 - specificity)))"
            ): "don't round",
            ALARMS.format("(1, 2)"): "A share of each",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong(exercise):
    prove(exercise)
