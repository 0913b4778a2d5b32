import numpy as np
import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.applications.faces.measuring import matching
from tinyml_helpers.checks import face_detection as check

GREY = "grey = lambda red, green, blue: {}"
AREA = "area = lambda faces, others: {}"
OVERLAP = """
def overlap(box, other):
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (box, other)]
    shared = {}
    return {}
"""
CLAMPED = "max(width, 0) * max(height, 0)"
KEEP = """
def keep(boxes, scores):
    kept = []
    for place in {}:
        if not (matching.overlaps(boxes[[place]], boxes[{}]) > 0.3).any():
            kept.append(place)
    return kept
"""
BEST_FIRST = "np.argsort(-scores)"
THRESHOLD = "threshold_for = lambda strangers, rate: {}"
ON_OTHERS = """
def on_others(chosen_on, others, rate):
    threshold = np.sort({0})[-int(rate * len({0}))]
    return {1}
"""
GETS_IN = "gets_in = lambda rate, tries: {}"

EXERCISES = [
    Exercise(
        "face_detection/1_grey",
        check.grey,
        names={"np": np},
        wrong={
            GREY.format(
                "np.uint8(77) * red + np.uint8(150) * green + np.uint8(29) * blue >> 8"
            ): "wrapped",
            GREY.format("(red.astype(int) + green + blue) // 3"): "the mean",
            GREY.format("0.299 * red + 0.587 * green + 0.114 * blue"): "integers",
            GREY.format(
                "(29 * red.astype(int) + 150 * green.astype(int) + 77 * blue.astype(int)) >> 8"
            ): "which belongs",
            GREY.format("(77 * red.astype(int) + 150 * green.astype(int)) >> 8"): "255",
        },
    ),
    Exercise(
        "face_detection/2_area",
        check.area,
        names={"np": np},
        wrong={
            AREA.format("(faces[:, None] < others).mean()"): "*face* scores higher",
            AREA.format("(faces[:, None] > others).sum()"): "a share",
            AREA.format("(faces[:, None] > others).mean()"): "a half",
            AREA.format("faces.mean() - others.mean()"): "every face",
        },
    ),
    Exercise(
        "face_detection/3_overlap",
        check.overlap,
        wrong={
            OVERLAP.format(CLAMPED, "shared / sum(areas)"): "twice",
            OVERLAP.format("width * height", "shared / (sum(areas) - shared)"): "below 0",
            OVERLAP.format(CLAMPED, "shared / min(areas)"): "not twice",
            OVERLAP.format(CLAMPED, "shared"): "more than 1",
        },
    ),
    Exercise(
        "face_detection/4_keep",
        check.keep,
        names={"np": np, "matching": matching},
        wrong={
            KEEP.format("range(len(scores))", "kept"): "best first",
            KEEP.format(BEST_FIRST, "kept[-1:]"): "two that overlap",
            KEEP.format(BEST_FIRST, "scores > scores[place]"): "isn't kept",
            KEEP.format(BEST_FIRST, "[]"): "two that overlap",
            "keep = lambda boxes, scores: [len(scores)]": "there is no box 1",
        },
    ),
    Exercise(
        "face_detection/5_threshold_for",
        check.threshold_for,
        names={"np": np},
        wrong={
            THRESHOLD.format("np.quantile(strangers, rate)"): "get in",
            THRESHOLD.format("strangers.max() + 1"): "stricter",
            THRESHOLD.format("np.sort(strangers)[-int(rate * len(strangers)) - 1]"): "get in",
        },
    ),
    Exercise(
        "face_detection/6_on_others",
        check.on_others,
        names={"np": np},
        wrong={
            ON_OTHERS.format("chosen_on", "(others >= threshold).sum()"): "never above 1",
            ON_OTHERS.format("chosen_on", "threshold"): "that is the threshold",
            ON_OTHERS.format("chosen_on", "(chosen_on >= threshold).mean()"): "chosen for",
            ON_OTHERS.format("others", "(others >= threshold).mean()"): "chosen for",
            ON_OTHERS.format("others", "(chosen_on >= threshold).mean()"): "in the first",
            ON_OTHERS.format("chosen_on", "(others < threshold).mean()"): "*out*",
            ON_OTHERS.format("chosen_on", "(others > threshold).mean()"): "reaches",
            ON_OTHERS.format("chosen_on", "0.0"): "sort the first",
        },
    ),
    Exercise(
        "face_detection/7_gets_in",
        check.gets_in,
        wrong={
            GETS_IN.format("rate * tries"): "at a rate",
            GETS_IN.format("(1 - rate) ** tries"): "*nobody*",
            GETS_IN.format("rate ** tries"): "every single try",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong(exercise):
    prove(exercise)
