"""What a template gives away: who may ask how alike a picture is can climb to one that is.

    mean, faces = eigenfaces(crops)
    attack = climb(lambda crops: similarity(template, verifier.embeddings(crops)), mean, faces, 0.6)
    print(attack.similarity, attack.asked)

Sources: A. Adler, "Sample images can be independently restored from face recognition templates",
CCECE 2003 (the climb); M. Turk and A. Pentland, "Eigenfaces for recognition", Journal of Cognitive
Neuroscience 3, 1991 (the space it climbs in).
"""

from typing import NamedTuple

import numpy as np

#: As `faces.crop` makes crops: their mean is 0, their standard deviation so many codes.
_DEVIATION = 40

#: A round of the climb: so many steps in all directions; the mean of the best is the next place.
_TRIES, _BEST, _STEP = 24, 6, 0.6


class Attack(NamedTuple):
    """What a climb came to.

    Attributes:
        crop: the crop that was found, int8 [48, 48].
        similarity: how alike it is.
        asked: how many crops were tried for it.
    """

    crop: np.ndarray
    similarity: float
    asked: int


def eigenfaces(crops, count=60):
    """The directions in which faces differ most.

    Args:
        crops: int8 [n, 48, 48], of people who have nothing to do with the template.
        count: how many directions, at most n.

    Returns:
        The mean, float32 [2304], and the directions, float32 [count, 2304], each as long as the
        crops' standard deviation along it.
    """
    flat = np.asarray(crops).reshape(len(crops), -1).astype(np.float32)
    mean = flat.mean(axis=0)
    _, lengths, directions = np.linalg.svd(flat - mean, full_matrices=False)
    return mean, directions[:count] * (lengths[:count, np.newaxis] / np.sqrt(len(flat)))


def climb(similarity_of, mean, faces, threshold, rounds=60, seed=0):
    """Change a mean face step by step until a lock takes it for its owner's.

    Args:
        similarity_of: a function from crops, int8 [n, 48, 48], to their similarities [n]: all that
            is known of the template.
        mean, faces: from `eigenfaces`.
        threshold: the similarity to reach.
        rounds: after so many it gives up.
        seed: for the steps.

    Returns:
        An `Attack`, of a similarity below the threshold if it gave up.
    """
    random = np.random.default_rng(seed)
    recipe, asked = np.zeros(len(faces)), 0
    for _ in range(rounds):
        near = recipe + _STEP * random.normal(size=(_TRIES, len(faces)))
        best = np.argsort(-np.asarray(similarity_of(_crops_of(near, mean, faces))))[:_BEST]
        recipe = near[best].mean(axis=0)
        found = _crops_of(recipe[np.newaxis], mean, faces)
        similarity = float(similarity_of(found)[0])
        asked += _TRIES + 1
        if similarity >= threshold:
            break
    return Attack(found[0], similarity, asked)


def _crops_of(recipes, mean, faces):
    """Crops, int8 [n, 48, 48], of recipes [n, count]: how much of each direction they have."""
    crops = mean + recipes @ faces
    crops -= crops.mean(axis=-1, keepdims=True)
    crops *= _DEVIATION / crops.std(axis=-1, keepdims=True)
    return np.clip(np.round(crops), -128, 127).astype(np.int8).reshape(-1, 48, 48)
