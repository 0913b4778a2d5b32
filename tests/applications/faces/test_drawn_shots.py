"""How a shot shows a drawn head: its light, its expression, and what is worn or held."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_heads import PLAIN, drawn, in_box, part, random

from tinyml_helpers.applications.faces.drawn import hair, light
from tinyml_helpers.applications.faces.drawn.identity import identity
from tinyml_helpers.applications.faces.drawn.render import draw
from tinyml_helpers.applications.faces.drawn.shot import (
    GLASSES,
    HATS,
    OCCLUSIONS,
    Shot,
    random_shot,
)


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
