"""Drawn heads: who they are, how a shot shows them, and where their faces' boxes lie."""

from dataclasses import fields, replace

import numpy as np
import pytest
from skimage.data import lfw_subset

from tinyml_helpers.applications.faces.drawn import hair, head, light, render
from tinyml_helpers.applications.faces.drawn.identity import (
    Identity,
    identity,
    random_tone,
    reflectance,
)
from tinyml_helpers.applications.faces.drawn.render import draw
from tinyml_helpers.applications.faces.drawn.shot import (
    GLASSES,
    HATS,
    OCCLUSIONS,
    Shot,
    random_shot,
)

PLAIN = Identity(seed=4)


def random(seed=0):
    return np.random.default_rng(seed)


def drawn(person=PLAIN, side=40, **shot):
    return draw(person, Shot(**shot), side)


def in_box(cutout):
    """The landmarks as shares of the box: 0, 0 its top left corner, 1, 1 its bottom right."""
    left, top, right, _ = cutout.box
    corner, side = np.array([left, top]), right - left
    return {name: (np.array(spot) - corner) / side for name, spot in cutout.landmarks.items()}


def part(cutout, left, top, right, bottom):
    """The mean grey of a part of the box, given in shares of it."""
    x, y, side = cutout.box[0], cutout.box[1], cutout.box[2] - cutout.box[0]
    rows = slice(round(y + top * side), round(y + bottom * side))
    return cutout.grey[rows, round(x + left * side) : round(x + right * side)].mean()


def framed(cutout, size=25):
    """The cutout on grey, framed as an LFW patch, 1.1 times the box: float32 [size, size]."""
    x, y = (cutout.box[0] + cutout.box[2]) / 2, (cutout.box[1] + cutout.box[3]) / 2
    picture = cutout.grey * cutout.alpha + 0.4 * (1 - cutout.alpha)
    picture = np.pad(picture, size, constant_values=0.4)
    left, top = round(x - size / 2) + size, round(y - size / 2) + size
    return picture[top : top + size, left : left + size]


def test_a_head_is_a_grey_picture_with_alpha():
    cutout = drawn()
    assert cutout.grey.dtype == cutout.alpha.dtype == np.float32
    assert cutout.grey.shape == cutout.alpha.shape
    assert cutout.grey.min() >= 0
    assert cutout.grey.max() <= 1
    assert cutout.alpha.min() == 0
    assert cutout.alpha.max() == 1
    assert ((cutout.alpha > 0) & (cutout.alpha < 1)).any(), "the edge is anti-aliased"
    left, top, right, bottom = (round(edge) for edge in cutout.box)
    face = cutout.alpha[top : bottom - 10, left + 8 : right - 8]  # above the jaw's corners
    assert (face == 1).all(), "no holes in the face"
    assert (cutout.alpha[:3, :3] == 0).all()


@pytest.mark.parametrize("side", [6, 14, 23.5, 80])
def test_the_box_is_as_wide_as_asked(side):
    left, top, right, bottom = drawn(side=side).box
    assert right - left == pytest.approx(side)
    assert bottom - top == pytest.approx(side)


@pytest.mark.parametrize("yaw", [-60, -25, 0, 25, 60])
@pytest.mark.parametrize("pitch", [-25, 0, 25])
def test_the_box_goes_from_forehead_to_chin_in_every_pose(yaw, pitch):
    cutout = drawn(yaw=yaw, pitch=pitch)
    spots = in_box(cutout)
    assert spots["forehead"][1] == pytest.approx(0, abs=0.01)
    assert spots["chin"][1] == pytest.approx(1, abs=0.01)
    for name in ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth"):
        assert (spots[name] > -0.05).all()
        assert (spots[name] < 1.05).all()
    height, width = cutout.grey.shape
    assert cutout.box[0] > -0.1 * width
    assert cutout.box[3] < height


def test_roll_turns_the_face_within_an_upright_box():
    upright, tilted = in_box(drawn()), in_box(drawn(roll=20))
    turn = np.array([[np.cos(np.radians(20)), -np.sin(np.radians(20))], [0, 0]])
    turn[1] = -turn[0, 1], turn[0, 0]  # clockwise where y points down
    for name, spot in upright.items():
        assert tilted[name] == pytest.approx(turn @ (spot - 0.5) + 0.5, abs=0.02)


def test_a_face_turns_the_way_its_angles_say():
    def nose_aside(yaw):
        spots = in_box(drawn(yaw=yaw))
        return spots["nose"][0] - (spots["left_eye"][0] + spots["right_eye"][0]) / 2

    def nose_below_eyes(pitch):
        spots = in_box(drawn(pitch=pitch))
        return spots["nose"][1] - spots["left_eye"][1]

    assert nose_aside(-40) < nose_aside(-10) < nose_aside(10) < nose_aside(40)
    assert nose_aside(30) == pytest.approx(-nose_aside(-30), abs=0.01)
    assert nose_below_eyes(20) < nose_below_eyes(0) < nose_below_eyes(-20)


def test_faces_are_framed_like_lfw_patches():
    # Eyes and mouth of the mean LFW face, read off by eye: 0.32 and 0.73 down the box.
    spots = [in_box(draw(identity(n), random_shot(random(n), hard=0.3), 23)) for n in range(24)]
    eyes = np.mean([(spot["left_eye"] + spot["right_eye"])[1] / 2 for spot in spots])
    mouth = np.mean([(spot["left_mouth"] + spot["right_mouth"])[1] / 2 for spot in spots])
    assert eyes == pytest.approx(0.32, abs=0.03)
    assert mouth == pytest.approx(0.72, abs=0.04)


def test_the_mean_drawn_face_resembles_the_mean_real_one():
    real = lfw_subset()[:100].mean(axis=0)
    shots = [random_shot(random(n), hard=0.3, occlusion="none", hat="none") for n in range(30)]
    ours = np.mean([framed(draw(identity(n), shots[n], 25 / 1.1)) for n in range(30)], axis=0)

    def likeness(down):
        rows, columns = slice(4 + down, 20 + down), slice(5, 20)
        return np.corrcoef(real[4:20, columns].ravel(), ours[rows, columns].ravel())[0, 1]

    assert likeness(0) > 0.5
    assert likeness(0) > max(likeness(-3), likeness(3)), "the features lie where LFW's lie"


def test_the_same_head_is_drawn_twice_alike():
    shot = random_shot(random(3))
    first = draw(identity(8), shot, 30)
    draw(identity(8), Shot(mouth_open=1, smile=1, glasses="dark", hat="cap"), 30)
    second = draw(identity(8), shot, 30)
    assert (first.grey == second.grey).all()
    assert (first.alpha == second.alpha).all()
    assert first.box == second.box


def test_a_person_is_always_the_same_and_others_differ():
    assert identity(12) == identity(12)
    people = [identity(n) for n in range(200)]
    assert len(set(people)) == 200
    for field in fields(Identity):
        values = [getattr(person, field.name) for person in people]
        assert len(set(values)) > 2, f"everybody has the same {field.name}"
    widths = np.array([person.face_width for person in people])
    assert 132 < widths.mean() < 142
    assert 3 < widths.std() < 10


def test_people_differ_in_shape_and_not_by_hair_or_brightness_alone():
    same = {"hair_style": "bald", "beard": "none", "tone": 0.25, "moles": 0.0, "hair_color": 0.05}
    shot = Shot(yaw=0)

    def face(person, shot=shot):
        cutout = draw(replace(person, **same), shot, 40)
        inside = cutout.grey[
            tuple(slice(round(cutout.box[k]) + 6, round(cutout.box[k]) + 34) for k in (1, 0))
        ]
        return (inside - inside.mean()) / inside.std()

    people = [identity(n) for n in range(8)]
    faces = [face(person) for person in people]
    again = [face(person, Shot(yaw=3, pitch=-2, smile=0.2)) for person in people]
    own = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(faces, again, strict=True)]
    others = [
        np.corrcoef(faces[i].ravel(), again[j].ravel())[0, 1]
        for i in range(8)
        for j in range(8)
        if i != j
    ]
    assert np.mean(own) > np.mean(others) + 0.05


def test_tone_changes_brightness_and_nothing_else():
    cutouts = [drawn(replace(PLAIN, tone=tone)) for tone in (0.07, 0.15, 0.25, 0.45)]
    for cutout in cutouts[1:]:
        assert (cutout.alpha == cutouts[0].alpha).all()
        assert cutout.box == cutouts[0].box
        assert cutout.landmarks == cutouts[0].landmarks
    cheeks = [part(cutout, 0.25, 0.5, 0.75, 0.6) for cutout in cutouts]
    assert (np.diff(cheeks) > 0.03).all()


def test_tones_cover_human_skin():
    tones = np.array([random_tone(random(n)) for n in range(300)])
    assert 0.06 < tones.min() < 0.08
    assert 0.42 < tones.max() < 0.46
    assert reflectance(100) == 1
    assert reflectance(50) == pytest.approx(0.184, abs=0.001)  # CIE: middle grey


@pytest.mark.parametrize("sign", [-1, 1])
def test_light_comes_from_its_side(sign):
    cutout = drawn(azimuth=75 * sign, ambient=0.2, softness=0.1, elevation=10)
    left, right = part(cutout, 0.1, 0.45, 0.35, 0.7), part(cutout, 0.65, 0.45, 0.9, 0.7)
    assert (right - left) * sign > 0.15


def test_light_from_above_shades_the_eyes_and_the_neck():
    lamp, flash = (drawn(elevation=e, azimuth=0, ambient=0.1, softness=0.1) for e in (65, 0))

    def eyes_to_cheeks(cutout):
        return part(cutout, 0.2, 0.28, 0.8, 0.36) / part(cutout, 0.2, 0.45, 0.8, 0.55)

    def neck_to_forehead(cutout):
        return part(cutout, 0.4, 1.05, 0.6, 1.12) / part(cutout, 0.4, 0.05, 0.6, 0.15)

    assert eyes_to_cheeks(lamp) < eyes_to_cheeks(flash)
    assert neck_to_forehead(lamp) < neck_to_forehead(flash)


def test_one_thing_shades_another():
    near, far = np.array([[0.0], [0.0], [50.0]]), np.array([[0.0], [0.0], [0.0]])
    aside = np.array([[40.0], [0.0], [0.0]])
    points = np.concatenate([near, far, aside], axis=1).astype(np.float32)
    way = np.array([0, 0, 1], np.float32)
    assert light.lit(points, points, way, 0, 3.0, 2.0).tolist() == [1, 0, 1]
    way = np.array([0.8, 0, 0.6], np.float32)
    assert light.lit(points, points, way, 0, 3.0, 2.0).tolist() == [1, 1, 1]


def test_exposure_and_contrast_do_what_they_say():
    plain = drawn()
    assert drawn(exposure=1).grey.mean() > plain.grey.mean() + 0.05
    assert drawn(exposure=-1).grey.mean() < plain.grey.mean() - 0.05
    assert drawn(contrast=0.6).grey.std() < plain.grey.std()


def test_expressions_show():
    plain, smile = in_box(drawn()), in_box(drawn(smile=1))
    assert smile["left_mouth"][1] < plain["left_mouth"][1] - 0.01
    assert smile["right_mouth"][0] - smile["left_mouth"][0] > 0.02 + (
        plain["right_mouth"][0] - plain["left_mouth"][0]
    )
    mouth = (0.42, 0.68, 0.58, 0.85)
    assert part(drawn(mouth_open=1), *mouth) < part(drawn(), *mouth) - 0.08
    awake, asleep = drawn(side=80), drawn(side=80, eyes_closed=1)
    changed = np.abs(awake.grey - asleep.grey)
    top = awake.box[1]
    assert changed[: round(top + 8)].max() < 0.02
    assert changed[round(top + 18) : round(top + 34)].max() > 0.2
    assert changed[round(top + 50) :].max() < 0.02


def test_what_is_in_the_way_lies_where_it_should():
    plain = drawn()
    dark = drawn(glasses="dark")
    eyes, mouth = (0.15, 0.27, 0.85, 0.38), (0.35, 0.65, 0.65, 0.8)
    assert part(dark, *eyes) < part(plain, *eyes) - 0.1
    assert part(dark, *mouth) == pytest.approx(part(plain, *mouth), abs=0.05)
    changed = [
        np.abs(part(drawn(occlusion="mask", seed=n), *mouth) - part(plain, *mouth))
        for n in range(4)
    ]
    assert max(changed) > 0.08
    assert drawn(hat="brim").landmarks["chin"][1] > plain.landmarks["chin"][1]


@pytest.mark.parametrize(
    "shot",
    [{"glasses": name} for name in GLASSES]
    + [{"occlusion": name} for name in OCCLUSIONS]
    + [{"hat": name} for name in HATS],
    ids=str,
)
def test_everything_worn_or_held_can_be_drawn(shot):
    for seed in range(3):
        cutout = draw(identity(20 + seed), Shot(seed=seed, yaw=25 * (seed - 1), **shot), 16)
        assert np.isfinite(cutout.grey).all()
        assert (cutout.box[2] - cutout.box[0]) == pytest.approx(16)
        if shot not in ({"glasses": "none"}, {"occlusion": "none"}, {"hat": "none"}):
            bare = draw(identity(20 + seed), Shot(seed=seed, yaw=25 * (seed - 1)), 16)
            assert (
                bare.grey.shape != cutout.grey.shape or np.abs(bare.grey - cutout.grey).max() > 0.1
            )


@pytest.mark.parametrize("style", ["bald", "curly", "fringe", "long", "tied"])
def test_every_hair_style_leaves_the_face_free(style):
    person = replace(PLAIN, hair_style=style, hair_color=0.02, hair_volume=15.0)
    assert part(drawn(person), 0.35, 0.45, 0.65, 0.55) > 0.4
    assert part(drawn(replace(person, beard="full")), 0.4, 0.88, 0.6, 0.97) < 0.45


def test_hanging_hair_is_longer_when_it_is_long():
    bob, long = (
        hair.hanging(replace(PLAIN, hair_style=style), 4.0)[0] for style in ("bob", "long")
    )
    assert long[1].min() < bob[1].min() - 50
    assert hair.hanging(PLAIN, 4.0) is None


def test_a_mesh_faces_outwards():
    points = head.loft(head.rings(PLAIN), np.linspace(2, 12, 40), np.linspace(-3, 3, 80))
    normals = head.grid_normals(points)
    assert np.linalg.norm(normals, axis=0) == pytest.approx(1, abs=1e-3)
    assert ((points * normals).sum(axis=0) > 0).mean() > 0.95


def test_turning_keeps_lengths():
    turn = render.rotation(30, -20, 10)
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-6)
    assert render.rotation(yaw=90) @ [0, 0, 1] == pytest.approx([1, 0, 0], abs=1e-6)
    assert render.rotation(pitch=90) @ [0, 0, 1] == pytest.approx([0, 1, 0], abs=1e-6)
    assert render.rotation(roll=90) @ [0, 1, 0] == pytest.approx([1, 0, 0], abs=1e-6)


def test_random_shots_cover_what_is_promised():
    shots = [random_shot(random(n)) for n in range(600)]

    def share(field, plain="none"):
        return np.mean([getattr(shot, field) != plain for shot in shots])

    assert 0.15 < share("glasses") < 0.25
    assert 0.06 < share("occlusion") < 0.14
    assert 0.05 < share("hat") < 0.12
    assert 0.4 < np.mean([shot.smile >= 0.3 for shot in shots]) < 0.6
    yaw = np.abs([shot.yaw for shot in shots])
    assert (yaw < 35).mean() > 0.85
    assert yaw.max() <= 60
    assert max(abs(shot.pitch) for shot in shots) <= 25
    assert max(abs(shot.roll) for shot in shots) <= 25


def test_easy_shots_are_easier_and_fixed_fields_stay():
    easy = [random_shot(random(n), hard=0) for n in range(200)]
    assert {shot.occlusion for shot in easy} == {shot.hat for shot in easy} == {"none"}
    assert np.std([shot.yaw for shot in easy]) < 10
    assert random_shot(random(1), yaw=33.0, hat="cap").yaw == 33.0
    assert random_shot(random(1)) == random_shot(random(1))


def test_nonsense_is_refused():
    for side in (0, 5, 401):
        with pytest.raises(ValueError, match="6 to 400"):
            drawn(side=side)
    for wrong in ({"glasses": "monocle"}, {"hat": "crown"}, {"occlusion": "wall"}):
        with pytest.raises(ValueError, match="isn't one of"):
            drawn(**wrong)
    for seed in (-1, 1.5):
        with pytest.raises(ValueError, match="whole number"):
            identity(seed)
    with pytest.raises(ValueError, match="0 to 1"):
        random_shot(random(), hard=2)
