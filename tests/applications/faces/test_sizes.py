"""One detector at several sizes of the frame: the same weights, other figures."""

import numpy as np
import pytest
import spots

from tinyml_helpers import boards, firmware
from tinyml_helpers.applications.faces.measuring import sizes
from tinyml_helpers.applications.faces.training.detector_model import detector
from tinyml_helpers.datasets.pictures.drawn_faces import Scenes
from tinyml_helpers.quiet import quiet


@pytest.fixture(scope="module")
def model():
    with quiet():
        return detector(stem=4, middle=4, channels=4, blocks=1)


def test_the_weights_are_the_same_at_every_size(model):
    with quiet():
        small = sizes.at_size(model, 64)
        assert small.output_shape[1:3] == (8, 8) and model.output_shape[1:3] == (12, 12)
        for one, other in zip(small.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
        frame = np.random.default_rng(0).random((1, 96, 96, 1), np.float32)
        whole, part = model.predict(frame, verbose=0), small.predict(frame[:, :64, :64], verbose=0)
    np.testing.assert_allclose(whole[:, :3, :3], part[:, :3, :3], atol=1e-5)  # far from the edge
    with pytest.raises(ValueError, match="multiple of 8 from 32 to 160 pixels, not 100"):
        sizes.at_size(model, 100)


def test_by_size(model):
    random = np.random.default_rng(0)
    boxes = [np.array([[10, 10, 40, 40], [60, 60, 80, 80]], np.float32)] * 3
    hidden = [np.zeros((0, 4), np.float32)] * 3
    images = random.integers(0, 256, (3, 128, 128), np.uint8)
    scenes = Scenes(images, boxes, [], hidden, {})
    with quiet():
        rows = [*sizes.by_size(model, scenes, scenes, sizes=(64, 128), boards=("nano33ble",))]
    assert [(row["size"], row["faces"], row["too_small"]) for row in rows] == [
        (64, 3, 3),
        (128, 6, 0),
    ]
    assert rows[1]["macs"] == 4 * rows[0]["macs"] and rows[1]["recall_of_all"] == rows[1]["recall"]
    one, other = (row["boards"]["nano33ble"] for row in rows)
    assert 3 < other["cycles"] / one["cycles"] < 5
    assert one["ram_bytes"] > rows[0]["arena_bytes"] + 64 * 64


def test_cost_in_other_units():
    class Board:
        figures = boards.get("nano33ble")  # 64 MHz

    made = sizes.cost(Board, 16_000_000)
    assert (made["cycles"], made["milliseconds"], made["frames_a_second"]) == (16_000_000, 250, 4)
    assert made["millijoules"] == round(16e9 * boards.get("nano33ble").joules_per_cycle, 3)


def test_what_does_not_fit_is_said(monkeypatch):
    def refuse(*arguments, **options):
        raise firmware.DoesNotFit(boards.get("pico"), "RAM", 300_000, 270_336)

    monkeypatch.setattr(firmware, "build", refuse)
    says = sizes.speed(spots.detector(), "pico", spots.frame())["says"]
    assert "300,000" in says and "RAM" in says
