"""Detectors and verifiers measured: stand-ins whose answers are known, and known pictures."""

import numpy as np
import pytest
import spots
from sklearn.metrics.pairwise import cosine_similarity

from tinyml_helpers.applications.faces import answers
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.detector import Detector
from tinyml_helpers.applications.faces.measuring import conditions, evaluation, matching, trials
from tinyml_helpers.datasets.pictures.drawn_faces import Portraits, Scenes


def square(x, y, side):
    return (x, y, x + side, y + side)


def told(*pictures):
    """A detector that says of frames, in order, the boxes and scores it is told."""
    left = [matching.Found(np.reshape(b, (-1, 4)), np.array(s, float)) for b, s in pictures]
    return lambda frames: [left.pop(0) for _ in frames]


def test_a_finder_of_int8_gives_the_boxes_of_the_board():
    frames = spots.mixed_frames(20)
    found = evaluation.finder(spots.detector(), least=0.3)(frames)
    for one, faces in zip(found, Detector(spots.detector(), 0.3).look_all(frames), strict=True):
        np.testing.assert_array_equal(one.boxes, np.reshape([face[:4] for face in faces], (-1, 4)))
        assert one.scores.tolist() == [face.score for face in faces]
    assert sum(len(one.scores) for one in found) > 10


def test_a_finder_of_floats_goes_through_the_same_c(monkeypatch):
    frames = spots.mixed_frames(8)
    codes = Detector(spots.detector()).grids(frames)
    floats = (codes.astype(np.float32) + 128) / 256
    monkeypatch.setattr(answers, "grids", lambda model, frames: floats)
    np.testing.assert_array_equal(evaluation.grids("a Keras model", frames), codes)
    floats[0, 0, 0] = 1
    assert (evaluation.grids("a Keras model", frames)[0, 0, 0] == 127).all()


def test_detection_in_figures():
    found = [
        matching.Found([square(0, 0, 20), square(50, 50, 20)], [0.9, 0.6]),
        matching.Found([square(0, 0, 20)], [0.2]),
    ]
    true = [np.array([square(1, 0, 20), square(40, 0, 9)]), np.array([square(0, 0, 20)])]
    made = evaluation.detection(found, true)
    assert made["recall"] == 0.5 and made["precision"] == 0.5 and made["threshold"] == 0.5
    assert (made["faces"], made["too_small"], made["found"], made["wrong"]) == (2, 1, 1, 1)
    assert made["recall_95"][0] < 0.5 < made["recall_95"][1]
    assert made["average_precision"] == round(0.5 + 0.5 * 2 / 3, 4)
    assert made["best"] == {"threshold": 0.2, "recall": 1, "precision": 0.6667}
    hidden = [[square(50, 50, 20)], []]
    assert evaluation.detection(found, true, hidden=hidden)["precision"] == 1
    assert evaluation.detection([matching.Found([], [])], true[:1])["best"] is None
    nothing = evaluation.detection([matching.Found([], [])], [[]])
    assert nothing["recall"] is nothing["precision_95"] is nothing["average_precision"] is None


def test_photographs_as_a_whole_and_in_tiles():
    image = np.zeros((384, 384), np.uint8)  # 1/4 of it in a frame; 1, 9 and 49 tiles
    boxes = np.array([square(40, 80, 160), square(300, 300, 20)], np.float32)
    nothing = ([], [])
    whole = told(([square(10, 20, 40), square(60, 60, 20)], [0.9, 0.4]))
    made = evaluation.in_photographs(
        lambda frames: whole(frames) if len(frames) == 1 else told(*[nothing] * 58, last)(frames),
        [image],
        [boxes],
    )
    assert made["whole"]["recall"] == 1 and made["whole"]["too_small"] == 1
    assert made["tiles"]["recall"] == 0.5 and made["tiles"]["too_small"] == 0


last = ([square(300 - 288, 300 - 288, 20)], [0.8])


def test_the_face_of_a_picture_is_the_best_box_in_the_middle():
    images = [np.random.default_rng(n).integers(0, 256, (96, 96), np.uint8) for n in range(5)]
    nothing = ([], [])
    beside, middle, small = square(0, 0, 30), square(30, 35, 40), square(40, 40, 20)
    find = told(
        ([beside, middle], [0.9, 0.7]),
        ([beside, middle], [0.9, 0.1]),
        nothing,
        ([middle], [0.3]),
        nothing,
        # and once more, smaller
        *[nothing] * 2,
        ([small], [0.8]),
        *[nothing] * 2,
    )
    faces, ways = evaluation.faces_of(find, images)
    assert ways == ["found", "found", "found", "unsure", "centre"]
    back = square(36, 36, 30)  # a pixel of the smaller frame is 1.5 of the frame
    expected = [middle, beside, back, middle, square(48 - 28.8, 48 - 28.8, 57.6)]
    np.testing.assert_array_equal(faces, crops(np.array(images), expected))


def test_verification_in_figures():
    random = np.random.default_rng(2)
    who = np.repeat(np.arange(12), [1, 2, *[8] * 10])
    vectors = random.normal(size=(12, 16))[who] + random.normal(0, 1, (len(who), 16))
    made = evaluation.verification(vectors, who, threshold=0.5)
    assert (made["pictures"], made["people"], made["singles"]) == (83, 12, 1)
    assert made["templates"]["genuine"] == 2 + 10 * 3 and made["pairs"]["genuine"] == 1 + 10 * 28
    tried = trials.enrolled(vectors, who)
    assert made["templates"]["equal_error_rate"] == round(trials.error_rate(tried), 4)
    assert made["templates"]["false_accepts"] == round((tried.impostor >= 0.5).mean(), 4)
    assert made["templates"]["false_rejects"] == round((tried.genuine < 0.5).mean(), 4)
    assert "threshold" not in evaluation.verification(vectors, who)["templates"]


def test_recall_by_condition():
    true = [np.array([square(0, 0, 20), square(40, 40, 30)]), np.array([square(0, 0, 13)])]
    find = told(([square(1, 0, 20), square(41, 41, 30)], [0.9, 0.4]), ([], []))
    outcome = conditions.outcomes(find(range(2)), true)
    assert outcome.tolist() == [1, 0, -1]
    taken = {"yaw": [np.array([-50.0, 10]), np.array([0.0])], "hat": [["cap", "none"], ["cap"]]}
    scenes = Scenes(np.zeros((2, 96, 96), np.uint8), true, [], [], taken)
    find = told(([square(1, 0, 20), square(41, 41, 30)], [0.9, 0.4]), ([], []))
    made = conditions.on_scenes(find, scenes)
    assert [(row["value"], row["recall"]) for row in made["yaw"]] == [
        ("0 to 15", 0),
        ("45 or more", 1),
    ]
    assert [(row["value"], row["faces"]) for row in made["hat"]] == [("cap", 1), ("none", 1)]
    assert [row["value"] for row in made["side"]] == ["18 to 24", "24 to 32"]


def test_usual_portraits():
    seen = {
        "yaw": np.array([-30, 31, 0, 0, 0]),
        "occlusion": np.array(["none", "none", "hand", "none", "none"]),
        "glasses": np.array(["thick", "none", "none", "dark", "none"]),
    }
    portraits = Portraits(np.zeros((5, 64, 64), np.uint8), np.zeros((5, 4)), np.arange(5), seen)
    assert conditions.usual(portraits).who.tolist() == [0, 4]


@pytest.fixture
def pairs():
    """Two people, dark and light, in two lights, and turned."""
    cases = [(0, "even", 0), (1, "even", 0), (0, "dim", 0), (1, "dim", 0), (1, "even", 60)]
    shade, light, yaw = (np.array(column * 2) for column in zip(*cases, strict=True))
    random = np.random.default_rng(0)
    people = np.array([spots.frame((4, 4), seed=n) for n in range(2)])
    images = people[np.repeat([0, 1], 5)].copy()
    images[4] = random.integers(0, 256, (96, 96))  # one person turned away
    boxes = np.repeat(np.array([square(30, 30, 16)], np.float32), 10, axis=0)
    of = {"shade": shade.astype(np.float32), "light": light, "yaw": yaw.astype(np.float32)}
    return Portraits(images, boxes, np.repeat([7, 8], 5), of)


def test_pairs_with_one_thing_changed(pairs):
    hit, miss = ([square(30, 30, 16)], [0.9]), ([], [])
    rows = conditions.on_pairs(told(*[hit] * 7, miss, hit, miss)(pairs.images), pairs)
    shares = {(row["shade"], row["light"], row["yaw"]): row["recall"] for row in rows}
    assert shares == {
        (0, "even", 0): 1,
        (0, "dim", 0): 0.5,
        (1, "even", 0): 1,
        (1, "dim", 0): 1,
        (1, "even", 60): 0.5,
    }
    assert all(row["faces"] == 2 for row in rows)
    rows = conditions.similarities_on_pairs(spots.verifier(), pairs, threshold=0.99)
    assert [(row["shade"], row["light"], row["yaw"]) for row in rows] == [
        (0, "dim", 0),
        (1, "dim", 0),
        (1, "even", 60),
    ]
    assert [row["rejected"] for row in rows] == [0, 0, 0.5]
    assert rows[0]["similarity"] == 1
    faces = answers.embeddings(spots.verifier(), crops(pairs.images[[1, 4]], pairs.boxes[:2]))
    turned = cosine_similarity(faces)[0, 1]
    assert rows[2]["similarity"] == pytest.approx((1 + turned) / 2, abs=0.001)
