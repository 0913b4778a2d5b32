"""Scenes and portraits of drawn people, what a camera does to them, and the photo attack."""

from dataclasses import replace

import numpy as np
import pytest

from tinyml_helpers.applications.faces import drawn
from tinyml_helpers.applications.faces.drawn import attack, background, cast, decoys, photo, scene
from tinyml_helpers.applications.faces.drawn.identity import identity


def random(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def heads():
    """Some heads, drawn once."""
    return cast.cast(0, range(6), 2, side=24)


@pytest.fixture(scope="module")
def pictures(heads):
    return [scene.scene(random([4, n]), heads, 96) for n in range(60)]


def picture(seed=0):
    """A smooth picture with some detail, float32 [48, 40]."""
    return photo.defocused(random(seed).random((48, 40), dtype=np.float32), 1)


def test_a_scene_is_what_the_other_rooms_expect(pictures):
    for one in pictures:
        count = len(one.boxes)
        assert one.image.shape == (96, 96)
        assert one.image.dtype == np.uint8
        assert one.boxes.shape == (count, 4)
        assert one.boxes.dtype == np.float32
        assert one.who.dtype == np.int64
        assert len(one.shots) == len(one.who) == count
        assert one.hidden.shape[1:] == (4,)
        for box in one.boxes:
            width, height = box[2] - box[0], box[3] - box[1]
            assert width == pytest.approx(height, abs=1e-3)
            assert 12 <= width <= 0.8 * 96 + 1
            # The middle is inside: more than half can be seen.
            assert 0 <= (box[0] + box[2]) / 2 <= 96
            assert 0 <= (box[1] + box[3]) / 2 <= 96


def test_scenes_have_no_face_or_several(pictures):
    counts = np.bincount([len(one.boxes) for one in pictures], minlength=5)
    assert counts[0] >= 4
    assert counts[2:].sum() >= 15
    assert counts[5:].sum() == 0


def test_the_same_seed_is_the_same_scene_whatever_the_count():
    first = scene.scenes(3, 3, 64, range(50))
    second = scene.scenes(3, 2, 64, range(50))
    other = scene.scenes(4, 1, 64, range(50))
    assert all((a.image == b.image).all() for a, b in zip(first, second, strict=False))
    assert (first[0].image != other[0].image).any()


def test_a_scene_has_as_many_faces_as_asked_for_at_most(heads):
    for count in range(5):
        one = scene.scene(random(count), heads, 96, faces=count)
        assert len(one.boxes) + len(one.hidden) <= count
        assert len(set(one.who.tolist())) <= count
    assert len(scene.scene(random(9), heads, 96, faces=1).boxes) == 1


def test_a_head_is_where_its_box_says(heads):
    ground = np.full((96, 96), 0.5, np.float32)
    box, over = drawn.put(ground, heads[0].at(30), (60, 40))
    assert (box[0] + box[2]) / 2 == pytest.approx(60, abs=0.51)
    assert (box[1] + box[3]) / 2 == pytest.approx(40, abs=0.51)
    assert box[2] - box[0] == pytest.approx(30, abs=1e-3)
    inner = over[35:46, 55:66]
    assert inner.min() > 0.99
    assert over[:10].max() == 0
    assert (ground[over == 0] == 0.5).all()


def test_a_body_goes_down_to_the_edge(heads):
    ground = np.zeros((160, 96), np.float32)
    _, over = drawn.put(ground, heads[0].at(24), (48, 30))
    assert over[-1].max() == 1


def test_what_a_nearer_thing_covers_is_hidden():
    clear = np.ones((96, 96), np.float32)
    box = np.array([30, 30, 60, 60], np.float32)
    assert scene._share(clear, box) == 1
    clear[:, 45:] = 0
    assert scene._share(clear, box) == pytest.approx(0.5, abs=0.05)
    assert scene._share(np.ones((96, 96)), box - 45) == pytest.approx(0.25, abs=0.05)


def test_a_drawn_head_can_be_mirrored(heads):
    plain, mirrored = heads[1].at(30), heads[1].at(30, mirrored=True)
    assert (plain.grey[:, ::-1] == mirrored.grey).all()
    width = plain.grey.shape[1]
    assert mirrored.box[0] == pytest.approx(width - plain.box[2])


def test_a_portrait_shows_one_whole_face():
    for one in scene.portraits(5, [7, 8], 2):
        assert one.image.shape == (64, 64)
        assert one.image.dtype == np.uint8
        assert one.box.dtype == np.float32
        assert 36 <= one.box[2] - one.box[0] <= 48
        assert one.box.min() >= 0
        assert one.box.max() <= 64
    assert one.who == 8


def test_a_portrait_takes_a_changed_person_and_a_shot():
    person = replace(identity(3), beard="full", tone=0.1)
    shot = drawn.Shot(yaw=15)
    one = scene.portrait(random(), person, shot)
    assert one.who == 3
    assert one.shot == shot


@pytest.mark.parametrize("kind", background.CLUTTER)
def test_clutter_is_a_picture(kind):
    drawn = kind(random(2), 48)
    assert drawn.shape == (48, 48)
    assert np.isfinite(drawn).all()
    assert drawn.min() >= -0.5
    assert drawn.max() <= 1.5


def test_backgrounds_vary():
    grounds = np.array([background.background(random(n), 48) for n in range(60)])
    assert grounds.dtype == np.float32
    assert grounds.min() >= 0
    assert grounds.max() <= 1
    assert grounds.mean(axis=(1, 2)).std() > 0.1
    assert grounds.std(axis=(1, 2)).std() > 0.05


def test_photographs_can_be_left_out(monkeypatch):
    def refused(*_):
        raise AssertionError("a photograph was opened")

    monkeypatch.setattr(background, "_photographs", refused)
    for seed in range(20):
        background.background(random(seed), 32, "none")
        decoys.decoy(random(seed), 20, "none")
    monkeypatch.undo()
    monkeypatch.setattr(background, "_lfw_backgrounds", refused)
    for seed in range(30):
        background.background(random(seed), 32, "free")
    with pytest.raises(ValueError, match="'all', 'free' or 'none'"):
        background.background(random(), 32, photographs=True)


def test_photographs_kept_for_tests_are_no_background():
    kept = {"astronaut.png", "camera.png", "coffee.png", "rocket.jpg", "flower.jpg", "coins.png"}
    assert not kept & {*background.FREE, *background.OTHERS}


@pytest.mark.parametrize(
    "thing", sorted({*decoys.THINGS, decoys.piece}, key=lambda thing: thing.__name__)
)
def test_a_decoy_is_a_cutout(thing):
    for seed in range(4):
        cut = thing(random(seed), 30)
        assert cut.grey.shape == cut.alpha.shape
        assert np.isfinite(cut.grey).all()
        assert cut.alpha.min() >= 0
        assert 0.5 < cut.alpha.max() <= 1


@pytest.mark.parametrize("kind", sorted(set(decoys.PEOPLE), key=lambda kind: kind.__name__))
def test_a_person_without_a_face_has_none(kind, heads):
    head = heads[2].at(40)
    cut = kind(head, random(1))
    assert cut.grey.shape == cut.alpha.shape
    left, top, right, bottom = (int(edge) for edge in head.box)
    if kind is decoys.headless:
        assert cut.alpha[top:bottom, left:right].max() == 0
    elif kind is not decoys.upended:
        assert np.abs(cut.grey - head.grey)[top:bottom, left:right].mean() > 0.01


def test_exposure_is_counted_in_stops():
    image = np.full((4, 4), 0.4, np.float32)
    light = photo.exposed(image, 1) ** 2.2
    assert light == pytest.approx(2 * image**2.2, rel=1e-5)
    assert photo.exposed(image, 9).max() == 1


def test_blur_keeps_the_mean_and_lowers_the_contrast():
    image = picture()
    for blurred in (
        photo.defocused(image, 2),
        photo.shaken(image, 6, 30),
        photo.enlarged(image, 3),
    ):
        assert blurred.shape == image.shape
        assert blurred.dtype == np.float32
        assert blurred.mean() == pytest.approx(image.mean(), abs=0.01)
        assert blurred.std() < 0.8 * image.std()


def test_noise_is_as_strong_as_said():
    black, white = np.zeros((200, 200), np.float32), np.ones((200, 200), np.float32)
    assert photo.noisy(black, 0.02, 0.04, random()).std() == pytest.approx(0.02, rel=0.03)
    assert photo.noisy(white, 0.03, 0.04, random()).std() == pytest.approx(0.05, rel=0.03)


def test_tone_sharpness_and_corners():
    image = picture()
    assert photo.toned(image, 1, 0.2, 0.7).min() >= 0.2
    assert photo.toned(image, 2).mean() < image.mean()
    assert photo.sharpened(image, 1).std() > image.std()
    dark = photo.vignetted(np.ones((41, 41), np.float32), 0.5)
    assert dark[20, 20] == 1
    assert dark[0, 0] == pytest.approx(0.5)


def test_compression_has_blocks_of_8():
    image = photo.compressed(picture(), 5)
    steps = np.abs(np.diff(image, axis=1)).mean(axis=0)
    assert steps[7::8].mean() > 1.5 * np.delete(steps, np.s_[7::8]).mean()


def test_a_camera_sets_the_exposure_right():
    for seed in range(10):
        dark = picture(seed) * 0.3
        image = photo.metered(dark, random(seed))
        assert 0.15 < image.mean() < 0.75
        assert image.std() > 1.3 * dark.std()


def test_whatever_a_camera_does_it_is_a_picture():
    for seed in range(40):
        image = photo.taken(picture(seed), random(seed))
        assert image.shape == (48, 40)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() <= 1


def frame():
    """A frame with a pattern that can be found again: uint8 [96, 96]."""
    return photo.codes(photo.resized(picture(3), 96, 96))


@pytest.mark.parametrize("kind", ["print", "phone"])
def test_a_photo_held_up_shows_the_same_picture_smaller(kind):
    shown = attack.photo_of(frame(), kind, fill=0.9, seed=1)
    assert shown.shape == (96, 96)
    assert shown.dtype == np.uint8
    assert (shown == attack.photo_of(frame(), kind, fill=0.9, seed=1)).all()
    assert (shown != attack.photo_of(frame(), kind, fill=0.9, seed=2)).any()
    # In the middle it looks more like this frame than like another.
    other = photo.codes(photo.resized(picture(8), 96, 96))
    middle = np.s_[24:72, 24:72]

    def alike(source):
        small = photo.resized(source.astype(np.float32), 80, 80)
        places = [small[r : r + 48, c : c + 48] for r in range(33) for c in range(33)]
        return max(np.corrcoef(place.ravel(), shown[middle].ravel())[0, 1] for place in places)

    assert alike(frame()) > alike(other) + 0.1


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"kind": "video"}, "kind is"),
        ({"fill": 2}, "fill is"),
        ({"frame": np.zeros((96, 96, 3), np.uint8)}, "has to be uint8"),
        ({"frame": np.zeros((96, 96), np.float32)}, "has to be uint8"),
    ],
)
def test_what_cannot_be_held_up_is_refused(given, wrong):
    with pytest.raises(ValueError, match=wrong):
        attack.photo_of(**{"frame": frame(), **given})
