"""Drawn heads: who they are, and where their faces' boxes lie."""

from dataclasses import fields, replace

import numpy as np
import pytest
from drawn_heads import PLAIN, drawn, in_box, part, random
from skimage.data import lfw_subset

from tinyml_helpers.applications.faces.drawn import head, render
from tinyml_helpers.applications.faces.drawn.identity import (
    Identity,
    identity,
    random_tone,
    reflectance,
)
from tinyml_helpers.applications.faces.drawn.render import draw
from tinyml_helpers.applications.faces.drawn.shot import Shot, random_shot


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
