"""The face detector: its model, what it learns from, and the one that comes with the project."""

import numpy as np
import pytest

from tinyml_helpers import micro
from tinyml_helpers.applications.faces import answers, trained
from tinyml_helpers.applications.faces.detector import all_boxes_of
from tinyml_helpers.applications.faces.drawn.cast import cast
from tinyml_helpers.applications.faces.measuring import evaluation, matching, scoring
from tinyml_helpers.applications.faces.training import detector_training as training
from tinyml_helpers.applications.faces.training import patches, scenes
from tinyml_helpers.applications.faces.training.detector_model import detector
from tinyml_helpers.datasets import drawn_scenes, lfw_patches

SMALL = {"stem": 8, "middle": 12, "channels": 24, "blocks": 2}


def squares(count, size=48, seed=0):
    """Frames that are easy: bright squares are faces, on a darker noisy ground; some have none."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 100, (count, size, size)).astype(np.uint8)
    boxes = []
    for number, image in enumerate(images):
        side = random.integers(14, 25)
        left, top = random.integers(0, size - side, 2)
        boxes.append(np.zeros((0, 4)))
        if number % 4:
            image[top : top + side, left : left + side] = random.integers(170, 256)
            boxes[-1] = np.array([[left, top, left + side, top + side]])
    return training.to_frames(images, boxes)


def codes(grids):
    return np.clip(np.floor(np.asarray(grids) * 256) - 128, -128, 127).astype(np.int8)


def found(grids, threshold=0.5):
    """Boxes and scores in grids of floats or codes, as `matching` takes them."""
    grids = grids if grids.dtype == np.int8 else codes(grids)
    return [
        (np.array([face[:4] for face in faces]).reshape(-1, 4), [face.score for face in faces])
        for faces in all_boxes_of(grids, threshold)
    ]


def true_boxes(frames):
    return [boxes[~np.isnan(boxes[:, 0])] for boxes in frames.boxes]


@pytest.fixture(scope="module")
def learned():
    frames = squares(240)
    nothing = squares(200, seed=1)
    nothing = nothing.take(np.isnan(nothing.boxes[:, 0, 0]))
    recipe = training.Recipe(epochs=10, frames=240, negatives=40, hard=16, batch_size=8)
    return training.train(frames, nothing, recipe, detector(48, 48, **SMALL))


def test_model_has_the_size_it_says():
    model = detector()
    assert model.output_shape == (None, 12, 12, 4)
    tflite = training.to_int8(model, squares(20, 96))
    interpreter = micro.Interpreter(tflite)
    macs = sum(operator.macs for operator in interpreter.model.operators)
    assert f"{model.count_params():,} parameters" in detector.__doc__
    assert f"{macs / 1e6:.2f} million MACs" in detector.__doc__
    assert len(tflite) <= 100 * 1024
    assert interpreter.arena_used_bytes <= 100 * 1024


def test_same_weights_serve_every_size():
    small, large = detector(48, 48, **SMALL), detector(64, 96, **SMALL)
    large.set_weights(small.get_weights())
    frame = np.full((1, 64, 96), 128, np.uint8)
    grid = large.predict(answers.detector_input(frame), verbose=0)
    assert grid.shape == (1, 8, 12, 4)
    with pytest.raises(ValueError, match="multiples of 8 from 32 to 160, not 96 x 100"):
        detector(96, 100)
    with pytest.raises(ValueError, match="not 24 x 96"):
        detector(24, 96)


def test_targets_are_what_the_c_reads_back():
    random = np.random.default_rng(3)
    sides = np.exp(random.uniform(np.log(14), np.log(80), 60))
    boxes = []
    for side in sides:
        left, top = random.uniform(0, 96 - side, 2)
        boxes.append(np.array([[left, top, left + side, top + side]]))
    frames = training.to_frames(np.zeros((60, 96, 96), np.uint8), boxes)
    targets = training.targets(frames.boxes, frames.hidden, 96, 96)
    assert targets.shape == (60, 12, 12, 6)
    assert (targets[..., 0].max(axis=(1, 2)) == 1).all()
    for (made, _), box in zip(found(targets[..., :4], 0.9), boxes, strict=True):
        assert matching.overlaps(made, box) > 0.9


def test_two_faces_and_a_hidden_one():
    boxes = [np.array([[8, 8, 32, 32], [60, 50, 90, 80], [70, 4, 79, 13]])]
    hidden = [np.array([[0, 60, 30, 90]])]
    frames = training.to_frames(np.zeros((1, 96, 96), np.uint8), boxes, hidden)
    assert true_boxes(frames)[0].tolist() == boxes[0][:2].tolist()
    assert np.isfinite(frames.hidden[0, :, 0]).sum() == 2  # the third face is too small to ask for
    targets = training.targets(frames.boxes, frames.hidden, 96, 96)[0]
    assert (targets[..., 0] == 1).sum() == 2
    assert targets[9, 1, 0] == pytest.approx(0.99)
    assert targets[9, 1, 4] == 0
    # Whether a hidden face is found or not hardly changes the loss; elsewhere a find does.
    loss = training.loss()
    answer = targets[np.newaxis, ..., :4].clip(0.01, 0.99)
    answer[0, 9, 1, 0] = 0.01
    before = float(loss(targets[np.newaxis], answer))
    for cell, least, most in (((9, 1), 0, 1e-3), ((11, 6), 0.3, 5)):
        other = answer.copy()
        other[0, *cell, 0] = 0.9
        assert least <= float(loss(targets[np.newaxis], other)) - before <= most


def test_loss_is_the_papers():
    targets = np.zeros((1, 1, 2, 6), np.float32)
    targets[0, 0, 0] = 1, 0.5, 0.5, 0.25, 1, 20
    targets[0, 0, 1] = 0.5, 0, 0, 0, 0, 20
    answer = np.float32([[[[0.7, 0.5, 0.6, 0.25], [0.2, 0, 0, 0]]]])
    score = -(0.3**2 * np.log(0.7)) - 0.5**4 * 0.2**2 * np.log(0.8)
    box = 16 * 0.1 / 20
    assert float(training.loss(3.0)(targets, answer)) == pytest.approx((score + 3 * box) / 2, 1e-3)


def test_mirrored_frames_have_mirrored_boxes():
    frames = squares(80)
    other = training.changed(frames, np.random.default_rng(0))
    for image, box in zip(other.images, other.boxes[:, 0], strict=True):
        if not np.isnan(box[0]):
            left, top, right, bottom = box.astype(int)
            inside = image[top:bottom, left:right].astype(float)
            assert inside.min() > image[0, 0] or inside.std() == 0
            assert inside.std() == 0
    assert (
        10
        < (other.boxes[:, 0, 0] != frames.boxes[:, 0, 0])[~np.isnan(frames.boxes[:, 0, 0])].sum()
        < 50
    )


def test_training_learns(learned):
    model, losses = learned
    assert len(losses) == 10
    assert losses[-1] < 0.5 * losses[0]
    frames = squares(60, seed=2)
    counts = matching.recall_precision(
        found(answers.grids(model, frames.images), 0.3), true_boxes(frames)
    )
    assert counts.recall > 0.8
    assert counts.precision > 0.8


def test_int8_has_the_boards_codes_and_answers_as_float(learned):
    model, _ = learned
    tflite = training.to_int8(model, squares(100))
    own = micro.Interpreter(tflite).model
    assert own.inputs[0].scale.tolist() == [1 / 128]
    assert own.inputs[0].zero_point.tolist() == [0]
    assert own.outputs[0].scale.tolist() == [1 / 256]
    assert own.outputs[0].zero_point.tolist() == [-128]
    frames = squares(20, seed=5).images
    exact, int8 = answers.grids(model, frames), answers.grids(tflite, frames)
    assert np.abs(exact - int8)[..., 0].mean() < 0.02


def test_patch_scores_take_any_patches():
    model = detector(**SMALL)
    random = np.random.default_rng(0)
    patches = random.integers(0, 256, (3, 25, 25)).astype(np.uint8)
    scores = training.patch_scores(model, patches)
    assert scores.shape == (3,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert training.patch_scores(model, patches / 255) == pytest.approx(scores, abs=1e-3)
    sizes = [patches[0], patches[1, :20], np.zeros((200, 200))]
    assert training.patch_scores(model, sizes)[0] == pytest.approx(scores[0], abs=1e-5)
    with pytest.raises(ValueError, match=r"not of shape \(25, 25, 1\)"):
        training.patch_scores(model, patches[..., np.newaxis])


@pytest.fixture(scope="module")
def pool():
    return patches.ingredients(np.random.default_rng(0), backgrounds=6, mixed=10)


def test_patches_to_train_on_are_new_each_time_and_the_same_for_a_seed(pool):
    assert (len(pool.faces), len(pool.others)) == (75, 73)
    for make in (patches.new_face, patches.no_face_patch):
        first, again = (
            [make(random, pool) for _ in range(20)]
            for random in (np.random.default_rng(1), np.random.default_rng(1))
        )
        for patch, same in zip(first, again, strict=True):
            assert patch.shape[0] == patch.shape[1]
            assert 0 <= patch.min() < patch.max() <= 1
            np.testing.assert_array_equal(patch, same)
        assert len({patch.tobytes() for patch in first}) == 20


def test_training_frames(pool):
    heads = cast(2, range(3), 1, side=30)
    frames = scenes.training_frames(np.random.default_rng(3), pool, heads, 40)
    assert frames.images.shape == (40, 96, 96)
    assert frames.images.dtype == np.uint8
    boxes = np.concatenate(true_boxes(frames))
    assert len(boxes) > 20
    sides = boxes[:, 2:] - boxes[:, :2]
    assert (np.abs(sides[:, 0] - sides[:, 1]) < 2).all()
    assert ((boxes[:, :2] + sides / 2 > 0) & (boxes[:, :2] + sides / 2 < 96)).all()
    near = scenes.close_ups(np.random.default_rng(3), pool, heads, 3)
    assert near.images.shape == (3, 96, 96)
    assert np.isnan(near.boxes).all()
    none = scenes.training_frames(np.random.default_rng(3), pool, heads, 20, faces=0)
    assert np.isnan(none.boxes).all()
    again = scenes.training_frames(np.random.default_rng(3), pool, heads, 40)
    assert (again.images == frames.images).all()


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="no trained model 'best'"):
        trained.committed("best")
    nothing = squares(4).take(slice(0))
    with pytest.raises(ValueError, match="no frames to train on"):
        training.train(nothing, None)
    with pytest.raises(ValueError, match="no representative"):
        training.to_int8(detector(48, 48, **SMALL), nothing)


def test_windows_keep_their_faces():
    frames = squares(80, 96)
    cut = training.windows(frames, 48, np.random.default_rng(0))
    assert cut.images.shape == (80, 48, 48)
    kept = 0
    for image, boxes in zip(cut.images, true_boxes(cut), strict=True):
        for left, top, right, bottom in np.clip(boxes, 0, 48).astype(int):
            inside = image[top:bottom, left:right]
            assert inside.min() == inside.max() >= 170
            kept += 1
    assert kept == np.isfinite(frames.boxes[..., 0]).sum()


@pytest.fixture(scope="module")
def committed():
    return trained.committed("detector")


def test_committed_model_fits_the_boards(committed):
    interpreter = micro.Interpreter(committed)
    figures = trained.metrics()["detector"]
    assert len(committed) == figures["bytes"] <= 100 * 1024
    assert interpreter.arena_used_bytes == figures["arena bytes"] <= 100 * 1024
    assert interpreter.model.macs == figures["MACs"] <= 6e6
    assert evaluation.grids(committed, np.zeros((1, 96, 96), np.uint8)).shape == (1, 12, 12, 4)


@pytest.mark.parametrize("kind", ["float", "int8"])
def test_committed_model_is_as_good_as_its_metrics_say(committed, kind):
    model = committed if kind == "int8" else trained.committed_keras("detector")
    figures = trained.metrics()["detector"]
    lfw = lfw_patches()
    auc = scoring.auc(lfw.y_test, training.patch_scores(model, lfw.x_test[..., 0]))
    assert auc >= 0.97
    assert auc == pytest.approx(figures[kind]["LFW patches held out"]["AUC"], abs=0.005)
    scenes = drawn_scenes()[1].take(slice(100)).at(96)
    counts = evaluation.detection(
        evaluation.finder(model)(scenes.images),
        scenes.boxes,
        figures["threshold"],
        hidden=scenes.hidden,
    )
    for share in ("recall", "precision"):
        assert counts[share] == pytest.approx(
            figures[kind]["drawn scenes held out"][share], abs=0.06
        )


def test_int8_costs_at_most_a_point():
    figures = trained.metrics()["detector"]
    exact, int8 = (figures[kind]["drawn scenes held out"] for kind in ("float", "int8"))
    for share in ("recall", "precision", "average_precision"):
        assert int8[share] >= exact[share] - 0.01


def test_card_says_what_was_measured():
    figures = trained.metrics()["detector"]
    card = (trained.FOLDER / "detector.md").read_text(encoding="utf-8")
    for kind in ("float", "int8"):
        assert f"{figures[kind]['LFW patches held out']['AUC']:.3f}" in card
        drawn = figures[kind]["drawn scenes held out"]
        for share in ("recall", "precision", "average_precision"):
            assert f"{100 * drawn[share]:.1f}" in card
    assert f"{figures['bytes']:,} bytes" in card
    assert f"{figures['arena bytes']:,} bytes" in card
