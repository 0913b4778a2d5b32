import json

import numpy as np
import pytest
from exercise_runner import Exercise, prove
from places import lesson

from tinyml_helpers.checks import network_by_hand as check

ONE_OUTPUT = "one_output = lambda image, kernel, bias, row, column, stride: "
PAIR_COST = "pair_cost = lambda h, w, k, before, after: "
LOSS = "cross_entropy = lambda logits, labels: "
STEP = "gradient_step = lambda w, b, x, y, rate: "


def softmax(logits):
    """As the notebook defines it."""
    powers = np.exp(logits)
    return powers / powers.sum()


def shares(logits, labels):
    """What softmax gives to each right answer."""
    return np.array([softmax(row)[label] for row, label in zip(logits, labels, strict=True)])


def losses(logits, labels):
    return -np.log(shares(logits, labels))


EXERCISES = [
    Exercise(
        "network_by_hand/1_output_size",
        check.output_size,
        wrong={
            "output_size = lambda n, k, s, p: (n + 2 * p - k) // s": "the first",
            "output_size = lambda n, k, s, p: (n + p - k) // s + 1": "both ends",
            "output_size = lambda n, k, s, p: (n - k) // s + 1": "padding out",
            "output_size = lambda n, k, s, p: n + 2 * p - k + 1": "stride out",
            "output_size = lambda n, k, s, p: (n + 2 * p - k) / s + 1": "half a place",
            "output_size = lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1": "over the end",
            "output_size = lambda n, k, s, p: n // s": "last window",
        },
    ),
    Exercise(
        "network_by_hand/2_one_output",
        check.one_output,
        wrong={
            ONE_OUTPUT + "(image[row*stride:row*stride+3, column*stride:column*stride+3] * kernel)"
            ".sum() + bias": "ReLU",
            ONE_OUTPUT + "max(0, (image[row*stride:row*stride+3, column*stride:column*stride+3] "
            "* kernel).sum())": "bias",
            ONE_OUTPUT + "max(0, (image[row:row+3, column:column+3] * kernel).sum() + bias)": (
                "stride out"
            ),
            ONE_OUTPUT + "max(0, (image[:3, :3] * kernel).sum() + bias)": "same place",
            ONE_OUTPUT + "max(0, (image[row*stride:row*stride+3, column*stride:column*stride+3, 0] "
            "* kernel[:, :, 0]).sum() + bias)": "first channel",
            ONE_OUTPUT + "max(0, (image[row*stride:row*stride+3, column*stride:column*stride+3] "
            "* kernel[::-1, ::-1]).sum() + bias)": "turns the window",
            ONE_OUTPUT + "max(0, (image[column:column+3, row:row+3] * kernel).sum() + bias)": (
                "which of the two"
            ),
            ONE_OUTPUT + "7": "which 3 × 3 pixels",
        },
    ),
    Exercise(
        "network_by_hand/3_pair_cost",
        check.pair_cost,
        wrong={
            PAIR_COST + "(k*k*before*after, k*k*before*after*h*w)": "ordinary",
            PAIR_COST + "(k*k*before, k*k*before*h*w)": "one of the two",
            PAIR_COST + "(before*after, before*after*h*w)": "one of the two",
            PAIR_COST + "(k*k*before * before*after, 1)": "multiply or add",
            PAIR_COST + "(k*k*before + before*after + before + after, 1)": "biases",
            PAIR_COST + "(k*k*after + before*after, 1)": "comes *in*",
            PAIR_COST + "(1, 1)": "depthwise one first",
            PAIR_COST + "(k*k*before + before*after, k*k*before + before*after)": "how often",
            PAIR_COST + "(k*k*before + before*after, 5)": "used once",
            PAIR_COST + "1": "two numbers",
        },
    ),
    Exercise(
        "network_by_hand/4_cross_entropy",
        check.cross_entropy,
        names={"softmax": softmax, "losses": losses, "shares": shares},
        wrong={
            LOSS + "shares(logits, labels)[0]": "that is the share",
            LOSS + "-losses(logits, labels).mean()": "minus",
            LOSS + "-np.log10(shares(logits, labels)).mean()": "base 10",
            LOSS + "-np.log2(shares(logits, labels)).mean()": "base 2",
            LOSS + "losses(logits, logits.argmax(axis=1)).mean()": "won",
            LOSS + "-logits[np.arange(len(labels)), labels].mean()": "logits still",
            LOSS + "1 - shares(logits, labels).mean()": "one minus",
            LOSS + "5": "right answer's share",
            LOSS + "losses(logits, labels).sum()": "not the sum",
            LOSS + "losses(logits, labels)[0]": "first one's",
            LOSS + "losses(logits, labels)[-1]": "last one's",
            LOSS + "-np.log(softmax(logits)[np.arange(len(labels)), labels]).mean()": "each row",
            LOSS + "-np.log(shares(logits, labels).mean())": "not of the shares",
            LOSS + "np.median(losses(logits, labels))": "for three of them",
        },
    ),
    Exercise(
        "network_by_hand/5_gradient_step",
        check.gradient_step,
        wrong={
            STEP + "(w + rate*2*(w*x+b-y)*x, b + rate*2*(w*x+b-y))": "uphill",
            STEP + "(w - rate*(w*x+b-y)*x, b - rate*(w*x+b-y))": "the 2 is missing",
            STEP + "(w - rate*2*(w*x+b-y), b - rate*2*(w*x+b-y))": "depends on x",
            STEP + "(w - rate*2*(w*x+b-y)*x, b - rate*2*(w*x+b-y)*x)": "no x in it",
            STEP + "(w - 2*(w*x+b-y)*x, b - 2*(w*x+b-y))": "learning rate",
            STEP + "(2*(w*x+b-y)*x, 2*(w*x+b-y))": "take a step",
            "def gradient_step(w, b, x, y, rate):\n"
            "    w = w - rate * 2 * (w * x + b - y) * x\n"
            "    return w, b - rate * 2 * (w * x + b - y)": "old weight",
            STEP + "(w, b)": "error first",
        },
    ),
    Exercise(
        "network_by_hand/6_diagnoses",
        check.diagnoses,
        wrong={
            "diagnoses = ['good', 'overfitting', 'rate too large', 'train longer']": "A again",
            "diagnoses = ['train longer', 'good', 'rate too large', 'overfitting']": "B again",
            "diagnoses = ['train longer', 'overfitting', 'good', 'rate too large']": "C again",
            "diagnoses = ['good', 'good', 'good', 'good']": "fits once",
            "diagnoses = ['fine', 'overfitting', 'rate too large', 'good']": "use these four",
            "diagnoses = ['good']": "four",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)


@pytest.mark.parametrize("name, shown", check._SHOWN.items())
def test_the_curves_of_the_lesson_show_what_the_check_says(name, shown):
    learned, validated = _curves()[name]
    jumps = np.abs(np.diff(learned)).max() > 0.3 and learned.min() > 1
    rises = validated[-1] > validated.min() + 0.2 and learned[-1] < 0.1
    falls = validated[-1] < validated[-5] - 0.05 and not jumps
    found = {"rate too large": jumps, "overfitting": rises, "train longer": falls}
    found["good"] = not any(found.values()) and validated[-1] < 0.25
    assert [word for word, seen in found.items() if seen] == [shown[0]]


def _curves():
    """What the lesson draws."""
    cells = json.loads(lesson("network_by_hand").read_text(encoding="utf-8"))["cells"]
    (source,) = ["".join(cell["source"]) for cell in cells if cell["id"] == "curves"]
    names = {"np": np}
    exec(source, names)
    return names["curves"]
