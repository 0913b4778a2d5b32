import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import model_search as check

BROKEN = "broken = lambda cost, limits: [name for name in {}]"
FRONT = (
    "front = lambda models: [n for n, (size, score) in models.items() if not any({} "
    "for m, (s, q) in models.items() if m != n)]"
)
SPENT = """
def epochs_spent(batch, rungs, kept):
    spent, before = 0, 0
    for epochs in rungs:
        {}
    return spent
"""
PROMISING = "promising = lambda values, good, rest: {}"
LUCK = """
def luck(scores, new):
    scores, new = np.array(scores), np.array(new)
    falls, won = scores - new, scores.argmax()
    return {}
"""
CHOOSE = "choose = lambda models, spread: {}"

EXERCISES = [
    Exercise(
        "model_search/1_broken",
        check.broken,
        wrong={
            BROKEN.format("cost if cost[name] > limits.get(name, 0)"): "no limit",
            BROKEN.format("limits if cost[name] >= limits[name]"): "exactly as much",
            BROKEN.format("limits if cost[name] <= limits[name]"): "are kept",
            BROKEN.format("limits if cost[name] > limits[name]") + "[:1]": "not all",
            BROKEN.format("limits if cost[name] > limits[name] and name != 'ram'"): "not all",
            "broken = lambda cost, limits: [n for n in limits if cost[n] > limits[n]] or "
            "list(limits)[:1]": "above their limit",
        },
    ),
    Exercise(
        "model_search/2_front",
        check.front,
        wrong={
            FRONT.format("s < size and q > score"): "is beaten",
            FRONT.format("s <= size and q >= score"): "neither beats",
            FRONT.format("s >= size and q <= score and (s, q) != (size, score)"): "who beats b",
            "front = lambda models: sorted(models, key=lambda n: -models[n][1])[:1]": "who beats",
            "front = lambda models: sorted(models, key=lambda n: models[n][0])[:3]": "is beaten",
            "front = lambda models: ['z']": "names of the models",
            "front = lambda models: ['a', 'a', 'b', 'e']": "each name once",
        },
    ),
    Exercise(
        "model_search/3_epochs_spent",
        check.epochs_spent,
        wrong={
            "epochs_spent = lambda batch, rungs, kept: batch * rungs[-1]": "to the end",
            "epochs_spent = lambda batch, rungs, kept: batch * sum(rungs)": "every rung",
            SPENT.format("spent += batch * epochs; batch //= kept"): "at least one",
            SPENT.format("spent += batch * epochs; batch /= kept"): "fraction",
            SPENT.format(
                "spent += batch * (epochs - before); before = epochs; batch = max(1, batch // kept)"
            ): "begins anew",
            "epochs_spent = lambda batch, rungs, kept: batch * rungs[0] * len(rungs)": "on each",
            SPENT.format("spent += batch * epochs; batch = max(1, -(-batch // kept))"): "on each",
        },
    ),
    Exercise(
        "model_search/4_promising",
        check.promising,
        wrong={
            PROMISING.format("max(values, key=good.count)"): "among the rest, too",
            PROMISING.format("min(values, key=rest.count)"): "how often is it good",
            PROMISING.format(
                "max(values, key=lambda v: good.count(v) - rest.count(v))"
            ): "the rest, too",
            PROMISING.format("99"): "one of the values",
            PROMISING.format(
                "max(values, key=lambda v: good.count(v) / (rest.count(v) + 1))"
            ): "often",
        },
    ),
    Exercise(
        "model_search/5_luck",
        check.luck,
        wrong={
            LUCK.format("falls[won]"): "on average",
            LUCK.format("max(scores) - max(new) - falls.mean()"): "another model",
            LUCK.format("falls.mean() - falls[won]"): "turn it around",
            LUCK.format("falls[won] - np.delete(falls, won).mean()"): "all means all",
            LUCK.format("falls[new.argmax()] - falls.mean()"): "first in scores",
            LUCK.format("falls.max() - falls.mean()"): "first in scores",
        },
    ),
    Exercise(
        "model_search/6_choose",
        check.choose,
        wrong={
            CHOOSE.format("max(models, key=lambda n: models[n][1])"): "fewer than",
            CHOOSE.format("min(models, key=lambda n: models[n][0])"): "too far below",
            CHOOSE.format(
                "max([n for n in models if models[n][1] >= 0.92 - spread], "
                "key=lambda n: models[n][1])"
            ): "fewer than",
            CHOOSE.format(
                "min([n for n in models if models[n][1] > 0.92 - spread + 1e-9], "
                "key=lambda n: models[n][0])"
            ): "fewer than",
            CHOOSE.format(
                "min([n for n in models if models[n][1] >= 0.92 - 2 * spread], "
                "key=lambda n: models[n][0])"
            ): "too far below",
            CHOOSE.format("'the best'"): "not the name",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)
