"""For whom a detector works: recall by light, pose and skin tone of drawn faces.

    for row in on_pairs(find(pairs.images), pairs):
        print(row)

A drawn face is what its renderer makes of skin and light. So a difference seen here shows what a
model can't cope with, such as little contrast; that there is none says nothing about people.
"""

import itertools

import numpy as np

from tinyml_helpers.applications.faces.answers import embeddings
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.measuring import matching, trials
from tinyml_helpers.applications.faces.measuring.evaluation import THRESHOLD, between, share

#: Of scenes' conditions that are numbers, the edges between groups.
EDGES = {
    "yaw": (15, 30, 45),
    "pitch": (10,),
    "roll": (10,),
    "tone": (0.12, 0.2, 0.3),
    "side": (18, 24, 32, 48),
}
WORDS = ("glasses", "occlusion", "hat")


def usual(portraits):
    """The portraits that `are_usual`."""
    return portraits.take(are_usual(portraits))


def are_usual(portraits):
    """Which portraits are as a lock meets people, bool [n]: turned by 30 degrees at most, with
    nothing before the face and no dark glasses.
    """
    seen = portraits.conditions
    clear = (seen["occlusion"] == "none") & (seen["glasses"] != "dark")
    return (np.abs(seen["yaw"]) <= 30) & clear


def outcomes(found, true, threshold=THRESHOLD, smallest=matching.SMALLEST):
    """Which faces were found.

    Args:
        found: a list of `matching.Found`, one a picture.
        true: a list of boxes [m, 4], one a picture.
        threshold: score from which a box counts.
        smallest: faces of a smaller side don't count.

    Returns:
        int64 [all faces], picture by picture: 1 found, 0 missed, -1 too small to count.
    """
    all_of_them = [np.zeros(0, np.int64)]
    for (boxes, scores), faces in zip(found, true, strict=True):
        above = np.asarray(scores) >= threshold
        verdict = matching.matched(
            np.asarray(boxes)[above], np.asarray(scores)[above], faces, smallest=smallest
        )
        outcome = np.where(matching.too_small(faces, smallest), -1, 0)
        outcome[verdict[verdict >= 0]] = 1
        all_of_them.append(outcome)
    return np.concatenate(all_of_them)


def recall_by(outcome, values):
    """Recall of groups of faces.

    Args:
        outcome: as from `outcomes`, [n].
        values: which group each face belongs to, [n].

    Returns:
        A list of dicts in order of the values: "value", "faces", "recall" and "recall_95".
    """
    groups = [(value.item(), outcome[values == value]) for value in np.unique(values)]
    return [{"value": value, **_recall(some)} for value, some in groups if (some >= 0).any()]


def _recall(outcome):
    hits, faces = int((outcome == 1).sum()), int((outcome >= 0).sum())
    return {"faces": faces, "recall": share(hits, faces), "recall_95": between(hits, faces)}


def grouped(name, values):
    """A condition's values as names of groups, by size if they are numbers: str [n]."""
    if name not in EDGES:
        return np.asarray(values, str)
    edges = (0, *EDGES[name])
    names = [f"{low:g} to {high:g}" for low, high in itertools.pairwise(edges)]
    return np.array([*names, f"{edges[-1]:g} or more"])[np.digitize(np.abs(values), edges[1:])]


def on_scenes(find, scenes, threshold=THRESHOLD):
    """Recall on drawn scenes, by condition.

    Args:
        find: as from `evaluation.finder`, for frames of the scenes' size.
        scenes: `datasets.pictures.drawn_faces.Scenes`.
        threshold: score from which a box counts.

    Returns:
        Conditions' names ("side" is the box's, in pixels) to lists of dicts, as `recall_by`.
    """
    outcome = outcomes(find(scenes.images), scenes.boxes, threshold)
    names = [name for name in (*EDGES, *WORDS) if name in scenes.conditions]
    flat = {name: np.concatenate(scenes.conditions[name]) for name in names}
    made = {name: recall_by(outcome, grouped(name, values)) for name, values in flat.items()}
    boxes = np.concatenate(scenes.boxes)
    return made | {"side": recall_by(outcome, grouped("side", boxes[:, 2] - boxes[:, 0]))}


def on_pairs(found, pairs, threshold=THRESHOLD):
    """Recall on the same faces with one thing changed at a time.

    Args:
        found: what was found in each of the pairs' pictures, a list of `matching.Found`.
        pairs: `datasets.drawn_pairs()`.
        threshold: as `on_scenes`.

    Returns:
        A list of dicts: "shade" 0 (darkest) to 5, "light", "yaw" in degrees, and as `recall_by`.
    """
    outcome = outcomes(found, pairs.boxes[:, None], threshold)
    return [case | _recall(outcome[chosen]) for case, chosen in _cases(pairs)]


def _cases(pairs):
    """The changes in `drawn_pairs`, each with the rows that have it, bool [n]."""
    of = pairs.conditions
    shades, yaws = (of[name].astype(int).astype(str) for name in ("shade", "yaw"))
    keys = np.stack([shades, of["light"], yaws], axis=1)
    for shade, light, yaw in sorted({tuple(row) for row in keys.tolist()}):
        chosen = (keys == [shade, light, yaw]).all(axis=1)
        yield {"shade": int(shade), "light": light, "yaw": int(yaw)}, chosen


def similarities_on_pairs(model, pairs, threshold):
    """How well people are known again in other light, or turned.

    Each face is compared with the same one in even light, of the same shade, looking straight
    ahead; all with their true boxes.

    Args:
        model: as `answers.embeddings`.
        pairs: `datasets.drawn_pairs()`.
        threshold: the similarity from which it counts as known.

    Returns:
        A list of dicts: "shade", "light", "yaw"; "similarity", the mean; and "rejected", the share
        below the threshold. The cases everything is compared with are left out.
    """
    vectors = embeddings(model, crops(pairs.images, pairs.boxes))
    cases = list(_cases(pairs))
    plain = {"light": "even", "yaw": 0}
    enrolled = {case["shade"]: rows for case, rows in cases if case | plain == case}
    made = []
    for case, rows in cases:
        if case | plain == case:
            continue
        first = enrolled[case["shade"]]
        own = pairs.who[rows][:, None] == pairs.who[first]
        similar = trials.cosines(vectors[rows], vectors[first])[own]
        rejected = {"rejected": share(int((similar < threshold).sum()), len(similar))}
        made.append(case | {"similarity": round(float(similar.mean()), 3), **rejected})
    return made
