"""Keyword spotting as a search sees it: every choice gives a model that the spotter takes, and
nobody who is judged by was learned from.
"""

import itertools

import numpy as np
import pytest
from streaming import same

from tinyml_helpers import emulator, micro, model_file, search
from tinyml_helpers.applications import keywords
from tinyml_helpers.applications.keywords import searching, trained, training
from tinyml_helpers.applications.keywords.spotter import Spotter
from tinyml_helpers.datasets.sounds.speech import speech

VOICES = searching.Keywords()
#: The smallest choice and the largest, by all names.
LEAST, MOST = (
    {name: values[end] for name, values in VOICES.space.values.items()} for end in (0, -1)
)
#: The committed model.
HAND_MADE = {
    "width": 64, "blocks": 4, "stem": 32, "seen_frames": 10, "seen_bands": 8, "stride": 2,
    "kernel": 7, "keep": 1.0,
}  # fmt: skip


def test_who_is_judged_by_was_not_learned_from():
    parts = [set(clips.speakers.tolist()) - {""} for clips in searching._parts(None)]
    assert all(parts)
    assert not any(one & other for one, other in itertools.combinations(parts, 2))
    assert parts[2] == set(speech()[1].speakers.tolist()) - {""}


def test_of_real_people_three_groups_are_made(monkeypatch):
    clips = speech()[0]
    asked = []
    monkeypatch.setattr(searching, "speech_commands", lambda *a, **k: asked.append((a, k)) or clips)
    searching._parts.cache_clear()
    try:
        parts = searching._parts("a folder")
    finally:
        searching._parts.cache_clear()
    assert asked == [(("a folder",), {"part": "all"})]
    assert sum(len(part.labels) for part in parts) == len(clips.labels)
    people = [set(part.speakers.tolist()) - {""} for part in parts]
    assert not any(one & other for one, other in itertools.combinations(people, 2))
    assert len(parts[0].labels) > len(parts[1].labels)


@pytest.mark.parametrize("choice", [LEAST, MOST])
def test_the_ends_of_the_space_are_models_of_a_spotter(choice):
    tflite = VOICES.untrained(choice)
    keywords.Application(tflite)
    assert search.Costs("nano33ble").of(tflite).ram_bytes < 256_000


def test_the_committed_model_is_one_of_the_space():
    made, kept = (
        model_file.read(b) for b in (VOICES.untrained(HAND_MADE), trained.committed("real"))
    )
    assert made.macs == kept.macs
    assert made.total_bytes == kept.total_bytes
    assert made.operator_names == kept.operator_names


@pytest.mark.parametrize("averaged", [*itertools.product((1, 2), repeat=2)])
def test_a_model_may_see_its_input_less_finely(averaged):
    finely = searching.Keywords(inputs=True)
    names = ("averaged_frames", "averaged_bands")
    choice = HAND_MADE | dict(zip(names, averaged, strict=True))
    tflite = finely.untrained(choice)
    keywords.Application(tflite)
    stem = finely.build(choice).get_layer("stem")
    assert stem.input.shape[1:3] == (49 // averaged[0], 40 // averaged[1])
    if averaged == (1, 1):
        assert tflite == VOICES.untrained(HAND_MADE)
    else:
        costs = search.Costs("nano33ble")
        assert costs.of(tflite).cycles < costs.of(VOICES.untrained(HAND_MADE)).cycles
    assert not set(names) & set(VOICES.space.values)
    with pytest.raises(ValueError, match="averaged_bands"):
        VOICES.build(choice)


def test_a_choice_of_another_space_is_refused():
    with pytest.raises(ValueError, match="blocks is one of"):
        VOICES.build(LEAST | {"blocks": 1})


@pytest.fixture
def few(monkeypatch):
    """Few clips to train on, choose by and test on; those of people and of voices are the same."""
    some = [clips.take(slice(0, None, 40)) for clips in searching._parts(None)]
    monkeypatch.setattr(searching, "_parts", lambda folder: some)
    return some


def test_training_keeps_what_the_untrained_model_cost(few):
    choice = LEAST | {"keep": 0.75}
    tflite = VOICES.trained(choice, epochs=1, seed=0)
    untrained = VOICES.untrained(choice)
    assert len(tflite) == len(untrained)
    assert VOICES.score(tflite) == training.accuracy(tflite, few[1])
    assert VOICES.test(tflite) == training.accuracy(tflite, few[2])
    committed = trained.committed("synthetic")
    right, people = VOICES.right([tflite, committed])
    both = VOICES.test(tflite) + VOICES.test(committed)
    assert right.mean() == pytest.approx(both / 2)
    assert list(people) == list(few[2].speakers)
    assert tflite != untrained


@pytest.mark.parametrize("bits", [2, 4])
def test_weights_of_few_bits_run_in_the_spotter(few, bits):
    coded, choice = searching.Keywords(bits=search.BITS), MOST | {"blocks": 2, "bits": bits}
    tflite = coded.trained(choice, epochs=5, seed=0)
    assert len(tflite) == len(coded.untrained(choice)) < len(coded.untrained(choice | {"bits": 8}))
    board = emulator.Board("nano33ble")
    board.flash(keywords.Application(tflite))
    sound = np.concatenate(few[1].audio[:2])
    made, here = board.client.run(sound), Spotter(tflite).push(sound)
    assert same(made, here)
    assert len(np.unique([hop.scores for hop in here if hop.scores is not None])) > 5


def test_a_thorough_training_goes_from_voices_to_people_and_averages(few, monkeypatch):
    trained = []

    def note(clips, recipe, model, seed, callbacks, teacher):
        trained.append((len(clips.labels), recipe.epochs, recipe.average, recipe.learning_rate))

    monkeypatch.setattr(searching.training, "train", note)
    voices, people, rates = len(speech()[0].labels), len(few[0].labels), (3e-3, 2e-3)
    for thorough, keep, expected in (
        (False, 1.0, [(people, 10, 1, rates[1])]),
        (True, 1.0, [(voices, 10, 1, rates[0]), (people, 10, 2, rates[1])]),
        (True, 0.5, [(voices, 7, 1, rates[0]), (people, 7, 2, rates[1]),
                     (people, 3, 2, pytest.approx(0.3 * rates[1]))]),
    ):  # fmt: skip
        trained.clear()
        searching.Keywords("people", thorough=thorough).trained(LEAST | {"keep": keep}, 10, 0)
        assert trained == expected
    assert training.REAL.average == 2
    with pytest.raises(ValueError, match="give their folder"):
        searching.Keywords(thorough=True)


def test_a_pupil_learns_from_what_its_teachers_answer_on_average(few):
    teachers = [trained.committed(name) for name in ("synthetic", "real")]
    taught = searching.Keywords(teachers=teachers, width=[32], keep=[1.0])
    assert taught.space.values["distilled"] == (False, True)
    assert "distilled" not in VOICES.space.values
    x = training.features(few[0].audio[:3])
    each = [micro.predict(tflite_bytes, x) for tflite_bytes in teachers]
    assert np.allclose(taught.teacher()(x), (each[0] + each[1]) / 2)
    models = [
        taught.trained(LEAST | {"keep": 1.0, "distilled": with_teacher}, 1, 0)
        for with_teacher in (False, True)
    ]
    assert models[0] == VOICES.trained(LEAST | {"keep": 1.0}, 1, 0) != models[1]


def test_half_of_a_target_is_the_teachers(few):
    def always_go(x):
        assert x.shape[1:] == (49, 40, 1) and x.dtype == np.float32
        return np.eye(12, dtype=np.float32)[np.full(len(x), 11)]

    x = training.features(few[1].audio)
    likely = []
    for teacher in (None, always_go):
        model = training.committed_keras("synthetic")
        training.train(few[0], training.Recipe(epochs=3), model, teacher=teacher)
        likely.append(float(model.predict(x, verbose=0)[:, 11].mean()))
    assert likely[1] > likely[0] + 0.1
