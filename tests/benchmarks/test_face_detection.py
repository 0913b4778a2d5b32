"""The benchmark of face detection: options, rows and text, on a few pictures and stand-ins."""

import json
import sys

import benchmark_runner
import numpy as np
import pytest
import spots
from PIL import Image

from tinyml_helpers.applications.faces import trained
from tinyml_helpers.applications.faces.detector import Detector
from tinyml_helpers.datasets.pictures.drawn_faces import Portraits, Scenes

THRESHOLDS = {"detector": 0.5, "verifier": 0.9}


@pytest.fixture
def benchmark(monkeypatch):
    """The benchmark as a module."""
    monkeypatch.syspath_prepend(str(benchmark_runner.FOLDER))
    import face_detection

    return face_detection


@pytest.fixture(scope="module")
def model():
    """An int8 model whose faces are bright spots."""
    return "int8", spots.detector(), spots.verifier()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the three options point at, of many sizes, colours and formats."""
    folder = tmp_path_factory.mktemp("pictures")
    spot = spots.frame((5, 5))
    for place, image, ending in (
        ("patches/face", spot[36:52, 36:52], "png"),
        ("patches/face/more", spot[30:58, 36:52], "PGM"),
        ("patches/other", spot[:25, :25], "jpg"),
        ("patches/other", spot[:50, :30], "bmp"),
        ("people/Ada", spots.frame((4, 4), seed=1), "png"),
        ("people/Ada/older", spots.frame((5, 5), seed=2), "jpg"),
        ("people/Ève", spots.frame((5, 4), seed=3), "webp"),
        ("people/Ève", spots.frame((5, 6), seed=4).repeat(3, 1), "tiff"),
        ("people/Bob", spots.frame(), "gif"),
        ("scenes", spots.frame((4, 4)).repeat(2, 0).repeat(2, 1), "png"),
        ("scenes", np.zeros((7, 300), np.uint8), "jpg"),
    ):
        (folder / place).mkdir(parents=True, exist_ok=True)
        number = len(list((folder / place).iterdir()))
        mode = ("L", "RGB", "RGBA")[number % 3] if ending in ("png", "webp", "tiff") else "L"
        Image.fromarray(image).convert(mode).save(folder / place / f"{number}.{ending}")
    boxes = {"scenes/0.png": [[50, 50, 110, 110], [0, 0, 10, 10]], "scenes/1.jpg": []}
    listed = [{"image": name, "boxes": its_boxes} for name, its_boxes in boxes.items()]
    (folder / "boxes.json").write_text(json.dumps(listed))
    (folder / "empty").mkdir()
    (folder / "wrong.json").write_text('[{"image": "missing.png", "boxes": [[1, 2, 30, 40]]}]')
    return folder


def options(folder):
    return [
        *("--patches", str(folder / "patches")),
        *("--scenes", str(folder / "boxes.json")),
        *("--identities", str(folder / "people")),
    ]


@pytest.mark.parametrize(
    ("option", "name", "says"),
    [
        ("--patches", "missing", "no folder"),
        ("--patches", "empty", "a folder face"),
        ("--patches", "people", "a folder face"),
        ("--identities", "missing", "no folder"),
        ("--identities", "empty", "no folders with pictures"),
        ("--scenes", "missing.json", "no file"),
        ("--scenes", "empty", "no file"),
        ("--scenes", "wrong.json", "no picture"),
    ],
)
def test_a_wrong_option_is_one_clear_sentence(
    option, name, says, folder, benchmark, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["face_detection.py", option, str(folder / name)])
    with pytest.raises(SystemExit) as stop:
        benchmark.main()
    assert says in str(stop.value) and "\n" not in str(stop.value)
    assert str(stop.value).startswith("face_detection.py: ")
    assert not capsys.readouterr().out


@pytest.fixture
def given(benchmark, folder, monkeypatch):
    """The benchmark's Given of the folder."""
    from argparse import Namespace

    names = {"patches": "patches", "scenes": "boxes.json", "identities": "people"}
    return benchmark.read(Namespace(**{name: str(folder / at) for name, at in names.items()}))


def test_patches_are_told_apart_by_their_scores(benchmark, model, given):
    rows = list(benchmark.on_patches(benchmark.Model(*model), given.patches))
    assert [(row["tested_on"], row["faces"], row["others"]) for row in rows] == [
        ("LFW, held out", 25, 25),
        ("given", 2, 2),
    ]
    assert rows[1]["auc"] == 1
    assert 0 < rows[0]["auc_95"][0] < rows[0]["auc"] < rows[0]["auc_95"][1] < 1


def scenes(count=6):
    """Frames with spots, and what the detector says of them as their faces."""
    images = spots.mixed_frames(count)
    boxes = [
        np.reshape([face[:4] for face in faces], (-1, 4))
        for faces in Detector(spots.detector(), 0.5).look_all(images)
    ]
    nothing = [np.zeros((0, 4), np.float32)] * count
    return Scenes(images, boxes, [], nothing, {})


def test_scenes_are_looked_at_whole_and_in_tiles(benchmark, model, given):
    rows = list(benchmark.on_scenes(benchmark.Model(*model), scenes(), given.scenes, 0.5))
    assert [(row["tested_on"], row["looked_at"]) for row in rows] == [
        ("drawn, held out", "whole"),
        ("real, of packages", "whole"),
        ("real, of packages", "tiles"),
        ("given", "whole"),
        ("given", "tiles"),
    ]
    assert rows[0]["recall"] == rows[0]["precision"] == 1 and rows[0]["faces"] > 2
    assert rows[1]["pictures"] == 6
    assert (rows[3]["pictures"], rows[3]["faces"], rows[3]["too_small"]) == (2, 1, 1)


@pytest.fixture(scope="module")
def portraits():
    """Three people who differ in where their spot is and in noise, eight pictures each."""
    images = [spots.frame((4, 4 + n % 3), seed=n) for n in range(24)]
    boxes = np.tile(np.array([30, 30, 60, 60], np.float32), (24, 1))
    seen = {"yaw": np.zeros(24), "occlusion": np.full(24, "none"), "glasses": np.full(24, "none")}
    seen["yaw"][:3] = 40
    return Portraits(np.array(images), boxes, np.arange(24) % 3, seen)


def test_people_are_tried_with_true_boxes_and_with_the_detectors(
    benchmark, model, portraits, given
):
    says = []
    rows = list(
        benchmark.on_people(benchmark.Model(*model), portraits, given.identities, THRESHOLDS, says)
    )
    assert [(row["tested_on"], row["boxes"]) for row in rows] == [
        ("drawn, held out", "true"),
        ("drawn, held out", "the detector's"),
        ("given", "the detector's"),
        ("drawn, usual", "true"),
        ("drawn, usual", "the detector's"),
    ]
    assert rows[0]["templates"]["genuine"] == 9 and rows[0]["templates"]["impostor"] == 48
    assert sum(rows[1]["ways"].values()) == 24 and sum(rows[4]["ways"].values()) == 21
    assert (rows[2]["pictures"], rows[2]["people"], rows[2]["singles"]) == (5, 3, 1)
    assert rows[2]["templates"]["protocol"].endswith("but the one tried") and not says


def test_people_with_one_picture_each_cannot_be_used(benchmark, model, portraits, given):
    alone = given.identities._replace(labels=np.arange(len(given.identities.labels)))
    says = []
    rows = list(benchmark.on_people(benchmark.Model(*model), portraits, alone, THRESHOLDS, says))
    assert len(rows) == 4
    assert says[0].startswith("the given people can't be used: ")


def test_photo_attacks(benchmark, model, portraits):
    rows = list(benchmark.on_attacks(benchmark.Model(*model), portraits, THRESHOLDS, each=1))
    assert [(row["shown"], row["pictures"]) for row in rows] == [
        ("live", 3),
        ("print", 3),
        ("phone", 3),
    ]
    assert all(0 <= row["unlocked"] <= 1 for row in rows)


def test_frames_to_enrol_are_of_one_person(benchmark, model, portraits):
    from tinyml_helpers.applications.faces.unlock import Unlock

    here = Unlock(model[1], model[2], 0.5, 0.5)
    frames, enrolling = benchmark.frames_of(portraits, here, 6)
    assert len(frames) == 6 and len(enrolling) == 5
    for frame in enrolling:
        assert len(here.look(frame).faces) == 1


trained_models = pytest.mark.skipif(
    not (trained.FOLDER / "metrics.json").exists(), reason="no trained models yet"
)


@trained_models
def test_all_of_it_is_one_json_object_and_a_text(folder, benchmark):
    made = benchmark_runner.run_whole("face_detection", "--json", "--quick", *options(folder))
    assert made.returncode == 0, made.stderr
    figures = json.loads(made.stdout)
    assert {one["model"] for one in figures["models"]} == {"detector", "verifier"}
    for one in figures["models"]:
        assert one["model_bytes"] <= 100 * 1024 and one["macs"] > 1e6
    kinds = [(row["model"], row["tested_on"]) for row in figures["patches"]]
    assert kinds == [
        (kind, title) for kind in ("float", "int8") for title in ("LFW, held out", "given")
    ]
    assert len(figures["scenes"]) == 2 * 5 and len(figures["identities"]) == 2 * 5
    for one in figures["boards"]:
        assert one["frames"] == one["frames_with_equal_boxes"] == one["frames_with_equal_verdict"]
        assert one["ram_bytes"] > one["arena_bytes"] + one["frame_bytes"]
        assert one["looking"]["cycles"] > one["parts"]["detector"]["cycles"] > 0
    assert {one["board"] for one in figures["boards"]} == {"nano33ble", "pico"}
    assert [one["size"] for one in figures["sizes"]] == [64]
    assert figures["sizes"][0]["boards"]["pico"]["cycles"] > 0
    assert figures["says"] == []
    text = benchmark.as_text(figures)
    for words in ("AUC", "recall", "templates of 5", "fps", "verdicts", "shade", "yaw"):
        assert words in text
