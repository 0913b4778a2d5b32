import numpy as np
import pytest
import tones as tone_models
from tones import RATE
from tones import clips as tones

from tinyml_helpers import micro
from tinyml_helpers.applications.keywords import clip_answers, spotter, training, versions
from tinyml_helpers.applications.keywords import trained as trained_models
from tinyml_helpers.applications.keywords.model import ds_cnn


@pytest.fixture(scope="module")
def trained():
    recipe = training.Recipe(epochs=6, learning_rate=1e-2, batch_size=20, shift=400)
    return training.train(tones(120), recipe)


@pytest.fixture(scope="module")
def small(trained):
    return training.to_int8(trained[0], tones())


def test_model_has_the_size_it_says():
    model = ds_cnn()
    text = ds_cnn.__doc__
    assert f"{model.count_params():,} parameters" in text
    tflite = training.to_int8(model, tones())
    interpreter = micro.Interpreter(tflite)
    macs = sum(operator.macs for operator in interpreter.model.operators)
    assert f"{macs / 1e6:.2f} million MACs" in text
    assert len(tflite) <= 60 * 1024
    assert interpreter.arena_used_bytes <= 20 * 1024


def test_model_can_be_varied():
    assert ds_cnn(width=8, blocks=1, stem=4, classes=3).output_shape == (None, 3)
    assert ds_cnn(blocks=0).count_params() < ds_cnn().count_params()
    x = np.random.default_rng(0).normal(size=(3, 49, 40, 1)).astype(np.float32)
    averaging = ds_cnn(averaged=(2, 4))
    averages = x[:, :48].reshape(3, 24, 2, 10, 4).mean(axis=(2, 4))
    seen = averages.repeat(2, axis=1).repeat(4, axis=2)[..., np.newaxis]
    seen = np.concatenate([seen, x[:, 48:]], axis=1)
    assert np.allclose(
        averaging.predict(x, verbose=0), averaging.predict(seen, verbose=0), atol=1e-5
    )


def test_training_learns(trained):
    model, history = trained
    assert len(history["loss"]) == len(history["accuracy"]) == 6
    assert history["loss"][-1] < history["loss"][0]
    assert training.accuracy(model, tones(seed=1)) > 0.8


def test_int8_takes_the_front_ends_codes_as_they_are(small):
    model = micro.Interpreter(small).model
    assert model.inputs[0].shape == (1, 49, 40, 1)
    assert model.inputs[0].scale.tolist() == [1 / 32]
    assert model.inputs[0].zero_point.tolist() == [0]
    assert model.outputs[0].shape == (1, 12)
    assert model.outputs[0].scale.tolist() == [1 / 256]
    assert model.outputs[0].zero_point.tolist() == [-128]


def test_int8_answers_nearly_as_float(trained, small):
    clips = tones(seed=2)
    assert np.mean(training.predict(trained[0], clips) == training.predict(small, clips)) > 0.9


def test_confusion_counts_every_clip_once(small):
    clips = tones()
    confusion = training.confusion(small, clips)
    assert confusion.sum(axis=1).tolist() == np.bincount(clips.labels, minlength=12).tolist()
    assert confusion.trace() / 60 == pytest.approx(training.accuracy(small, clips))


def test_features_are_codes_over_32():
    assert training.features(tones(3).audio).shape == (3, 49, 40, 1)
    silence = training.features(np.zeros((1, RATE), np.int16))
    assert (silence == -4).all()


def test_version_is_another_each_time_and_repeats_itself():
    recipe = training.Recipe(speed=0.2, noise=0.5, echo=0.5, spliced=0.5)
    clips = tones()
    made = []
    for seed in (5, 5, 6):
        random = np.random.default_rng(seed)
        sounds = training.backgrounds(clips, random, seconds=2)
        made.append(training.version(clips, recipe, random, sounds))
    codes, labels, words = made[0]
    assert all((one == other).all() for one, other in zip(made[0], made[1], strict=True))
    assert not np.array_equal(codes, made[2][0])
    assert codes.dtype == np.int8
    spliced = words == "?"
    assert 0 < spliced.sum() <= 30
    assert (labels[spliced] == clips.names.index(versions.UNKNOWN)).all()
    assert sorted(labels[~spliced]) == sorted(clips.labels)


def test_fine_tuning_leaves_the_model_as_it_was(trained):
    model, _ = trained
    before = [weights.copy() for weights in model.get_weights()]
    recipe = training.FINE_TUNING._replace(epochs=1, average=2)
    tuned, history = training.fine_tune(model, tones(24), recipe)
    assert len(history["loss"]) == 2
    assert all((one == other).all() for one, other in zip(before, model.get_weights(), strict=True))
    for old, new in zip(model.layers[:-1], tuned.layers[:-1], strict=True):
        assert all(
            (a == b).all() for a, b in zip(old.get_weights(), new.get_weights(), strict=True)
        )
    assert not np.array_equal(tuned.get_weights()[-2], before[-2])


def test_a_new_word_is_learned_from_a_few_recordings(trained):
    others = tones(120)
    chirp = 4000 * np.sin(2 * np.pi * 300 * (np.arange(RATE) / RATE) ** 2 * 4)
    recordings = np.tile(chirp.astype(np.int16), (8, 1))
    clips = training.with_word(recordings, "whoop", others, share=1.0)
    assert clips.names == ("_silence_", "_unknown_", "whoop")
    assert np.bincount(clips.labels).tolist() == [10, 110, 24]
    assert (clips.words[clips.labels == 2] == "whoop").all()
    recipe = training.FINE_TUNING._replace(batch_size=8, epochs=15)
    tuned, _ = training.fine_tune(trained[0], clips, recipe)
    assert training.accuracy(tuned, clips) > 0.85
    assert micro.Interpreter(training.to_int8(tuned, clips)).model.outputs[0].shape == (1, 3)


@pytest.mark.parametrize("name", training.MODELS)
def test_committed_models(name):
    tflite = training.committed(name)
    interpreter = micro.Interpreter(tflite)
    assert len(tflite) <= 60 * 1024
    assert interpreter.arena_used_bytes <= 20 * 1024
    assert sum(operator.macs for operator in interpreter.model.operators) <= 3e6
    assert interpreter.model.inputs[0].scale.tolist() == [1 / 32]
    assert interpreter.model.inputs[0].zero_point.tolist() == [0]
    model = training.committed_keras(name)
    clips = tones(24)
    if model.input_shape[1] is None:
        exact, codes = (clip_answers._likely(one, clips) / 256 for one in (model, tflite))
    else:
        exact = model.predict(training.features(clips.audio), verbose=0)
        codes = micro.predict(tflite, training.features(clips.audio))
    assert np.abs(exact - codes).mean() < 0.05


@pytest.mark.parametrize("model", [tone_models.tflite, tone_models.remembering])
def test_how_sure_a_spotter_gets_as_a_clip_goes_by(model):
    clips = tones(24)
    sure = clip_answers.surest(model(), clips)
    for clip, most in zip(clips.audio, sure, strict=True):
        sound = np.concatenate([clip * 0, clip, clip * 0])
        hops = spotter.Spotter(model()).push(sound)
        heard = max(hop.smoothed[2:].max() for hop in hops if hop.scores is not None)
        assert most - 1 < heard <= most
    assert sure[clips.labels > 1].mean() > sure[clips.labels == 0].mean() + 50


def test_who_the_models_were_trained_on():
    assert training.speakers("synthetic") == frozenset()
    assert training.speakers("synthetic_streams") == frozenset()
    assert training.speakers("synthetic_stateful") == frozenset()
    people = training.speakers("real")
    assert training.speakers("real_streams") == training.speakers("real_stateful") == people
    assert len(people) > 100
    assert all(len(name) == 8 and set(name) <= set("0123456789abcdef") for name in people)


def test_metrics_say_what_the_cards_say():
    for name, sets in training.metrics().items():
        card = (trained_models.FOLDER / f"{name}.md").read_text(encoding="utf-8")
        for figures in sets.values():
            for number_format in ("float", "int8"):
                for share in figures[number_format].values():
                    assert f"{100 * share:.1f}" in card


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="no trained model 'best'"):
        training.committed("best")
    with pytest.raises(ValueError, match="no clips to train on"):
        training.train(tones().take(slice(0)))
    with pytest.raises(ValueError, match="3 classes apart and the clips have 12"):
        training.train(tones(), model=ds_cnn(classes=3))
    with pytest.raises(ValueError, match="no recordings of 'hey'"):
        training.with_word(np.zeros((0, RATE), np.int16), "hey", tones())
    with pytest.raises(ValueError, match="no representative"):
        training.to_int8(ds_cnn(), tones().take(slice(0)))
