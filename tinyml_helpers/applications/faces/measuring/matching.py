"""Whether found boxes are the faces of a picture: overlaps, recall and precision.

    counts = recall_precision(found, true, threshold=128)
    print(counts, counts.recall, counts.precision)
    print(average_precision(recall_precision_curve(found, true)))

Boxes are (left, top, right, bottom) in pixels. Nothing here knows a model: boxes and scores go in.
"""

from typing import NamedTuple

import numpy as np

#: Share of overlap (IoU) from which a box counts as found, and the least side of a face, in
#: pixels, that counts: smaller ones neither have to be found nor are wrong when they are.
OVERLAP = 0.4
SMALLEST = 14


def overlaps(boxes, others):
    """Intersection over union (IoU) of each box with each other one.

    Args:
        boxes: [k, 4].
        others: [m, 4].

    Returns:
        float64 [k, m], 0 to 1; 0 where both are empty.

    Raises:
        ValueError: these aren't boxes.
    """
    a, b = _boxes(boxes), _boxes(others)
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.maximum(high - low, 0), axis=-1)
    area_a, area_b = (np.prod(one[:, 2:] - one[:, :2], axis=-1) for one in (a, b))
    union = area_a[:, None] + area_b[None] - both
    return np.divide(both, union, out=np.zeros_like(both), where=union > 0)


def _boxes(boxes):
    boxes = np.asarray(boxes, np.float64)
    if boxes.size == 0:
        return np.zeros((0, 4))
    if boxes.ndim != 2 or boxes.shape[1] != 4 or not np.isfinite(boxes).all():
        raise ValueError(f"boxes are [k, 4] finite numbers, not {boxes.shape}")
    if (boxes[:, 2:] < boxes[:, :2]).any():
        raise ValueError("a box is (left, top, right, bottom): right and bottom are the larger")
    return boxes


#: What became of a found box, besides the number of the face it is: none, or one not counted.
WRONG, IGNORED = -1, -2


def matched(found, scores, true, overlap=OVERLAP, smallest=SMALLEST, hidden=()):
    """Which face each found box is: one to one, the best score chooses first.

    A box takes the free face it overlaps most, if by `overlap` or more. One that finds none free
    is wrong, a second box of the same face too, unless it overlaps a face that doesn't count.

    Args:
        found: boxes, [k, 4].
        scores: theirs, [k].
        true: boxes of the faces, [m, 4].
        overlap: least IoU.
        smallest: faces of a smaller side (square root of the area, pixels) don't count.
        hidden: boxes of other faces that don't count, [h, 4].

    Returns:
        int64 [k]: a row of `true`, `WRONG` or `IGNORED`.

    Raises:
        ValueError: these aren't boxes, or there isn't one score each.
    """
    scores = np.asarray(scores, np.float64)
    true, hidden = _boxes(true), _boxes(hidden)
    shares = overlaps(found, np.concatenate([true, hidden]))
    small = np.append(too_small(true, smallest), np.ones(len(hidden), bool))
    if scores.shape != shares.shape[:1]:
        raise ValueError(f"{len(shares)} boxes have {len(shares)} scores, not {scores.shape}")
    free, verdict = ~small, np.full(len(shares), WRONG, np.int64)
    for row in np.argsort(-scores, kind="stable"):
        good = shares[row] >= overlap
        if (good & free).any():
            verdict[row] = np.argmax(np.where(good & free, shares[row], -1))
            free[verdict[row]] = False
        elif (good & small).any():
            verdict[row] = IGNORED
    return verdict


def too_small(boxes, smallest=SMALLEST):
    """Whether a box's side, the square root of its area, is below `smallest`: bool [k]."""
    boxes = _boxes(boxes)
    # As many decimals as a box of float32 holds: scaling leaves a side of 14 at 13.999999.
    return np.round(np.sqrt(np.prod(boxes[:, 2:] - boxes[:, :2], axis=-1)), 4) < smallest


class Found(NamedTuple):
    """What a detector found in one picture.

    Attributes:
        boxes: float [k, 4].
        scores: [k].
    """

    boxes: np.ndarray
    scores: np.ndarray


class Counts(NamedTuple):
    """How many boxes are right and how many faces are found, at one threshold.

    Attributes:
        hits: faces found, each by one box.
        wrong: boxes that are no face, or a second one of the same.
        missed: faces not found.
        ignored: boxes of faces that don't count.
        too_small: faces too small to count.
    """

    hits: int
    wrong: int
    missed: int
    ignored: int
    too_small: int

    @property
    def faces(self):
        """Faces that count."""
        return self.hits + self.missed

    @property
    def recall(self):
        """Share of the faces that were found; nan if there are none."""
        return self.hits / self.faces if self.faces else float("nan")

    @property
    def precision(self):
        """Share of the boxes that are faces; nan if nothing was found."""
        boxes = self.hits + self.wrong
        return self.hits / boxes if boxes else float("nan")

    def __str__(self):
        return (
            f"recall {self.hits}/{self.faces}, precision {self.hits}/{self.hits + self.wrong}, "
            f"{self.too_small} faces too small to count"
        )


def recall_precision(found, true, overlap=OVERLAP, threshold=0, smallest=SMALLEST, hidden=None):
    """Recall and precision over pictures at one threshold.

    Args:
        found: a list of `Found`, or pairs (boxes, scores), one a picture.
        true: a list of boxes [m, 4], one a picture; [0, 4] or [] if it has no face.
        overlap: as `matched`.
        threshold: boxes of a lower score don't count.
        smallest: as `matched`; or one for each picture.
        hidden: boxes of faces that don't count, a list of [h, 4], one a picture; None for none.

    Returns:
        `Counts`, with `.recall` and `.precision`.

    Raises:
        ValueError: the lists' lengths differ, or as `matched`.
    """
    scores, verdicts, faces, small = _verdicts(found, true, overlap, smallest, hidden)
    verdicts = verdicts[scores >= threshold]
    hits = int((verdicts >= 0).sum())
    wrong, ignored = (int((verdicts == one).sum()) for one in (WRONG, IGNORED))
    return Counts(hits, wrong, faces - hits, ignored, small)


def _verdicts(found, true, overlap, smallest, hidden):
    """All boxes' scores and verdicts of `matched`, how many faces count and how many don't.

    Since the best choose first, leaving out all boxes below a threshold changes no verdict of the
    others: one matching serves every threshold.
    """
    hidden = [()] * len(true) if hidden is None else hidden
    if not len(found) == len(true) == len(hidden):
        raise ValueError(f"there are {len(found)} pictures with boxes but {len(true)} with faces")
    sides = np.broadcast_to(smallest, len(true))
    verdicts = [
        matched(boxes, its_scores, faces, overlap, side, behind)
        for (boxes, its_scores), faces, side, behind in zip(found, true, sides, hidden, strict=True)
    ]
    small = [too_small(faces, side) for faces, side in zip(true, sides, strict=True)]
    scores = [np.asarray(s, np.float64) for _, s in found]
    count, left_out = sum(len(one) for one in small), int(sum(one.sum() for one in small))
    return (
        np.concatenate([np.zeros(0), *scores]),
        np.concatenate([np.zeros(0, np.int64), *verdicts]),
        count - left_out,
        left_out,
    )


class Curve(NamedTuple):
    """Recall and precision at each threshold, the highest first.

    Attributes:
        thresholds: float64 [k].
        recall: float64 [k], rising.
        precision: float64 [k].
    """

    thresholds: np.ndarray
    recall: np.ndarray
    precision: np.ndarray


def recall_precision_curve(found, true, overlap=OVERLAP, smallest=SMALLEST, hidden=None):
    """Recall and precision at every threshold that makes a difference.

    Args: as `recall_precision`.

    Returns:
        A `Curve`, a point for each different score of a box that counts.

    Raises:
        ValueError: no face counts, or as `recall_precision`.
    """
    scores, verdicts, faces, _ = _verdicts(found, true, overlap, smallest, hidden)
    if not faces:
        raise ValueError("without a face that counts there is no recall")
    scores, verdicts = scores[verdicts != IGNORED], verdicts[verdicts != IGNORED]
    thresholds, index = np.unique(-scores, return_inverse=True)
    hits = np.bincount(index[verdicts >= 0], minlength=len(thresholds)).cumsum()
    boxes = np.bincount(index, minlength=len(thresholds)).cumsum()
    return Curve(-thresholds, hits / faces, hits / np.maximum(boxes, 1))


def average_precision(curve):
    """The area under precision over recall, each precision raised to the best at more recall.

    As M. Everingham and others, "The PASCAL VOC Challenge: A Retrospective", IJCV 111, 2015, all
    points, section 2.3.

    Args:
        curve: a `Curve`.

    Returns:
        A float, 0 to 1.
    """
    best = np.maximum.accumulate(curve.precision[::-1])[::-1]
    return float(np.sum(np.diff(curve.recall, prepend=0) * best))
