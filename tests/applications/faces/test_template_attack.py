import numpy as np

from tinyml_helpers import datasets
from tinyml_helpers.applications.faces import template_attack, trained
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.verifier import Verifier, similarity, template


def some_crops(count=40):
    pattern = np.random.default_rng(0).normal(size=(count, 3)) @ np.array(
        [np.sin(np.arange(2304) / width) for width in (3, 7, 20)]
    )
    return np.clip(np.round(20 * pattern), -128, 127).astype(np.int8).reshape(-1, 48, 48)


def test_eigenfaces_are_the_directions_of_most_variance():
    crops_ = some_crops()
    mean, faces = template_attack.eigenfaces(crops_, 3)
    flat = crops_.reshape(40, -1).astype(float)
    np.testing.assert_allclose(mean, flat.mean(0), atol=1e-4)
    spread = np.sqrt(((flat - flat.mean(0)) @ faces.T / np.linalg.norm(faces, axis=1)).var(0))
    np.testing.assert_allclose(np.linalg.norm(faces, axis=1), spread, rtol=1e-3)


def test_a_climb_finds_a_hidden_direction_by_asking_alone():
    mean, faces = template_attack.eigenfaces(some_crops(), 3)
    hidden = faces[1] / np.linalg.norm(faces[1])

    def similarity_of(tried):
        flat = tried.reshape(len(tried), -1).astype(float)
        return flat @ hidden / np.linalg.norm(flat, axis=1)

    attack = template_attack.climb(similarity_of, mean, faces, 0.9)
    assert attack.similarity >= 0.9
    assert attack.asked % 25 == 0
    assert attack.crop.shape == (48, 48) and attack.crop.dtype == np.int8
    assert similarity_of(attack.crop[np.newaxis])[0] == attack.similarity


def test_a_climb_that_gives_up_says_so_by_its_similarity():
    mean, faces = template_attack.eigenfaces(some_crops(), 3)
    attack = template_attack.climb(lambda tried: np.zeros(len(tried)), mean, faces, 0.5, rounds=2)
    assert (attack.similarity, attack.asked) == (0.0, 50)


def test_templates_of_the_committed_verifier_can_be_climbed():
    learn, test = datasets.drawn_faces()
    verifier = Verifier(trained.committed("verifier"))
    space = template_attack.eigenfaces(crops(learn.images[::8], learn.boxes[::8]))
    threshold = trained.metrics()["verifier"]["threshold"]
    reached = 0
    for who in np.unique(test.who)[:5]:
        own = test.take(np.flatnonzero(test.who == who)[:5])
        kept = template(verifier.embeddings(crops(own.images, own.boxes)))
        attack = template_attack.climb(
            lambda tried, kept=kept: similarity(kept, verifier.embeddings(tried)), *space, threshold
        )
        reached += attack.similarity >= threshold
    assert reached >= 3
