"""Checks for the lesson Face detection and face unlock."""

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import ARRAY, NUMBER, PLACES, function
from tinyml_helpers.checks.answers.words import shown

#: How much the eye takes each colour for brightness, in 256ths: ITU-R BT.601's 0.299, 0.587, 0.114.
_LUMA = (77, 150, 29)


@exercise(
    1,
    function(ARRAY),
    why="Three multiplications and a shift: that is all a chip without an FPU needs for each of "
    "the 9,216 pixels of a frame",
)
def grey(answer):
    """Colour to grey in integers, on uint8 arrays."""
    random = np.random.default_rng(6)
    colours = random.integers(0, 256, (3, 12, 10)).astype(np.uint8)
    colours[:, 0, 0], colours[:, 0, 1] = 255, 0
    given = answer(*colours)
    if given.shape != colours[0].shape:
        raise Wrong(f"for pixels of shape {colours[0].shape} it returns shape {given.shape}")
    if not np.issubdtype(given.dtype, np.integer):
        raise Wrong(f"it returns {given.dtype}: integers were asked for, as on the chip")
    wide = colours.astype(int)
    wanted = sum(weight * colour for weight, colour in zip(_LUMA, wide, strict=True)) >> 8
    wrapped = sum(w * c for w, c in zip(np.uint8(_LUMA), colours, strict=True)) >> 8
    if np.abs(given.astype(int) - wide.mean(axis=0)).max() <= 1:
        raise Wrong("that is the mean, and the eye takes green for brighter than blue")
    if np.array_equal(given, wrapped):
        raise Wrong("a uint8 holds no more than 255, so your products wrapped around: widen first")
    if given[0, 0] != 255:
        raise Wrong(f"white (255, 255, 255) should stay 255, and becomes {given[0, 0]}")
    if np.abs(given.astype(int) - wanted).max() > 1:
        y, x = np.unravel_index(np.abs(given.astype(int) - wanted).argmax(), wanted.shape)
        raise Wrong(
            f"the colour {tuple(wide[:, y, x].tolist())} becomes {given[y, x]}: check the three "
            "weights, and which belongs to which colour"
        )


@exercise(
    2,
    function(NUMBER),
    why="Half is guessing, and 1 is every face above every other patch. No threshold had to be "
    "chosen for it",
)
def area(answer):
    """The area under the ROC curve, as the share of pairs."""
    for faces, others, wanted in (
        ([0.9, 0.8, 0.3], [0.7, 0.2], 5 / 6),
        ([0.1, 0.2], [0.7, 0.9, 0.8], 0.0),
        ([0.9, 0.5], [0.5, 0.1], 7 / 8),
        ([2.0, 5.0, 1.0, 3.0], [4.0, 0.0], 5 / 8),
    ):
        given = answer(np.array(faces), np.array(others))
        if abs(given - wanted) < 1e-9:
            continue
        what = f"faces {faces} and others {others} give {given:.4g}"
        if abs(given - wanted * len(faces) * len(others)) < 1e-9 and given > 1:
            raise Wrong(f"{what}: that is how many pairs, and a share of them was asked for")
        if abs(given - (1 - wanted)) < 1e-9:
            raise Wrong(f"{what}: count pairs in which the *face* scores higher")
        if 0.5 in faces and 0.5 in others:
            raise Wrong(f"{what}: when both score the same, a coin decides; count a half")
        raise Wrong(f"{what}: compare every face with every other patch")


@exercise(
    3,
    function(NUMBER),
    why="It punishes a box for being too large as well as for being too small, and needs no unit",
)
def overlap(answer):
    """Intersection over union of two boxes."""
    for box, other, wanted, what in (
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0, "a box with itself"),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3, "a box and itself, moved by half its width"),
        ((0, 0, 10, 10), (20, 0, 30, 10), 0.0, "two boxes side by side, apart"),
        ((0, 0, 10, 10), (20, 30, 30, 40), 0.0, "two boxes apart in both directions"),
        ((0, 0, 10, 10), (2, 2, 7, 7), 0.25, "a box inside another"),
        ((3, 4, 9, 10), (5, 2, 11, 8), 16 / 56, "boxes (3, 4, 9, 10) and (5, 2, 11, 8)"),
    ):
        given = answer(box, other)
        if abs(given - wanted) < 1e-6:
            continue
        if wanted == 0:
            raise Wrong(
                f"{what} share nothing, and yours gives {given:.4g}: a width or height of what "
                "they share can't be below 0"
            )
        if given > 1:
            raise Wrong(f"{what}: {given:.4g}, and it can never be more than 1")
        if what == "a box inside another":
            raise Wrong(f"{what}: {given:.4g}; divide by the area that the two cover *together*")
        raise Wrong(f"{what}: {given:.4g}; what both share counts once in their union, not twice")


@exercise(
    4,
    function(PLACES),
    why="The same thirty lines, in C and in integers, run on the board after every frame",
)
def keep(answer):
    """Non-maximum suppression: the places of the boxes to keep, best first."""
    row = [(0, 0, 10, 10), (4, 0, 14, 10), (8, 0, 18, 10), (40, 40, 50, 50)]
    for boxes, scores, wanted in (
        (row[:1], [0.7], [0]),
        ([row[0], row[3]], [0.6, 0.9], [1, 0]),
        (row, [0.7, 0.9, 0.6, 0.8], [1, 3]),
        (row, [0.9, 0.8, 0.7, 0.6], [0, 2, 3]),
    ):
        given = answer(np.array(boxes, float), np.array(scores))
        if given == wanted:
            continue
        what = f"of the boxes {boxes} with scores {scores} you keep {shown(given)}"
        if strange := [place for place in given if not 0 <= place < len(boxes)]:
            raise Wrong(f"{what}: there is no box {strange[0]}")
        if sorted(given) == sorted(wanted):
            raise Wrong(f"{what}: the right ones; put the best first")
        if wanted == [0, 2, 3] and 2 not in given:
            raise Wrong(
                f"{what}: box 2 overlaps box 1 only, which isn't kept, and so can't put it out"
            )
        if len(given) > len(wanted):
            raise Wrong(f"{what}: among them two that overlap by more than 0.3")
        raise Wrong(f"{what}: each box that overlaps no better *kept* one should stay")


@exercise(
    5,
    function(NUMBER),
    why="The threshold was set by people who were never enrolled: that is the only way to know "
    "what strangers get",
)
def threshold_for(answer):
    """The lowest threshold that lets at most a share of strangers in."""
    random = np.random.default_rng(65)
    strangers = np.round(random.normal(0.1, 0.2, 1000), 6)
    for rate in (0.1, 0.01, 0.001):
        given = answer(strangers, rate)
        let_in = (strangers >= given).mean()
        if let_in > rate + 1e-9:
            raise Wrong(
                f"at your {given:.4g}, {let_in:.1%} of 1,000 strangers get in, and at most "
                f"{rate:.1%} may (whoever reaches the threshold is in)"
            )
        if given > np.sort(strangers)[-int(rate * len(strangers))]:
            raise Wrong(
                f"your {given:.4g} lets {let_in:.1%} in where {rate:.1%} may: it is stricter than "
                "need be, and the owner pays for that"
            )


@exercise(
    6,
    function(NUMBER),
    why="A threshold fits those it was chosen on. What it is worth, only others tell",
)
def on_others(answer):
    """The false accept rate of others, at a threshold chosen on some."""
    random = np.random.default_rng(67)
    for rate, sizes, further in ((0.1, (200, 150), 0.1), (0.01, (1000, 400), 0.15)):
        some, others = (
            np.round(random.normal(0.1 + more, 0.2, size), 6)
            for more, size in zip((0, further), sizes, strict=True)
        )
        threshold = np.sort(some)[-int(rate * len(some))]
        others[0] = threshold  # who reaches it is in
        _check_on_others(answer(some, others, rate), some, others, threshold, rate)


def _check_on_others(given, some, others, threshold, rate):
    inside, what = (others >= threshold).mean(), f"at a rate of {rate:g} yours gives {given:.4g}"
    if abs(given - inside) < 1e-9:
        return
    if given > 1:
        raise Wrong(f"{what}: a share was asked for, and it is never above 1")
    if abs(given - threshold) < 1e-9:
        raise Wrong(f"{what}: that is the threshold; how many of the second group reach it?")
    own = np.sort(others)[-int(rate * len(others))]
    if abs(given - (some >= threshold).mean()) < 1e-9 or abs(given - (others >= own).mean()) < 1e-9:
        raise Wrong(
            f"{what}, the share it was chosen for: choose on one group and count in the other"
        )
    if abs(given - (some >= own).mean()) < 1e-9:
        raise Wrong(f"{what}: you chose on the second group and counted in the first")
    if abs(given - (1 - inside)) < 1e-9:
        raise Wrong(f"{what}: that is the share that stays *out*")
    if abs(given - (others > threshold).mean()) < 1e-9:
        raise Wrong(f"{what}: whoever reaches the threshold is in, not only who exceeds it")
    raise Wrong(
        f"{what}: sort the first group's similarities for the threshold, then count in the second"
    )


@exercise(
    7,
    function(NUMBER),
    why="A rate is per try. Phones therefore allow few tries, and then ask for the code",
)
def gets_in(answer):
    """The chance that at least one of n tries succeeds."""
    for rate, tries in ((0.3, 2), (0.001, 1), (0.001, 100), (0.001, 2000), (0.0, 10)):
        given = answer(rate, tries)
        wanted = 1 - (1 - rate) ** tries
        if abs(given - wanted) < 1e-9:
            continue
        what = f"at a rate of {rate:g} and {tries:,} tries yours gives {given:.4g}"
        if given > 1:
            raise Wrong(f"{what}, and a chance is never above 1")
        if abs(given - (1 - rate) ** tries) < 1e-9:
            raise Wrong(f"{what}: that is the chance that *nobody* gets in")
        raise Wrong(f"{what}: what is the chance that every single try fails?")
