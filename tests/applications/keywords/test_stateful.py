"""Training of a model that keeps state, on words that are tones; and what it hears in clips."""

import numpy as np
import pytest
from tones import clips as tones

from tinyml_helpers import micro, model_file
from tinyml_helpers.applications.keywords import spotter, stateful, training
from tinyml_helpers.applications.keywords.model import svdf_net
from tinyml_helpers.applications.keywords.versions import Recipe

RECIPE = Recipe(epochs=4, learning_rate=2e-2, batch_size=8, others=1, hidden=(0, 0))


@pytest.fixture(scope="module")
def trained():
    model = svdf_net(width=16, memories=(5, 5), stem=4)
    return stateful.train(tones(240), RECIPE, model)


@pytest.fixture(scope="module")
def small(trained):
    return stateful.to_int8(trained[0], tones(60))


def test_model_has_the_size_it_says():
    model = svdf_net()
    text = svdf_net.__doc__
    assert f"{model.count_params():,} parameters" in text
    tflite = stateful.to_int8(model, tones(60))
    interpreter = micro.Interpreter(tflite)
    macs = sum(operator.macs for operator in interpreter.model.operators)
    assert f"{macs:,} MACs a moment, {25 * macs / 1e6:.2f} million a second" in " ".join(
        text.split()
    )
    assert len(tflite) <= 60 * 1024
    assert interpreter.arena_used_bytes <= 20 * 1024


def test_what_it_remembers_is_as_long_as_it_says():
    memories = [layer.memory for layer in svdf_net().layers if hasattr(layer, "memory")]
    moments = 1 + sum(memory - 1 for memory in memories)
    assert f"the last {moments} moments, {0.04 * moments:.1f} s" in " ".join(
        svdf_net.__doc__.split()
    )


def test_training_learns(trained):
    model, history = trained
    assert len(history["loss"]) == RECIPE.epochs
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert training.accuracy(model, tones(60, seed=1)) > 0.8


def test_int8_answers_nearly_as_float(trained, small):
    clips = tones(60, seed=2)
    same = training.predict(trained[0], clips) == training.predict(small, clips)
    assert same.mean() > 0.9
    taken = model_file.read(small).inputs[0]
    assert taken.shape == (1, 2, 40, 1) and taken.is_int8(1 / 32, 0)


def test_a_spotter_takes_it(small):
    clips = tones(24, seed=3)
    keyword = clips.audio[np.flatnonzero(clips.labels == 5)[0]]
    sound = np.concatenate([np.zeros(16000, np.int16), keyword, np.zeros(16000, np.int16)])
    settings = spotter.usual(small)._replace(threshold=100)
    heard = [hop.detected for hop in spotter.Spotter(small, settings).push(sound)]
    assert 5 in heard


def test_confusion_counts_every_clip_once(small):
    clips = tones(48)
    counts = training.confusion(small, clips)
    assert counts.sum(axis=1).tolist() == np.bincount(clips.labels, minlength=12).tolist()


def test_without_words_there_is_nothing_to_learn():
    clips = tones(24)
    with pytest.raises(ValueError, match="nobody speaks in these clips"):
        stateful.train(clips.take(clips.labels == 0), RECIPE)
