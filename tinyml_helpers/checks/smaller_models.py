"""Checks for the lesson Smaller models."""

import math

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import ARRAY, NUMBER, TEXT_OR_NONE, function, several
from tinyml_helpers.checks.answers.words import shown


@exercise(
    1,
    function(ARRAY),
    why="Nothing else happens in magnitude pruning; the schedule and the training in between "
    "only give the other weights time to take over",
)
def prune_smallest(answer):
    """Set the given share of the weights, the smallest in magnitude, to zero."""
    weights = np.random.default_rng(3).normal(size=(20, 5)).astype(np.float32)
    pruned = answer(weights, 0.7)
    if pruned.shape != weights.shape:
        raise Wrong(f"weights of shape (20, 5) come back with shape {pruned.shape}")
    zeros = np.mean(pruned == 0)
    if math.isclose(zeros, 0.3):
        raise Wrong("it zeroes 30% when asked for 70%: which share goes, and which stays?")
    if not math.isclose(zeros, 0.7, abs_tol=0.011):
        raise Wrong(f"asked for 70% zeros, it gives {100 * zeros:.0f}%")
    kept = pruned != 0
    if not np.array_equal(pruned[kept], weights[kept]):
        raise Wrong("the weights that stay should keep their values")
    if np.abs(weights[kept]).min() < np.abs(weights[~kept]).max():
        raise Wrong("a large weight went and a smaller one stayed: a weight of -5 is not small")


@exercise(
    2,
    function(several(NUMBER, called="a list of numbers, one for each kernel")),
    why="One layer at a time, everything else whole: so the scan says which layer the network "
    "can't spare, and needs no training at all",
)
def sensitivity(answer):
    """The accuracy with one kernel pruned, for each kernel in turn."""
    kernels = [np.arange(1.0, 9), np.arange(-4.0, 4), np.arange(1.0, 13).reshape(3, 4)]
    costs = 0.2, 0.3, 0.1

    def prune(kernel):
        return np.where(np.abs(kernel) > np.median(np.abs(kernel)), kernel, 0)

    def accuracy(given):
        shapes = [np.shape(kernel) for kernel in given]
        if shapes != [kernel.shape for kernel in kernels]:
            raise Wrong("accuracy takes a list of all the kernels, the pruned one in its place")
        zeros = [np.mean(np.asarray(kernel) == 0) for kernel in given]
        return 0.9 - sum(cost * share for cost, share in zip(costs, zeros, strict=True))

    right = [
        accuracy([*kernels[:place], prune(kernel), *kernels[place + 1 :]])
        for place, kernel in enumerate(kernels)
    ]
    found = answer(kernels, prune, accuracy)
    if len(found) != len(right):
        raise Wrong(f"for 3 kernels you give {len(found)} numbers")
    whole = accuracy(kernels)
    if np.allclose(found, right):
        return
    piled = [accuracy([*map(prune, kernels[: k + 1]), *kernels[k + 1 :]]) for k in range(3)]
    if np.allclose(found, piled):
        raise Wrong("after a kernel's turn it should be whole again before the next one is pruned")
    if np.allclose(found, accuracy([prune(kernel) for kernel in kernels])):
        raise Wrong("every kernel is pruned at once: then nobody knows which one mattered")
    if np.allclose(found, whole):
        raise Wrong("each number is the accuracy of the whole network: is any kernel pruned?")
    if np.allclose(found, [whole - one for one in right]):
        raise Wrong("that is what each accuracy loses: give the accuracy that is left")
    raise Wrong(
        f"for three kernels you give {', '.join(f'{one:.3g}' for one in found)}: which kernel is "
        "pruned when accuracy is asked?"
    )


@exercise(
    3,
    NUMBER,
    why="A layer loses inputs and outputs at once, so channels pay twice. "
    "Its multiply-accumulates shrink alike, and so does its time",
)
def share_left(answer):
    """Of a convolution between two others, when every layer keeps half its channels."""
    if math.isclose(answer, 0.25):
        return
    if math.isclose(answer, 0.5):
        raise Wrong("half of its outputs are gone; but what about its inputs?")
    if math.isclose(answer, 25):
        raise Wrong("as a share, please: a number between 0 and 1")
    raise Wrong("count the numbers in a kernel [3, 3, in, out] before and after")


@exercise(
    4,
    function(NUMBER),
    why="Indices must have whole bits, so 17 clusters cost as much as 32: powers of two are the "
    "only sizes worth asking for. TFLM keeps such a table for every channel of a convolution",
)
def clustered_bytes(answer):
    """Bytes of int8 weights stored as indices into a table of `clusters` values."""
    for weights, clusters, right in (
        (1000, 16, 516),
        (1000, 2, 127),
        (1000, 10, 510),
        (1001, 2, 128),
        (7, 3, 5),
    ):
        result = answer(weights, clusters)
        if result == right:
            continue
        said = f"for {weights:,} weights in {clusters} clusters you give {result:g}"
        if math.floor(result) == (right - clusters) - 1 + clusters and weights % 8:
            raise Wrong(f"{said}: bits left over need a byte of their own")
        if result == right - clusters:
            raise Wrong(f"{said}: the table of values takes room as well, one byte a value")
        if math.isclose(result, weights * math.log2(clusters) / 8 + clusters):
            raise Wrong(f"{said}: an index can't have a fraction of a bit")
        if result == 8 * (right - clusters) or result == 8 * (right - clusters) + clusters:
            raise Wrong(f"{said}: those are bits, and a byte has eight")
        raise Wrong(f"{said}: how many bits tell that many values apart?")


@exercise(
    5,
    function(TEXT_OR_NONE),
    why="A limit decides first, accuracy second, and bytes only break the tie. "
    "An average of the two would ship what doesn't fit",
)
def ship(answer):
    """The name of the most accurate model that fits; of equals, the smallest."""
    models = {
        "large": (40_000, 0.95),
        "pruned": (40_000, 0.96),
        "tables": (20_000, 0.93),
        "narrow": (12_000, 0.93),
        "wide": (25_000, 0.93),
        "student": (5_000, 0.90),
    }
    for flash, right in (
        (100_000, "pruned"),
        (30_000, "narrow"),
        (12_000, "narrow"),
        (6_000, "student"),
    ):
        choice = answer(models, flash)
        if choice == right:
            continue
        said = f"with {flash:,} bytes of flash you ship {shown(choice)}"
        if choice not in models:
            raise Wrong(f"{said}, which is not the name of a model")
        size, accuracy = models[choice]
        if size > flash:
            raise Wrong(f"{said}, which doesn't fit: it has {size:,} bytes")
        if accuracy < models[right][1]:
            raise Wrong(f"{said}, but one that fits as well reads more digits")
        raise Wrong(f"{said}, but another is as accurate and smaller")
    if answer(models, 1_000) is not None:
        raise Wrong("when nothing fits it should return None, not the least bad")
