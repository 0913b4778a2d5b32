"""The drawn faces: the committed files are whole, and become the same pictures everywhere."""

import csv
import hashlib
import importlib

import numpy as np
import pytest

from tinyml_helpers.applications.faces.drawn import scene as drawing
from tinyml_helpers.applications.faces.drawn.scene import TEST_PEOPLE
from tinyml_helpers.datasets.pictures.drawn_faces import (
    drawn_faces,
    drawn_pairs,
    drawn_scenes,
    real_scenes,
)

faces = importlib.import_module("tinyml_helpers.datasets.pictures.drawn_faces")

#: Of all pictures: training and test portraits, training and test scenes, pairs.
SHA256 = "e62db1274db041b4f955a37cd83d351d8a5b5cd169861f6184db2aebee06de2f"


@pytest.fixture(scope="module")
def portraits():
    return drawn_faces()


@pytest.fixture(scope="module")
def scenes():
    return drawn_scenes()


@pytest.fixture(scope="module")
def pairs():
    return drawn_pairs()


def test_all_of_it_is_at_most_9_mb():
    assert sum(file.stat().st_size for file in faces.FOLDER.rglob("*.*")) < 9e6


def test_pictures_are_the_same_on_every_machine(portraits, scenes, pairs):
    digest = hashlib.sha256()
    for part in (*portraits, *scenes, pairs):
        digest.update(part.images.tobytes())
    assert digest.hexdigest() == SHA256


def test_portraits_are_what_the_other_rooms_expect(portraits):
    assert [len(part.images) for part in portraits] == [1600, 600]
    for part in portraits:
        count = len(part.images)
        assert part.images.shape == (count, 64, 64)
        assert part.images.dtype == np.uint8
        assert part.boxes.shape == (count, 4)
        assert part.boxes.dtype == np.float32
        assert part.who.shape == (count,)
        assert part.who.dtype == np.int64
        sides = part.boxes[:, 2:] - part.boxes[:, :2]
        assert np.allclose(sides[:, 0], sides[:, 1], atol=0.02)
        assert sides.min() > 35.9
        assert sides.max() < 48.1
        assert {"yaw", "pitch", "roll", "tone", "glasses", "occlusion", "smile"} < set(
            part.conditions
        )
        assert all(len(values) == count for values in part.conditions.values())


def test_nobody_is_in_both_parts(portraits, scenes, pairs):
    train = set(portraits[0].who.tolist()) | set(np.concatenate(scenes[0].who).tolist())
    test = set(portraits[1].who.tolist()) | set(np.concatenate(scenes[1].who).tolist())
    assert max(train) < TEST_PEOPLE <= min(test)
    assert pairs.who.min() >= TEST_PEOPLE
    assert len(set(portraits[0].who.tolist())) == 200
    assert len(set(portraits[1].who.tolist())) == 60


def test_portraits_vary(portraits):
    for part in portraits:
        taken = part.conditions
        assert np.abs(taken["yaw"]).max() > 30
        assert taken["tone"].min() < 0.1
        assert taken["tone"].max() > 0.38
        assert {"none", "thin", "thick", "dark"} == set(taken["glasses"].tolist())
        means = part.images.mean(axis=(1, 2))
        assert 85 < means.mean() < 145
        assert means.std() > 10


def test_portraits_of_one_person_are_more_alike_than_of_two(portraits):
    part = portraits[1]
    small = part.images.reshape(600, 16, 4, 16, 4).mean(axis=(2, 4))[:, 4:12, 4:12].reshape(600, -1)
    small = (small - small.mean(1, keepdims=True)) / small.std(1, keepdims=True)
    alike = small @ small.T / small.shape[1]
    same = part.who[:, None] == part.who
    np.fill_diagonal(same, False)
    assert alike[same].mean() > alike[~same].mean() + 0.05


def test_scenes_are_what_the_other_rooms_expect(scenes):
    assert [len(part.images) for part in scenes] == [800, 300]
    for part in scenes:
        count = len(part.images)
        assert part.images.shape == (count, 160, 160)
        assert part.images.dtype == np.uint8
        assert len(part.boxes) == len(part.who) == len(part.hidden) == count
        for n in range(count):
            faces_there = len(part.boxes[n])
            assert part.boxes[n].shape == (faces_there, 4)
            assert part.boxes[n].dtype == part.hidden[n].dtype == np.float32
            assert part.who[n].shape == (faces_there,)
            assert all(len(values[n]) == faces_there for values in part.conditions.values())
        counts = np.bincount([len(boxes) for boxes in part.boxes], minlength=5)
        assert counts[0] > 0.12 * count
        assert counts[3:].sum() > 0.07 * count
        boxes = np.concatenate(part.boxes)
        sides = boxes[:, 2] - boxes[:, 0]
        assert sides.min() >= 15.9
        assert 100 < sides.max() <= 129
        assert np.median(sides) < 60


def test_scenes_shrink_with_their_boxes(scenes):
    part = scenes[1].take(slice(20))
    small = part.at(96)
    assert small.images.shape == (20, 96, 96)
    assert small.boxes[3] == pytest.approx(part.boxes[3] * 0.6)
    # Five pixels by five become three by three.
    wide = np.repeat(np.repeat(part.images.astype(np.float64), 3, axis=1), 3, axis=2)
    mean = wide.reshape(20, 96, 5, 96, 5).mean(axis=(2, 4))
    assert np.abs(small.images - mean).max() <= 0.5 + 1e-9
    assert (part.at(160).images == part.images).all()
    half = part.images.astype(int).reshape(20, 80, 2, 80, 2).sum(axis=(2, 4))
    assert (part.at(80).images == (half + 2) // 4).all()


@pytest.mark.parametrize("size", [0, 161])
def test_scenes_do_not_grow(scenes, size):
    with pytest.raises(ValueError, match="can shrink to 1 to 160"):
        scenes[1].take([0]).at(size)


def test_parts_can_be_taken(portraits, scenes):
    young = portraits[0].take(portraits[0].who == portraits[0].who[0])
    assert len(young.images) == len(young.conditions["yaw"]) == 8
    some = scenes[0].take(np.array([5, 2]))
    assert (some.images[1] == scenes[0].images[2]).all()
    assert (some.who[0] == scenes[0].who[5]).all()
    assert some.conditions["tone"][1] is scenes[0].conditions["tone"][2]


def test_pairs_change_one_thing_at_a_time(pairs):
    assert pairs.images.shape == (40 * 26, 96, 96)
    taken = pairs.conditions
    sides = pairs.boxes[:, 2] - pairs.boxes[:, 0]
    assert np.allclose(sides, 30, atol=0.02)
    for first in range(0, len(pairs.images), 26):
        rows = slice(first, first + 26)
        assert len(set(pairs.who[rows].tolist())) == 1
        frontal = [
            (light, shade)
            for light, shade, yaw in zip(
                taken["light"][rows], taken["shade"][rows], taken["yaw"][rows], strict=True
            )
            if yaw == 0
        ]
        assert len(frontal) == len(set(frontal)) == 24
        assert len(set(taken["smile"][rows].tolist())) == 1
        assert sorted(taken["yaw"][rows].tolist())[-2:] == [30, 60]
    # The lighter the skin, the lighter the face; the background stays.
    even = (taken["light"] == "even") & (taken["yaw"] == 0)
    left, top, right, bottom = pairs.boxes[0].astype(int)
    by_shade = pairs.images[:26][even[:26]].astype(float)
    inside = by_shade[:, top + 12 : bottom - 8, left + 8 : right - 8].mean(axis=(1, 2))
    assert (np.diff(inside) > 0).all()
    assert np.abs(by_shade[0, :, :4] - by_shade[5, :, :4]).mean() < 6


def test_real_photographs_have_their_boxes():
    photographs = real_scenes()
    assert [len(boxes) for boxes in photographs.boxes] == [1, 1, 1, 0, 0, 0]
    assert [path.stem for path in photographs.paths[:3]] == ["astronaut", "camera", "grace_hopper"]
    for image, boxes in zip(photographs.images, photographs.boxes, strict=True):
        assert image.dtype == np.uint8
        assert image.ndim == 2
        for left, top, right, bottom in boxes:
            assert right - left == bottom - top
            assert 0 <= left < right <= image.shape[1]
            assert 0 <= top < bottom <= image.shape[0]


def test_tables_have_a_row_for_every_picture():
    for name, count in (("train_portraits", 1600), ("test_portraits", 600), ("pairs", 1040)):
        with (faces.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == count


def test_missing_data_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.setattr(faces, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="get the whole workbook"):
        drawn_scenes()


def test_the_program_draws_these_pictures(portraits, scenes):
    """JPEG and other machines' last bits aside."""
    drawn = drawing.portraits(4, [int(portraits[1].who[0])], 1, photographs="free")[0]
    assert drawn.image == pytest.approx(portraits[1].images[0], abs=60)
    assert np.abs(drawn.image - portraits[1].images[0].astype(float)).mean() < 5
    assert drawn.box == pytest.approx(portraits[1].boxes[0], abs=0.01)
    people = range(TEST_PEOPLE, TEST_PEOPLE + 600)
    drawn = drawing.scenes(2, 2, 160, people, hard=0.6, photographs="free")[1]
    assert np.abs(drawn.image - scenes[1].images[1].astype(float)).mean() < 5
    assert drawn.boxes == pytest.approx(scenes[1].boxes[1], abs=0.01)
