"""The bundled speech: the committed files are whole, and become the same clips everywhere."""

import csv
import hashlib
import importlib

import numpy as np
import pytest
import soundfile

from tinyml_helpers.datasets.sounds import acoustics, noises

# The package has a function of the same name.
speech = importlib.import_module("tinyml_helpers.datasets.sounds.speech")

KEYWORDS = speech.CLASSES[2:]

#: Of the clips' samples, as little-endian int16: training, then test.
SHA256 = "e6e2991feec9eb44e3fda806b8cfdf634791110a8870f9c7b232f31ff7030496"


@pytest.fixture(scope="module")
def words():
    return speech.speech_words()


@pytest.fixture(scope="module")
def clips():
    return speech.speech()


@pytest.mark.parametrize("part", ["train", "test"])
def test_files_agree_with_their_tables(part):
    info = soundfile.info(speech.FOLDER / f"{part}.flac")
    assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
    with (speech.FOLDER / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["samples"]) for row in rows) == info.frames


def test_all_of_it_is_at_most_15_mb():
    assert sum(file.stat().st_size for file in speech.FOLDER.rglob("*.*")) < 15e6


def test_no_voice_and_no_base_is_in_both_parts(words):
    train, test = (set(part.speakers.tolist()) for part in words)
    bases = [{name.rsplit("-", 1)[0] for name in part} for part in (train, test)]
    assert len(train) >= 200
    assert len(test) >= 30
    assert not bases[0] & bases[1]


def test_every_voice_says_every_keyword(words):
    for part in words:
        for voice in set(part.speakers.tolist()):
            said = part.words[part.speakers == voice].tolist()
            assert sorted(set(said) & set(KEYWORDS)) == sorted(KEYWORDS)
            assert len(said) == len(set(said))


def test_the_other_words_of_speech_commands_are_there(words):
    others = set(words[0].words.tolist()) - set(KEYWORDS)
    assert {"backward", "bird", "marvin", "sheila", "visual", "zero"} <= others
    assert len(others) >= 50


def test_words_last_as_words_do_and_are_not_clipped(words):
    for part in words:
        seconds = np.array([len(audio) for audio in part.audio]) / 16000
        assert seconds.min() > 0.1
        assert seconds.max() < 2
        assert 0.35 < np.median(seconds) < 0.7
        peaks = np.array([np.abs(audio.astype(int)).max() for audio in part.audio])
        assert peaks.min() > 30000
        assert peaks.max() < 32767


def test_clips_are_what_the_other_rooms_expect(clips):
    for part in clips:
        count = len(part.audio)
        assert part.audio.shape == (count, 16000)
        assert part.audio.dtype == np.int16
        assert part.labels.dtype == np.int64
        assert part.words.shape == part.speakers.shape == part.labels.shape == (count,)
        assert part.names == speech.CLASSES
        names = np.array(part.names)[part.labels]
        spoken = part.labels > 1
        assert (names[spoken] == part.words[spoken]).all()
        assert ((part.words == "") == (part.labels == 0)).all()
        assert ((part.speakers == "") == (part.labels == 0)).all()


def test_classes_are_of_about_the_same_size(clips):
    for part in clips:
        counts = np.bincount(part.labels, minlength=12)
        assert (counts[2:] == counts[2]).all()
        assert counts[0] == counts[2]
        assert counts[2] <= counts[1] <= 3.5 * counts[2]


def test_clips_are_the_same_on_every_machine(clips):
    digest = hashlib.sha256()
    for part in clips:
        digest.update(part.audio.astype("<i2").tobytes())
    assert digest.hexdigest() == SHA256


def test_levels_and_noise_vary_as_in_recordings(clips):
    audio = clips[0].audio[clips[0].labels > 1].astype(np.float64) / 32768
    power = (audio.reshape(len(audio), 100, 160) ** 2).mean(axis=2)  # of 10 ms
    loud = 10 * np.log10(np.percentile(power, 95, axis=1) + 1e-12)
    soft = 10 * np.log10(np.percentile(power, 10, axis=1) + 1e-12)
    assert -20 < np.median(loud) < -12
    assert np.percentile(loud, 95) - np.percentile(loud, 5) > 10
    assert 35 < np.median(loud - soft) < 65
    assert np.percentile(loud - soft, 5) < 25


def test_without_noise_a_clip_holds_the_word_as_it_is(words):
    clips = speech.speech(noise=False)[1]
    word = words[1].audio[0].astype(np.float64)
    clip = clips.audio[0].astype(np.float64)
    assert clips.words[0] == words[1].words[0]
    assert np.correlate(clip, word, mode="valid").max() == pytest.approx(word @ word, rel=1e-6)


def test_missing_data_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.setattr(speech, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="get the whole workbook"):
        speech.speech_words()


@pytest.mark.parametrize("kind", noises.KINDS)
def test_noises_are_sound(kind):
    random = np.random.default_rng(0)
    word = random.integers(-20000, 20000, 6000).astype(np.int16)
    sound = noises.noise(kind, 32000, random, [word])
    assert sound.shape == (32000,)
    assert np.isfinite(sound).all()
    assert acoustics.level(sound) > 100


def test_an_unknown_noise_is_refused():
    with pytest.raises(ValueError, match="no noise called 'rain'"):
        noises.noise("rain", 16000, np.random.default_rng(0), [])


def test_hum_has_the_pitch_of_the_mains():
    sound = noises.noise("hum", 32000, np.random.default_rng(3), [])
    strongest = np.abs(np.fft.rfft(sound)).argmax() / 2  # bins of half a hertz
    assert min(strongest % 50, -strongest % 50, strongest % 60, -strongest % 60) <= 0.5


def test_an_echo_comes_after_the_sound():
    click = np.zeros(8000)
    click[1000] = 1
    heard = noises.echoed(click, np.random.default_rng(0))
    assert not heard[:1000].any()
    assert heard[1000] == 1
    assert np.count_nonzero(heard[1020:]) > 12


def test_a_long_word_is_cut_to_a_clip_and_a_click_survives():
    random = np.random.default_rng(0)
    long = random.integers(-9000, 9000, 30000).astype(np.int16)
    assert acoustics.recorded(long, None, random).shape == (16000,)
    short = np.full(100, 1000, dtype=np.int16)
    assert acoustics.recorded(short, None, random).max() == 1000


def test_whoever_watches_is_given_each_word_to_train_on(monkeypatch):
    few = speech.speech_words()[1]
    few = few._replace(audio=few.audio[:6], words=few.words[:6], speakers=few.speakers[:6])
    monkeypatch.setattr(speech, "speech_words", lambda: (few, few))
    given = []

    def watch(words):
        for number in words:
            given.append(number)
            yield number

    clips, _ = speech.speech(watch=watch)
    assert len(given) == np.count_nonzero(clips.labels) and set(given) == set(range(6))
    np.testing.assert_array_equal(clips.audio, speech.speech()[0].audio)
