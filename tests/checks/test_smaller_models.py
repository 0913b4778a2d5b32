import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import smaller_models as check

EXERCISES = [
    Exercise(
        "smaller_models/1_prune_smallest",
        check.prune_smallest,
        wrong={
            "prune_smallest = lambda weights, share: "
            "np.where(weights < np.quantile(weights, share), 0, weights)": "-5 is not small",
            "prune_smallest = lambda weights, share: np.where("
            "np.abs(weights) < np.quantile(np.abs(weights), 1 - share), 0, weights)": "which stays",
            "def prune_smallest(weights, share):\n"
            "    weights[np.abs(weights) < np.quantile(np.abs(weights), share)] = 0\n"
            "    return weights": "copy",
            "prune_smallest = lambda weights, share: np.where("
            "np.abs(weights) < share, 0, weights)": "asked for 70% zeros",
        },
    ),
    Exercise(
        "smaller_models/2_sensitivity",
        check.sensitivity,
        wrong={
            "def sensitivity(kernels, prune, accuracy):\n"
            "    kernels, found = list(kernels), []\n"
            "    for place in range(len(kernels)):\n"
            "        kernels[place] = prune(kernels[place])\n"
            "        found.append(accuracy(kernels))\n"
            "    return found": "whole again",
            "sensitivity = lambda kernels, prune, accuracy: "
            "[accuracy([prune(k) for k in kernels])] * len(kernels)": "at once",
            "sensitivity = lambda kernels, prune, accuracy: "
            "[accuracy(kernels) for _ in kernels]": "is any kernel pruned",
            "sensitivity = lambda kernels, prune, accuracy: [accuracy(kernels) - accuracy("
            "[prune(k) if k is one else k for k in kernels]) for one in kernels]": "is left",
            "sensitivity = lambda kernels, prune, accuracy: "
            "[accuracy([prune(k)]) for k in kernels]": "all the kernels",
            "sensitivity = lambda kernels, prune, accuracy: [accuracy(kernels)]": "1 numbers",
            "sensitivity = lambda kernels, prune, accuracy: [0.1, 0.2, 0.3]": "which kernel",
        },
    ),
    Exercise(
        "smaller_models/3_share_left",
        check.share_left,
        wrong={
            "share_left = 0.5": "inputs",
            "share_left = 25": "between 0 and 1",
            "share_left = 0.75": "count",
            "share_left = 'a quarter'": "number",
        },
    ),
    Exercise(
        "smaller_models/4_clustered_bytes",
        check.clustered_bytes,
        wrong={
            "clustered_bytes = lambda weights, clusters: "
            "weights * (clusters - 1).bit_length() // 8": "table",
            "clustered_bytes = lambda weights, clusters: "
            "weights * np.log2(clusters) / 8 + clusters": "fraction of a bit",
            "clustered_bytes = lambda weights, clusters: "
            "weights * (clusters - 1).bit_length() + clusters": "bits",
            "clustered_bytes = lambda weights, clusters: weights": "how many bits",
            "clustered_bytes = lambda weights, clusters: "
            "weights * (clusters - 1).bit_length() // 8 + clusters": "byte of their own",
        },
    ),
    Exercise(
        "smaller_models/5_ship",
        check.ship,
        wrong={
            "ship = lambda models, flash: max(models, key=lambda name: models[name][1])": "fit",
            "ship = lambda models, flash: min(models, key=lambda name: models[name][0])": "digits",
            "ship = lambda models, flash: max([n for n in models if models[n][0] <= flash], "
            "key=lambda n: models[n][1], default=None)": "smaller",
            "ship = lambda models, flash: max([n for n in models if models[n][0] < flash], "
            "key=lambda n: (models[n][1], -models[n][0]), default=None)": "more",
            "ship = lambda models, flash: 'my favourite'": "not the name",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)
