import wave

import numpy as np
import pytest
import soundfile
from panel_browser import Browser
from wav_writer import wav_bytes

from tinyml_helpers.panels import recorder


def word(samples=16_000, start=4_000, peak=8_000):
    """Half a second of noise in silence, int16 [samples]."""
    audio = np.zeros(samples)
    noise = np.random.default_rng(1).uniform(-1, 1, 8_000)
    audio[start : start + 8_000] = peak * noise
    return audio.astype(np.int16)


@pytest.fixture
def panel(tmp_path):
    return recorder.Recorder(["yes", "no"], tmp_path / "mine", speaker="ada")


def files(panel):
    return sorted(path.relative_to(panel.folder).as_posix() for path in panel.folder.rglob("*.wav"))


def test_a_recording_is_kept_as_the_field_keeps_it(panel):
    path = panel.add(word(), "no")
    assert path == panel.folder / "no" / "ada_nohash_0.wav"
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 16_000)
        assert file.readframes(16_000) == word().tobytes()
    assert panel.add(word(), "no").name == "ada_nohash_1.wav"
    assert panel.counts == {"yes": 0, "no": 2}


def test_recordings_are_counted_that_are_there_already(panel):
    panel.add(word(), "yes")
    later = recorder.Recorder(["yes", "up"], panel.folder, speaker="bob")
    assert later.counts == {"yes": 1, "up": 0}


def test_words_are_counted_however_they_are_written(tmp_path):
    panel = recorder.Recorder(["Cafe\u0301"], tmp_path)
    assert panel.words == ["caf\u00e9"]
    panel.add(word(), "caf\u00e9")
    assert panel.counts == {"caf\u00e9": 1}


def test_of_a_longer_recording_the_second_around_the_word_is_kept(panel):
    path = panel.add(word(24_000, start=9_000), "yes")
    clip, rate = soundfile.read(path, dtype="int16")
    assert rate == 16_000 and len(clip) == 16_000
    heard = np.flatnonzero(clip)
    assert heard[0] > 1_000 and heard[-1] < 15_000  # whole, and not at the edge
    assert np.array_equal(clip[heard[0] :][:8_000], word()[4_000:12_000])


@pytest.mark.parametrize(
    ("audio", "name", "sentence"),
    [
        (word(), "maybe", "isn't one of the words"),
        (word() / 32768, "yes", "int16"),
        (word().reshape(2, -1), "yes", "int16"),
        (word()[:0], "yes", "int16"),
    ],
)
def test_what_cannot_be_kept_is_refused(panel, audio, name, sentence):
    with pytest.raises(ValueError, match=sentence):
        panel.add(audio, name)
    assert files(panel) == []


def test_a_recorder_without_words_says_so(tmp_path):
    with pytest.raises(ValueError, match="needs a word"):
        recorder.Recorder([], tmp_path)


@pytest.mark.parametrize(
    ("clip", "sentence"),
    [
        (word(), ""),
        (word() * 0, "no sound at all"),
        (word(peak=500), "too quiet"),
        (np.clip(word(peak=16_000).astype(int) * 4, -32768, 32767).astype(np.int16), "too loud"),
        (word()[:0], "no sound at all"),
    ],
)
def test_what_is_wrong_with_a_recording(clip, sentence):
    said = recorder.trouble_with(clip)
    assert sentence in said and bool(said) == bool(sentence)
    assert said == "" or said.endswith(".")


def test_one_loudest_sample_is_not_clipping():
    clip = word()
    clip[5_000] = -32_768
    assert recorder.trouble_with(clip) == ""


def test_a_take_comes_back_as_a_second_and_is_kept_when_told_to(panel):
    browser = Browser(panel)
    assert browser.ask("hello") == ({}, [])
    answer, (clip,) = browser.ask("take", word(24_000, start=9_000).tobytes())
    assert answer == {"trouble": ""} and len(clip) == 32_000 and files(panel) == []
    answer, _ = browser.ask("keep", clip, word="yes")
    assert answer == {"trouble": "", "word": "yes", "name": "ada_nohash_0.wav"}
    assert panel.counts["yes"] == 1
    kept, _ = soundfile.read(panel.folder / "yes" / "ada_nohash_0.wav", dtype="int16")
    assert kept.tobytes() == clip


def test_a_series_keeps_what_is_good(panel):
    browser = Browser(panel)
    answer, _ = browser.ask("series", word(24_000).tobytes(), word="no")
    assert answer["name"] == "ada_nohash_0.wav"
    answer, _ = browser.ask("series", word(24_000, peak=300).tobytes(), word="no")
    assert "too quiet" in answer["trouble"] and "name" not in answer
    assert files(panel) == ["no/ada_nohash_0.wav"]


def test_what_was_kept_can_be_removed_and_nothing_else(panel):
    other = recorder.Recorder(["yes"], panel.folder, speaker="bob")
    other.add(word(), "yes")
    panel.add(word(), "yes")
    browser = Browser(panel)
    assert browser.ask("remove", word="yes", name="ada_nohash_0.wav") == ({}, [])
    assert files(panel) == ["yes/bob_nohash_0.wav"] and panel.counts["yes"] == 1
    for name in ("bob_nohash_0.wav", "../yes/bob_nohash_0.wav", "ada_nohash_0.wav"):
        answer, _ = browser.ask("remove", word="yes", name=name)
        assert "error" in answer
    assert files(panel) == ["yes/bob_nohash_0.wav"]


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_file_of_another_rate_and_two_channels_is_converted(panel, rate):
    seconds = np.arange(rate) / rate
    tone = 0.3 * np.sin(2 * np.pi * 1_000 * seconds)
    stereo = (32_768 * np.stack([tone, tone], axis=1)).astype("<i2")
    data = wav_bytes(stereo, rate=rate)
    answer, (clip,) = Browser(panel).ask("file", data, word="yes", file="mine.wav")
    assert answer["name"] == "ada_nohash_0.wav" and answer["trouble"] == ""
    assert np.abs(np.fft.rfft(np.frombuffer(clip, "<i2").astype(float))).argmax() == 1_000


def test_a_file_that_is_no_sound_is_refused_by_name(panel):
    answer, _ = Browser(panel).ask("file", b"<html>", word="yes", file="page.wav")
    assert answer["error"].startswith("page.wav: ") and files(panel) == []


def test_a_full_disk_is_said_in_the_panel(panel, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recorder, "save_clip", full)
    answer, _ = Browser(panel).ask("keep", word().tobytes(), word="yes")
    assert "No space left" in answer["error"]


def test_a_mistake_of_ours_is_shown_too(panel):
    answer, _ = Browser(panel).ask("keep", word="yes")
    assert answer["error"].startswith("IndexError")


def test_where_it_cannot_be_shown_it_says_what_it_is(panel):
    panel.add(word(), "yes")  # what a student recorded must not change a lesson's output
    bundle = panel._repr_mimebundle_()
    text = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"]
    assert text == "A recorder for yes, no: run this cell, then press Record."
