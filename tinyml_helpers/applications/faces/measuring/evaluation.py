"""A detector and a verifier measured: on frames, on photographs of any size, on people's pictures.

    find = finder(tflite_bytes)                       # or a Keras model
    print(detection(find(frames), boxes)["recall"])
    faces, ways = faces_of(find, pictures)
    print(verification(answers.embeddings(verifier, faces), who)["equal_error_rate"])

What comes out are dicts that JSON can hold: shares from 0 to 1, None where there is nothing to take
a share of, and with each share its 95 % interval.
"""

import numpy as np

from tinyml_helpers.applications.faces import answers
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.detector import Detector, all_boxes_of
from tinyml_helpers.applications.faces.measuring import matching, scoring, tiles, trials
from tinyml_helpers.datasets.pictures.photographs import letterbox, scaled

#: Boxes of a lower score are never looked at; the curves begin here.
LEAST = 0.05
THRESHOLD = 0.5

#: The centre of a picture where no face was found: this share of its shorter side.
_CENTRE = 0.6


def grids(model, frames):
    """A detector's answers as codes, of a float model too.

    Args:
        model: the bytes of an int8 .tflite model, or a Keras model.
        frames: uint8 [n, h, w], of the model's size.

    Returns:
        int8 [n, h / 8, w / 8, 4]; see boxes.h. A float model's are rounded to 1/256, so that both
        kinds go through the same C from here on.
    """
    if isinstance(model, bytes):
        return Detector(model).grids(frames)
    floats = answers.grids(model, frames)
    return (np.clip(np.round(256 * floats), 0, 255) - 128).astype(np.int8)


def finder(model, least=LEAST):
    """A function from frames to what a detector finds in them.

    Args:
        model: as `grids`.
        least: boxes of a lower score are left out, 0 to 1.

    Returns:
        A function from uint8 [n, h, w] to a list of n `matching.Found`, scores from 0 to 1.
    """

    def find(frames):
        found = [np.array(one).reshape(-1, 5) for one in all_boxes_of(grids(model, frames), least)]
        return [matching.Found(faces[:, :4], faces[:, 4]) for faces in found]

    return find


def detection(found, true, threshold=THRESHOLD, smallest=matching.SMALLEST, hidden=None):
    """Recall and precision of boxes found in pictures.

    Args:
        found: a list of `matching.Found`, one a picture.
        true: a list of boxes [m, 4], one a picture.
        threshold: score from which a box counts.
        smallest, hidden: as `matching.recall_precision`.

    Returns:
        A dict: "pictures"; "faces" that count and "too_small" ones that don't; "found" and "wrong"
        boxes; "recall" and "precision" with "recall_95" and "precision_95", [low, high];
        "average_precision", over all thresholds; "threshold"; and "best", the threshold with the
        highest harmonic mean of recall and precision, with both: chosen on these very pictures,
        which flatters.
    """
    which = {"smallest": smallest, "hidden": hidden}
    counts = matching.recall_precision(found, true, threshold=threshold, **which)
    curve = counts.faces and matching.recall_precision_curve(found, true, **which)
    return {
        "pictures": len(true),
        "faces": counts.faces,
        "too_small": counts.too_small,
        "found": counts.hits,
        "wrong": counts.wrong,
        "recall": share(counts.hits, counts.faces),
        "recall_95": between(counts.hits, counts.faces),
        "precision": share(counts.hits, counts.hits + counts.wrong),
        "precision_95": between(counts.hits, counts.hits + counts.wrong),
        "average_precision": round(matching.average_precision(curve), 4) if curve else None,
        "threshold": threshold,
        "best": _best(curve) if curve else None,
    }


def _best(curve):
    """The point of a curve where recall and precision have the highest harmonic mean."""
    if not len(curve.thresholds):
        return None
    recall, precision = curve.recall, curve.precision
    at = np.argmax(2 * recall * precision / np.maximum(recall + precision, 1e-9))
    names = ("threshold", "recall", "precision")
    return {name: round(float(values[at]), 4) for name, values in zip(names, curve, strict=True)}


def share(hits, of):
    """hits / of, rounded to 4 digits; None of nothing."""
    return round(hits / of, 4) if of else None


def between(hits, of):
    """The 95 % interval of a share, [low, high] rounded to 4 digits; None of nothing."""
    return [round(edge, 4) for edge in scoring.interval(hits, of)] if of else None


def in_photographs(find, images, true, size=96, threshold=THRESHOLD):
    """A detector of small frames on photographs of any size, in two ways.

    Args:
        find: as from `finder`, for frames of this size.
        images: a list of uint8 [h, w].
        true: a list of boxes [m, 4], in their pixels.
        size: the frames' side.
        threshold: as `detection`.

    Returns:
        A dict of two `detection`s: "whole", each photograph shrunk into one frame, and "tiles", as
        `tiles.find_in_tiles` looks at it; faces too small to count are those of fewer than 14
        pixels in the frame, or in the largest of the tiles.
    """
    fitted = [letterbox(image, boxes, size) for image, boxes in zip(images, true, strict=True)]
    whole = find(np.stack([frame for frame, _ in fitted]))
    least = [tiles.smallest_in_tiles(image, size) for image in images]
    tiled = [tiles.find_in_tiles(find, image, size) for image in images]
    return {
        "whole": detection(whole, [boxes for _, boxes in fitted], threshold),
        "tiles": detection(tiled, true, threshold, least),
    }


def faces_of(find, images, size=96, threshold=THRESHOLD):
    """The one face of each picture, as a verifier takes it.

    Each picture is fitted into a frame, and once more into its middle, since of a picture that
    shows nothing but a face the detector would miss the edges. The best box counts, with 0.3 more
    for one that holds the picture's middle, since people in the background may be found too. If
    the detector finds none, it is a square in the middle.

    Args:
        find, size, threshold: as `in_photographs`.
        images: a list of uint8 [h, w], one face each.

    Returns:
        int8 [n, 48, 48], and how it was found, a list of str: "found", "unsure" (below the
        threshold) or "centre".
    """
    frames = np.stack([letterbox(image, [], size)[0] for image in images])
    edge = size // 6
    smaller = [letterbox(frame, [], size - 2 * edge)[0] for frame in frames]
    smaller = np.pad(smaller, [(0, 0), (edge, edge), (edge, edge)], constant_values=128)
    boxes, ways = [], []
    for image, (large, scores), (small, more) in zip(
        images, find(frames), find(smaller), strict=True
    ):
        back = scaled(np.asarray(small).reshape(-1, 4) - edge, [size - 2 * edge] * 2, [size] * 2)
        both = np.concatenate([np.reshape(large, (-1, 4)), back])
        box, score = _the_one(both, np.concatenate([scores, more]), size)
        if box is None:
            half = _CENTRE * size * min(image.shape) / max(image.shape) / 2
            box, way = size / 2 + half * np.array([-1, -1, 1, 1]), "centre"
        else:
            way = "found" if score >= threshold else "unsure"
        boxes.append(box)
        ways.append(way)
    return crops(frames, boxes), ways


def _the_one(boxes, scores, size):
    """The best box, and its score; (None, 0) of none."""
    if not len(boxes):
        return None, 0
    middle = (boxes[:, :2] < size / 2).all(1) & (boxes[:, 2:] > size / 2).all(1)
    best = np.argmax(scores + 0.3 * middle)
    return boxes[best], scores[best]


def verification(vectors, who, threshold=None):
    """Errors of telling people apart, in two protocols.

    Args:
        vectors: embeddings, [n, d].
        who: the person each shows, ints [n].
        threshold: a similarity, to say what it gives with templates; None for none.

    Returns:
        A dict: "pictures"; "people" and how many have one picture only, "singles"; for the
        protocols "templates" and "pairs" (`trials.enrolled`, `trials.pairs`) a dict each of
        "protocol", "genuine" and "impostor" trials, "equal_error_rate" with its "95",
        "rejects_at_1" the false reject rate where 1 % of the impostors pass, and of templates
        "threshold", "false_accepts" and "false_rejects".

    Raises:
        ValueError: there aren't two people, or none has two pictures.
    """
    _, counts = np.unique(who, return_counts=True)
    made = {"pictures": len(who), "people": len(counts), "singles": int((counts == 1).sum())}
    for name, protocol in (("templates", trials.enrolled), ("pairs", trials.pairs)):
        tried = protocol(vectors, who)
        rates = scoring.false_accepts(tried.genuine, tried.impostor)
        one = scoring.rates_at(rates, scoring.threshold_at(rates, 0.01))
        interval = trials.error_interval(tried)
        made[name] = {
            "protocol": tried.protocol,
            "genuine": len(tried.genuine),
            "impostor": len(tried.impostor),
            "equal_error_rate": round(scoring.equal_error_rate(rates), 4),
            "equal_error_rate_95": interval and [round(edge, 4) for edge in interval],
            "rejects_at_1": round(one[1], 4),
        }
        if threshold is not None and name == "templates":
            accepts, rejects = scoring.rates_at(rates, threshold)
            made[name] |= {
                "threshold": round(threshold, 4),
                "false_accepts": round(accepts, 4),
                "false_rejects": round(rejects, 4),
            }
    return made
