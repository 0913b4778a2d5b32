import base64

import numpy as np
import pytest
import tones
from panel_browser import Browser

from tinyml_helpers import boards, signals
from tinyml_helpers.applications.keywords import wake
from tinyml_helpers.applications.keywords.spotter import Hop, Settings, Spotter
from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.panels.listener import CHUNK, Heard, Listener


class Board:
    """A spotter on a board that takes 5 ms a hop and hears "go" at hop 60."""

    def __init__(self):
        self.settings = Settings(threshold=100)
        self.front_end = signals.LogMel()
        self.reset()

    def reset(self):
        self.front_end.reset()
        self.number = 0
        self.pushed = []

    def push(self, samples):
        self.pushed.append(len(samples))
        hops = []
        for features in self.front_end.push(samples):
            ran = self.number == 60
            smoothed = np.arange(12, dtype=np.uint8) * 20 if ran else None
            hop = Hop(self.number, self.number * 0.02 + 0.032, features, None, smoothed, None)
            more = {"board_seconds": 0.005, "instructions": 200_000, "cycles": 320_000}
            hops.append(hop._replace(detected=11 if ran else None, **more))
            self.number += 1
        return hops


@pytest.fixture(scope="module")
def played():
    return Listener(Spotter(tones.tflite())).play(tones.stream())


def test_what_is_played_is_what_the_spotter_hears(played):
    hops = Spotter(tones.tflite()).push(tones.stream())
    assert len(played.hops) == len(hops) == 349
    for ours, direct in zip(played.hops, hops, strict=True):
        assert np.array_equal(ours.features, direct.features)
        assert ours.detected == direct.detected
    assert [heard.word for heard in played.detections] == [CLASSES[c] for _, c in tones.WORDS]
    for heard, (begin, _) in zip(played.detections, tones.WORDS, strict=True):
        assert begin < heard.seconds < begin + 1.5 and heard.score >= played.threshold


def test_playing_starts_afresh(played):
    before = repr(played)
    assert repr(played.play(tones.stream())) == before


def test_sound_goes_in_as_it_comes_from_the_microphone():
    board = Board()
    Listener(board).play(np.zeros(16_000, np.int16))
    assert board.pushed == [CHUNK] * 10


@pytest.mark.parametrize("audio", [np.zeros(16_000), np.zeros((2, 16_000), np.int16)])
def test_other_sound_is_refused(audio):
    with pytest.raises(ValueError, match="int16"):
        Listener(Board()).play(audio)


def test_the_browser_gets_what_it_draws(played):
    answer, (features, ran, scores, audio) = Browser(played).ask("played")
    count = answer["hops"]
    assert count == len(played.hops) and answer["end"] == played.hops[-1].seconds
    features = np.frombuffer(features, np.int8).reshape(count, 40)
    assert np.array_equal(features, signals.log_mel(tones.stream()))
    ran = np.frombuffer(ran, np.uint8)
    scores = np.frombuffer(scores, np.uint8).reshape(count, 12)
    for hop, there, row in zip(played.hops, ran, scores, strict=True):
        assert there == (hop.smoothed is not None)
        assert np.array_equal(row, hop.smoothed if there else np.zeros(12))
    assert answer["heard"][0] == played.detections[0]._asdict()
    assert audio == tones.stream().tobytes() and "load" not in answer


def test_the_microphone_goes_the_same_way(played):
    listener = Listener(Spotter(tones.tflite()))
    browser = Browser(listener)
    assert browser.ask("start") == ({}, [])
    heard = []
    for start in range(0, len(tones.stream()), CHUNK):
        answer, _ = browser.ask("hear", tones.stream()[start : start + CHUNK].tobytes())
        heard += answer["heard"]
    assert [Heard(**one) for one in heard] == played.detections
    assert browser.ask("start") == ({}, [])  # afresh
    answer, _ = browser.ask("hear", tones.stream()[:CHUNK].tobytes())
    assert answer["end"] < 0.11


def test_a_board_shows_its_load_and_energy():
    nano = boards.get("nano33ble")
    listener = Listener(Board(), board=nano).play(np.zeros(16_000, np.int16))
    answer, _ = Browser(listener).ask("played")
    assert listener.board == nano.name
    assert answer["load"] == pytest.approx(0.25)
    # 5 ms in each of 49 hops, at 3 V and 3.3 mA.
    assert answer["millijoules"] == pytest.approx(49 * 5 * 3 * 3.3e-3)


def test_of_a_board_without_figures_only_the_load_is_shown():
    answer, _ = Browser(Listener(Board()).play(np.zeros(16_000, np.int16))).ask("played")
    assert answer["load"] == pytest.approx(0.25) and "millijoules" not in answer


def test_a_spotter_that_fails_is_said_in_the_panel():
    board = Board()
    browser = Browser(Listener(board))

    def lost(_):
        raise ValueError("the board may have missed some of the sound")

    board.push = lost
    answer, _ = browser.ask("hear", np.zeros(CHUNK, np.int16).tobytes())
    assert answer["error"] == "the board may have missed some of the sound"


def bundle_of(listener):
    data, _ = listener._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    return data


def test_where_it_cannot_be_shown_a_picture_stands_for_it(played):
    data = bundle_of(played)
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    words = played._repr_mimebundle_()[1]["image/png"]["alt"]
    assert words.startswith("What the spotter hears; mel band; yes")
    first = played.detections[0]
    assert data["text/plain"].startswith(f"A listener that heard yes at {first.seconds:.2f} s (")
    assert "0x" not in data["text/plain"]


def test_before_anything_was_played_a_sentence_stands_for_it():
    data = bundle_of(Listener(Board()))
    assert data["text/plain"] == "A listener: run this cell, then press Listen and speak."
    assert "image/png" not in data


@pytest.mark.parametrize("samples", [511, 512, 15_000])
def test_sound_too_short_for_the_model_is_shown_too(samples):
    listener = Listener(Board()).play(np.zeros(samples, np.int16))
    assert listener.detections == []
    assert ("image/png" in bundle_of(listener)) == (samples >= 512)
    answer, _ = Browser(listener).ask("played")
    assert answer["hops"] == len(listener.hops)


def test_where_a_gate_was_closed_nothing_is_drawn():
    quiet = np.zeros(2 * 16_000, np.int16)
    spotter = Spotter(tones.tflite(), Settings(gate=wake.Settings()))
    listener = Listener(spotter).play(np.concatenate([quiet, tones.stream()]))
    told, [features, ran, _] = listener._told(listener.hops)
    closed = np.array([hop.closed for hop in listener.hops])
    assert 50 < closed.sum() < len(closed)
    assert (features[closed] == -128).all() and not ran[closed].any()
    assert told["hops"] == len(features) == len(closed)
    data, _ = listener._repr_mimebundle_()
    assert data["image/png"]
