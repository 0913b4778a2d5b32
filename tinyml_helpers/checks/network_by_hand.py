"""Checks for the lesson A network by hand."""

import math

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.hints import near
from tinyml_helpers.checks.answers.kinds import NUMBER, TEXT, function, several


@exercise(
    1,
    function(NUMBER),
    why="With this one line you can follow the sizes through any network before you build it, and "
    "sizes are what fills a chip's memory",
)
def output_size(answer):
    """Places of a window along a line: `(size + 2 * pad - window) // stride + 1`."""
    for size, window, stride, pad in ((5, 3, 1, 0), (5, 3, 1, 1), (96, 3, 2, 1), (49, 10, 4, 0)):
        result = answer(size, window, stride, pad)
        room = size + 2 * pad - window
        right = room // stride + 1
        if result == right:
            continue
        said = f"{size} pixels, window {window}, stride {stride}, {pad} zeros at each end: "
        if result != int(result):
            raise Wrong(f"{said}yours gives {result:g}, and a window can't stand at half a place")
        if pad and result == (room - pad) // stride + 1:
            raise Wrong(f"{said}there are zeros at both ends of the line")
        if pad and result == (room - 2 * pad) // stride + 1:
            raise Wrong(f"{said}yours leaves the padding out")
        if result == right - 1:
            raise Wrong(f"{said}one place is missing; does yours count the first?")
        if stride > 1 and result == room + 1:
            raise Wrong(f"{said}yours leaves the stride out")
        if result == -(-room // stride) + 1:
            raise Wrong(f"{said}the last window must fit as a whole; yours reaches over the end")
        raise Wrong(f"{said}yours gives {result:g}; where does the last window start that fits?")


@exercise(
    2,
    function(NUMBER),
    why="This is the innermost part of every convolution on every chip: all the rest is loops "
    "around it",
)
def one_output(answer):
    """One number of a feature map, after ReLU."""
    rng = np.random.default_rng(2)
    image, kernel = rng.integers(-4, 5, (7, 9, 2)), rng.integers(-3, 4, (3, 3, 2))
    for row, column, stride, bias in ((0, 0, 1, 100), (1, 2, 1, 90), (2, 1, 2, 95)):
        result = answer(image, kernel, bias, row, column, stride)
        top, left = row * stride, column * stride
        window = image[top : top + 3, left : left + 3]
        if math.isclose(result, (window * kernel).sum() + bias):
            continue
        _recognise_output(result, image, kernel, bias, row, column, stride)
        raise Wrong(
            f"at row {row}, column {column} with stride {stride} yours gives {result:g}: which "
            "3 × 3 pixels lie under the window, in how many channels?"
        )
    total = (image[:3, :3] * kernel).sum()
    if answer(image, kernel, -total - 5, 0, 0, 1) != 0:
        raise Wrong("where the sum is below zero, ReLU has something to say")


def _recognise_output(result, image, kernel, bias, row, column, stride):
    top, left = row * stride, column * stride
    window = image[top : top + 3, left : left + 3]
    total = (window * kernel).sum()
    if math.isclose(result, total) or (total < 0 and result == 0):
        raise Wrong("yours leaves the bias out")
    if math.isclose(result, (window[:, :, 0] * kernel[:, :, 0]).sum() + bias):
        raise Wrong("that is the sum over the first channel only")
    if math.isclose(result, (window * kernel[::-1, ::-1]).sum() + bias):
        raise Wrong("no network's library turns the window around: leave the weights as they are")
    elsewhere = {
        "yours leaves the stride out": (row, column),
        "yours looks at the same place whatever the row and the column": (0, 0),
        "which of the two is the row?": (left, top),
    }
    for said, (y, x) in elsewhere.items():
        there = image[y : y + 3, x : x + 3]
        if there.shape == kernel.shape and math.isclose(result, (there * kernel).sum() + bias):
            raise Wrong(said)


@exercise(
    3,
    function(several(NUMBER, 2, "two numbers: the weights and the MACs")),
    why="The ordinary layer of 8 × 8 places, 16 channels in and 32 out has 4,608 weights and "
    "294,912 MACs: the pair needs a seventh of both",
)
def pair_cost(answer):
    """Weights and MACs of a depthwise and a pointwise convolution."""
    for height, width, window, before, after in ((8, 8, 3, 16, 32), (5, 12, 5, 6, 4)):
        weights, macs = answer(height, width, window, before, after)
        around, mixing = window * window * before, before * after
        right = around + mixing
        if weights == window * window * before * after:
            raise Wrong("those are the weights of an ordinary convolution")
        if weights in (around, mixing):
            raise Wrong("those are the weights of one of the two, and there are two")
        if weights == around * mixing:
            raise Wrong("the two layers come one after the other: does one multiply or add?")
        if weights == right + before + after:
            raise Wrong("leave the biases out")
        if weights == window * window * after + mixing:
            raise Wrong("the depthwise one has a window for each channel that comes *in*")
        if weights != right:
            raise Wrong(
                f"a window of {window}, {before} channels in and {after} out: yours says "
                f"{weights:g} weights; count the depthwise one first, then the pointwise one"
            )
        if macs == right:
            raise Wrong("the weights are right; how often is each of them used?")
        if macs != right * height * width:
            raise Wrong(
                f"the weights are right; for {height} × {width} places yours says {macs:g} MACs: "
                "at each place every weight is used once"
            )


@exercise(
    4,
    function(NUMBER),
    why="A training of hours is nothing but making the mean of this one number smaller",
)
def cross_entropy(answer):
    """The mean of minus the logarithm of each right answer's share."""
    one = np.array([[2.0, 1.0, -1.0]])
    result = answer(one, np.array([1]))
    share = _shares(one)[0]
    right = -math.log(share[1])
    if not math.isclose(result, right, rel_tol=1e-5):
        for said, value in (
            ("that is the share; the loss is minus its logarithm", share[1]),
            ("minus is missing: a loss is never below zero", -right),
            ("that is a logarithm to base 10, and the natural one is wanted", right / math.log(10)),
            ("that is a logarithm to base 2, and the natural one is wanted", right / math.log(2)),
            ("that is for the answer that won, not the one that is right", -math.log(share.max())),
            ("those are logits still: turn them into shares first", -one[0, 1]),
            ("that is one minus the share; the loss is minus its logarithm", 1 - share[1]),
        ):
            if math.isclose(result, value, rel_tol=1e-5):
                raise Wrong(said)
        raise Wrong(
            f"for one example with logits {one[0].tolist()} and answer 1 yours gives {result:.4g}: "
            "take the right answer's share, then minus its logarithm"
        )
    logits = np.array([[0.5, -2.0, 3.0, 0.0], [0.0, 0.5, 0.0, 2.0], [1.0, 4.0, 0.0, -1.0]])
    labels = np.array([1, 3, 1])
    result = answer(logits, labels)
    losses = -np.log(_shares(logits)[np.arange(3), labels])
    if math.isclose(result, losses.mean(), rel_tol=1e-5):
        return
    together = np.exp(logits) / np.exp(logits).sum()
    for said, value in (
        ("one example is right; of three, return the mean, not the sum", losses.sum()),
        ("one example is right; of three, yours returns the first one's loss", losses[0]),
        ("one example is right; of three, yours returns the last one's loss", losses[-1]),
        (
            "one example is right; of three, each row's shares should add up to 1, not all rows' "
            "together",
            -np.log(together[np.arange(3), labels]).mean(),
        ),
        (
            "the mean is of the losses, not of the shares",
            -math.log(_shares(logits)[np.arange(3), labels].mean()),
        ),
    ):
        if math.isclose(result, value, rel_tol=1e-5):
            raise Wrong(said)
    raise Wrong(f"one example is right; for three of them yours gives {result:.4g}")


def _shares(logits):
    """Softmax of each row."""
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


@exercise(
    5,
    function(several(NUMBER, 2, "two numbers: the new weight and the new bias")),
    why="Every network of this workbook was trained by steps like this one, for all weights at "
    "once and a thousand times over",
)
def gradient_step(answer):
    """One step of gradient descent for `(w * x + b - y) ** 2`."""
    for w, b, x, y, rate in ((1.0, 0.5, 2.0, 4.0, 0.1), (-0.5, 1.0, 3.0, 1.5, 0.05)):
        error = w * x + b - y
        right = w - rate * 2 * error * x, b - rate * 2 * error
        result = answer(w, b, x, y, rate)
        if near(result, right):
            continue
        for said, value in (
            (
                "yours walks uphill: one steps against the slope",
                (2 * w - right[0], 2 * b - right[1]),
            ),
            (
                "the slope of e² is 2e, and the 2 is missing",
                ((w + right[0]) / 2, (b + right[1]) / 2),
            ),
            ("the weight's slope depends on x as well", (right[1] - b + w, right[1])),
            ("the bias's slope has no x in it", (right[0], b + right[0] - w)),
            ("how far it steps is the learning rate's to say", (w - 2 * error * x, b - 2 * error)),
            ("those are the slopes; take a step", (2 * error * x, 2 * error)),
        ):
            if near(result, value):
                raise Wrong(said)
        new = right[0] * x + b - y
        if near(result, (right[0], b - rate * 2 * new)):
            raise Wrong("both slopes belong to the old weight: find both, then move both")
        raise Wrong(
            f"from w = {w:g}, b = {b:g} with x = {x:g}, y = {y:g} and rate {rate:g} yours goes to "
            f"{result[0]:.4g} and {result[1]:.4g}: find the error first, then both slopes"
        )


#: What the curves of A to D show, and what to look at instead where they are taken for another.
_SHOWN = {
    "A": ("train longer", "at the last epoch, do its curves still go down?"),
    "B": ("overfitting", "do its two curves go the same way until the end?"),
    "C": ("rate too large", "does it ever settle?"),
    "D": ("good", "do its curves go down, come to rest, and stay together?"),
}


@exercise(
    6,
    several(TEXT, 4, "a list of four texts, such as ['good', …]"),
    why="Two curves are the first thing to look at whenever a training disappoints: each of the "
    "four has another remedy",
)
def diagnoses(answer):
    """What four pairs of curves show."""
    words = sorted(word for word, _ in _SHOWN.values())
    given = [" ".join(text.lower().split()) for text in answer]
    for text in given:
        if text not in words:
            raise Wrong(f"use these four: {', '.join(words)}")
    if sorted(given) != words:
        raise Wrong("each of the four fits once")
    for (name, (word, hint)), text in zip(_SHOWN.items(), given, strict=True):
        if text != word:
            raise Wrong(f"look at {name} again: {hint}")
