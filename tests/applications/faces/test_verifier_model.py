import numpy as np
import pytest

from tinyml_helpers import datasets, micro
from tinyml_helpers.applications.faces import answers, trained
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.measuring import conditions, trials
from tinyml_helpers.applications.faces.training import composites, people
from tinyml_helpers.applications.faces.training import verifier_training as training
from tinyml_helpers.applications.faces.training.people import FIRST_COMPOSITE, Faces
from tinyml_helpers.applications.faces.training.verifier_model import embedder


def patterns(people=12, each=6, seed=0):
    """Faces that are easy to tell apart: everybody is a coarse pattern of their own."""
    random = np.random.default_rng(0)
    coarse = random.uniform(40, 210, (people, 5, 5))
    random = np.random.default_rng(seed)
    images = np.repeat(np.kron(coarse, np.ones((8, 8))), each, axis=0)
    images = images + random.normal(0, 6, images.shape)
    boxes = np.tile(np.float32([2, 2, 38, 38]), (len(images), 1))
    return Faces(
        np.clip(images, 0, 255).astype(np.uint8), boxes, np.repeat(np.arange(people), each)
    )


EASY = training.Recipe(epochs=6, learning_rate=1e-2, batch_size=24, blur=0, erased=0, shift=0.02)


@pytest.fixture(scope="module")
def learned():
    return training.train(patterns(), EASY)


@pytest.fixture(scope="module")
def small(learned):
    return training.to_int8(learned[0], codes_of(patterns()))


def codes_of(faces):
    return crops(faces.images, faces.boxes)


def error(model, faces):
    return trials.error_rate(
        trials.enrolled(answers.embeddings(model, codes_of(faces)), faces.who, 3)
    )


def test_model_has_the_size_it_says(small):
    model = embedder()
    assert f"{model.count_params():,} parameters" in embedder.__doc__
    interpreter = micro.Interpreter(small)
    macs = sum(operator.macs for operator in interpreter.model.operators)
    assert f"{macs / 1e6:.2f} million MACs" in embedder.__doc__


def test_model_can_be_varied():
    model = embedder(widths=(4, 8, 8), numbers=5)
    assert model.output_shape == (None, 5)
    assert model.count_params() < embedder().count_params()


def test_training_learns(learned):
    model, history = learned
    assert len(history["loss"]) == len(history["accuracy"]) == EASY.epochs
    assert history["loss"][-1] < history["loss"][0]
    assert error(model, patterns(seed=1)) < 0.1


def test_int8_takes_the_crops_codes_as_they_are(small):
    model = micro.Interpreter(small).model
    assert model.inputs[0].shape == (1, 48, 48, 1)
    assert model.inputs[0].scale.tolist() == [1 / 64]
    assert model.inputs[0].zero_point.tolist() == [0]
    assert model.outputs[0].shape == (1, 64)


def test_int8_points_nearly_where_float_does(learned, small):
    codes = codes_of(patterns(seed=2))
    exact, rounded = answers.embeddings(learned[0], codes), answers.embeddings(small, codes)
    assert rounded.dtype == np.int16
    assert trials.cosines(exact, rounded).diagonal().min() > 0.95


def test_version_is_another_each_time_and_repeats_itself():
    faces, recipe = patterns(4, 2), training.Recipe()
    first, same, other = (
        training.version(faces, recipe, np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    assert first.shape == (8, 48, 48)
    assert first.dtype == np.int8
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_drawn_and_composed_people_are_not_compared():
    alike = training._of_one_kind(np.array([3, 8, FIRST_COMPOSITE]))
    assert alike.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_a_missed_box_stays_square_and_near():
    random = np.random.default_rng(0)
    box = np.array([10.0, 20, 50, 60])
    missed = np.array([training._missed(box, training.Recipe(), random) for _ in range(500)])
    sides = missed[:, 2:] - missed[:, :2]
    assert np.allclose(sides[:, 0], sides[:, 1])
    assert np.abs(np.log(sides / 40)).max() <= 2 * training.Recipe().size + 1e-9
    shift = (missed[:, :2] + missed[:, 2:]) / 2 - (30, 40)
    assert np.abs(shift).max() <= 40 * 2 * training.Recipe().shift + 1e-9
    assert np.abs(shift.mean(axis=0)).max() < 0.5


def test_people_put_together_from_patches():
    patches = datasets.lfw_patches().x_train[::2, ..., 0][:6]
    faces = people.from_patches(patches, people=3, each=4)
    assert faces.images.shape == (12, 64, 64)
    assert faces.images.dtype == np.uint8
    assert faces.boxes[0] == pytest.approx([64 / 22, 64 / 22, 64 - 64 / 22, 64 - 64 / 22])
    assert faces.who.tolist() == (FIRST_COMPOSITE + np.repeat(np.arange(3), 4)).tolist()
    again = people.from_patches(patches, people=3, each=4)
    assert np.array_equal(faces.images, again.images)
    # One person's pictures are more alike than two people's.
    flat = codes_of(faces).reshape(12, -1).astype(float)
    similar = trials.pairs(flat, faces.who)
    assert similar.genuine.mean() > similar.impostor.mean() + 0.1


def test_drawn_people():
    faces = people.drawn([3, 8], each=2)
    assert faces.images.shape == (4, 64, 64)
    assert faces.who.tolist() == [3, 3, 8, 8]
    sides = faces.boxes[:, 2:] - faces.boxes[:, :2]
    assert (sides > 30).all()
    assert (sides < 54).all()
    assert not np.array_equal(faces.images[0], faces.images[1])
    both = people.join(faces, faces.take([0]))
    assert both.who.tolist() == [3, 3, 8, 8, 3]


def test_the_committed_model_fits():
    tflite = trained.committed("verifier")
    interpreter = micro.Interpreter(tflite)
    assert len(tflite) <= 100_000
    assert interpreter.arena_used_bytes <= 40_000
    assert sum(operator.macs for operator in interpreter.model.operators) <= 5e6
    assert interpreter.model.inputs[0].scale.tolist() == [1 / 64]
    assert interpreter.model.inputs[0].zero_point.tolist() == [0]
    assert interpreter.model.outputs[0].shape == (1, 64)


def test_the_committed_model_tells_unseen_people_apart():
    _, test = datasets.drawn_faces()
    test = conditions.usual(test)
    codes = crops(test.images, test.boxes)
    exact = answers.embeddings(trained.committed_keras("verifier"), codes)
    rounded = answers.embeddings(trained.committed("verifier"), codes)
    errors = [trials.error_rate(trials.enrolled(one, test.who)) for one in (exact, rounded)]
    noted = trained.metrics()["verifier"]["tested"]["drawn people, within the range"]
    for error, number_format in zip(errors, ("float", "int8"), strict=True):
        assert error == pytest.approx(noted[number_format]["equal error rate"], abs=0.005)
    assert errors[1] <= errors[0] + 0.01


def test_metrics_say_what_the_card_says():
    figures = trained.metrics()["verifier"]
    card = (trained.FOLDER / "verifier.md").read_text(encoding="utf-8")
    assert f"{figures['threshold']:.2f}" in card
    assert f"{len(trained.committed('verifier')):,} bytes" in card
    for name, errors in figures["tested"].items():
        row = next(line for line in card.splitlines() if line.startswith(f"| {name} |"))
        shares = [errors["float"]["equal error rate"], errors["int8"]["equal error rate"]]
        for share in (*shares, errors["int8"]["false accepts"], errors["int8"]["false rejects"]):
            assert f"{100 * share:.1f}" in row


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="at least two people"):
        training.train(patterns(1))
    with pytest.raises(ValueError, match="at least one, not"):
        composites.composites(np.zeros((0, 25, 25)), 1, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no crops"):
        training.to_int8(embedder(), np.zeros((0, 48, 48), np.int8))
