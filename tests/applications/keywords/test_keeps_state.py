"""A spotter whose model keeps state: it sees each frame once, here and on boards."""

from types import SimpleNamespace

import gating
import models
import numpy as np
import pytest
import tones
from streaming import boards, same
from tones import REMEMBERING

from tinyml_helpers import emulator, link, micro, signals
from tinyml_helpers.applications import keywords
from tinyml_helpers.applications.keywords import (
    c_spotter,
    spotter,
    stream_measures,
    streams,
    wake,
)
from tinyml_helpers.applications.keywords.spotter import Settings, Spotter

SHORT = tones.stream()[: 2 * 16000]

board = boards(keywords.Application(tones.remembering()))


@pytest.fixture(scope="module")
def hops():
    return Spotter(tones.remembering(), REMEMBERING).push(tones.stream())


def test_every_word_is_reported_once_and_nothing_else(hops):
    found = [(hop.seconds, hop.detected) for hop in hops if hop.detected is not None]
    assert [label for _, label in found] == [label for _, label in tones.WORDS]
    for (seconds, _), (start, _) in zip(found, tones.WORDS, strict=True):
        assert start < seconds < start + 0.8


def test_the_model_gets_every_frame_once(hops):
    features = signals.log_mel(tones.stream())
    interpreter = micro.Interpreter(tones.remembering())
    for hop in hops:
        if hop.number % 2 == 0:
            assert hop.scores is None
            continue
        pair = features[hop.number - 1 : hop.number + 1]
        expected = interpreter.invoke(pair.reshape(1, 2, 40, 1))[0]
        np.testing.assert_array_equal(hop.scores, expected.reshape(-1))


def test_scores_are_the_spotters(hops):
    rows = spotter.scores(tones.remembering(), np.array_split(tones.stream(), 5))
    ran = [hop for hop in hops if hop.scores is not None]
    np.testing.assert_array_equal(rows, [hop.scores for hop in ran])
    assert spotter.first_hop(tones.remembering()) == ran[0].number == 1
    found = spotter.detect(rows, REMEMBERING, first=1)
    reported = [(hop.number, hop.seconds, hop.detected) for hop in hops if hop.detected is not None]
    assert reported == [tuple(one)[:3] for one in found]


def test_a_trial_knows_when_a_score_was():
    label, start = 2, 16000
    event = streams.Event("yes", label, start, start + 8000)
    sound = SimpleNamespace(events=[event], hours=1)
    rows = np.full((200, 12), -128, np.int8)
    at = next(i for i in range(200) if spotter.seconds(1 + 2 * i) > 1.6)
    rows[at:, label] = 127
    settings = REMEMBERING._replace(average=1)
    tried = stream_measures.trial(rows, sound, settings, [200], first=1)
    assert tried.delays[0, 0] == pytest.approx(spotter.seconds(1 + 2 * at) - 1.5)


def test_to_start_afresh_is_to_forget(hops):
    listener = Spotter(tones.remembering(), REMEMBERING)
    listener.push(tones.stream()[:30_000])  # ends within a word
    listener.reset()
    assert same(listener.push(tones.stream()), hops)


def test_it_runs_at_the_hops_it_has_to():
    model = tones.remembering()
    assert spotter.usual(model) == Settings(hops_per_inference=2, average=10)
    assert spotter.usual(tones.tflite()) == Settings()
    assert Spotter(model).settings == spotter.usual(model)
    for wrong in (1, 10):
        settings = Settings(hops_per_inference=wrong)
        with pytest.raises(ValueError, match=f"with hops_per_inference=2, not {wrong}"):
            Spotter(model, settings)
        with pytest.raises(ValueError, match="takes 2 new frames each time"):
            spotter.scores(model, SHORT, wrong)
    listener = Spotter(model)
    with pytest.raises(ValueError, match="hops_per_inference=2, not 10"):
        listener.reset(Settings())


def test_a_model_of_fewer_frames_has_to_keep_the_others():
    model = models.schema.ModelT.InitFromPackedBuf(tones.remembering(), 0)
    for tensor in model.subgraphs[0].tensors:
        tensor.isVariable = False
    with pytest.raises(c_spotter.WrongModel, match=r"takes int8 \[1, 49, 40, 1\] with"):
        Spotter(models.pack(model))


def test_boards_hear_what_this_computer_hears(board, hops):
    made = board.client.run(tones.stream(), REMEMBERING)
    assert same(made, hops)
    again = board.client.run(tones.stream(), REMEMBERING)  # afresh, state and all
    assert same(again, hops)


def test_a_board_has_the_models_settings_unless_others_are_given(board):
    assert board.client.settings.hops_per_inference == 2
    with pytest.raises(link.BoardError, match=r"settings that are out of range.*spotter.usual"):
        board.client.run(SHORT, Settings())


@pytest.mark.parametrize("board_id", ["nano33ble", "pico"])
def test_behind_a_gate_they_hear_what_the_kept_sound_gives(board_id):
    settings = REMEMBERING._replace(gate=gating.RESTLESS)
    program = keywords.GatedApplication(tones.remembering())
    board = emulator.Board(board_id)
    board.flash(program)
    assert board.client.settings.gate == wake.Settings()
    made = board.client.run(gating.sound(), settings)
    assert same(made, Spotter(tones.remembering(), settings).push(gating.sound()))
    assert any(hop.closed for hop in made) and any(hop.detected is not None for hop in made)
