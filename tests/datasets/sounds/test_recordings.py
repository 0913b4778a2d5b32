"""Recordings of a student's own: saved, read back, and taken from files of other forms."""

import io
import os
import threading
import time
import unicodedata
import wave

import numpy as np
import pytest
import scipy.signal
from wav_writer import wav_bytes, write_clips, write_wav

from tinyml_helpers.datasets.sounds.recordings import read_recording, recordings, save_clip
from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands

NOISE = np.random.default_rng(0).integers(-32_768, 32_768, 16_000).astype("<i2")


def tone(frequency, rate, seconds=1.0, loud=0.5):
    return loud * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)


def test_what_is_saved_comes_back(tmp_path):
    path = save_clip(tmp_path / "mine", "yes", "anna", NOISE)
    assert path == tmp_path / "mine" / "yes" / "anna_nohash_0.wav"
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 16_000)
        assert file.readframes(16_000) == NOISE.tobytes()
    clips = recordings(tmp_path / "mine")
    assert np.array_equal(clips.audio, [NOISE]) and clips.audio.dtype == np.int16
    assert list(clips.words) == ["yes"] and list(clips.speakers) == ["anna"]
    assert clips.names == CLASSES and list(clips.labels) == [CLASSES.index("yes")]


def test_the_folder_is_laid_out_like_speech_commands(tmp_path):
    for word in ("yes", "yes", "_unknown_", "_silence_"):
        save_clip(tmp_path, word, "anna", NOISE)
    for one, other in zip(recordings(tmp_path), speech_commands(tmp_path), strict=True):
        assert np.array_equal(one, other)
    assert list(recordings(tmp_path).speakers) == ["", "anna", "anna", "anna"]
    assert list(recordings(tmp_path).words) == ["", "", "yes", "yes"]


def test_nothing_is_written_over(tmp_path):
    first = save_clip(tmp_path, "go", "me", NOISE)
    (tmp_path / "go" / "me_nohash_2.wav").write_bytes(b"mine")
    (tmp_path / "go" / "me_nohash_3.wav.part").write_bytes(b"of a program that was stopped")
    names = [save_clip(tmp_path, "go", "me", NOISE[:9]).name for _ in range(2)]
    assert names == ["me_nohash_1.wav", "me_nohash_4.wav"]
    assert first.read_bytes()[44:] == NOISE.tobytes()
    assert (tmp_path / "go" / "me_nohash_2.wav").read_bytes() == b"mine"


def test_what_a_killed_program_left_is_cleared(tmp_path):
    save_clip(tmp_path, "go", "me", NOISE)
    old, new = (tmp_path / "go" / f"me_nohash_{number}.wav.part" for number in (1, 2))
    for left in (old, new):
        left.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    assert save_clip(tmp_path, "go", "me", NOISE).name == "me_nohash_3.wav"
    assert new.exists() and not old.exists()


def test_many_at_once_get_a_file_each(tmp_path):
    paths = []

    def save(value):
        for _ in range(10):
            paths.append(save_clip(tmp_path, "go", "me", np.full(99, value, np.int16)))

    threads = [threading.Thread(target=save, args=[value]) for value in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 40
    assert sorted(tmp_path.rglob("*.*")) == sorted(paths)
    assert np.array_equal(np.sort(recordings(tmp_path).audio[:, 0]), np.repeat(np.arange(4), 10))


def test_a_save_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(wave.Wave_write, "writeframes", full)
    with pytest.raises(ValueError, match=r"can't be kept in .*go \(No space left"):
        save_clip(tmp_path, "go", "me", NOISE)
    assert list((tmp_path / "go").iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ValueError, match="can't be kept in"):
        save_clip(tmp_path / "file", "go", "me", NOISE)


@pytest.mark.parametrize(
    "word",
    ["", ".", "..", "a/b", "a\\b", "/etc", "C:", "con", "a b", "a.b", "_background_noise_",
     "_go", "nul", "a\n", "x" * 41, "~", "com1", "a\0"],
)  # fmt: skip
def test_words_that_are_no_names(tmp_path, word):
    with pytest.raises(ValueError, match="can't be the name of a word: use letters"):
        save_clip(tmp_path, word, "me", NOISE)
    with pytest.raises(ValueError, match="can't be the name of a speaker: use letters"):
        save_clip(tmp_path, "go", word, NOISE)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("word", ["hallå", "да", "नमस्ते", "好", "hey-board", "7"])
def test_words_of_any_language(tmp_path, word):
    for form in ("NFC", "NFD"):
        save_clip(tmp_path, unicodedata.normalize(form, word.upper()), word, NOISE)
    clips = recordings(tmp_path)
    assert list(clips.words) == [word, word] and list(clips.labels) == [1, 1]
    assert list(clips.speakers) == [word, word]


@pytest.mark.parametrize(
    "audio", [NOISE.astype(np.float32), NOISE.astype(np.int32), NOISE[:0], NOISE[np.newaxis], 3]
)
def test_audio_of_another_form_is_not_saved(tmp_path, audio):
    with pytest.raises(ValueError, match=r"give int16 \[samples\]"):
        save_clip(tmp_path, "go", "me", audio)


def test_words_that_are_none_of_the_classes(tmp_path):
    write_clips(tmp_path, ["marvin/a_nohash_0.wav", "yes/a_nohash_0.wav", "Go/upload 1.wav"])
    write_wav(tmp_path / "_background_noise_" / "tap.wav", np.zeros(99, "<i2"))
    clips = recordings(tmp_path)
    assert [CLASSES[label] for label in clips.labels] == ["_unknown_", "yes", "go"]
    assert list(clips.words) == ["marvin", "yes", "go"] and list(clips.speakers) == ["a", "a", ""]

    names = ("_unknown_", "marvin")
    clips = recordings(tmp_path, names)
    assert clips.names == names and list(clips.labels) == [0, 0, 1]
    assert list(clips.words) == ["go", "yes", "marvin"]
    with pytest.raises(
        ValueError, match="recordings of 'go', which is none of the classes yes, ma"
    ):
        recordings(tmp_path, ("yes", "marvin"))


def test_no_recordings(tmp_path):
    with pytest.raises(ValueError, match=r"holds no recordings: put each word's .wav files into"):
        recordings(tmp_path)
    with pytest.raises(ValueError, match="there is no folder"):
        recordings(tmp_path / "nowhere")


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_any_rate_becomes_16_khz(rate):
    sound = tone(440, rate) + tone(3_000, rate, loud=0.2)
    clip = read_recording(io.BytesIO(wav_bytes(np.rint(sound * 32_767).astype("<i2"), rate=rate)))
    wanted = 32_767 * (tone(440, 16_000) + tone(3_000, 16_000, loud=0.2))
    assert clip.dtype == np.int16 and clip.shape == (16_000,)
    assert np.abs(clip - wanted)[500:-500].max() < 70  # 0.2% of full scale


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
def test_what_16_khz_cannot_hold_is_gone(rate):
    sound = np.rint(32_767 * tone(9_000, rate)).astype("<i2")
    clip = read_recording(io.BytesIO(wav_bytes(sound, rate=rate)))
    assert np.abs(clip[500:-500]).max() < 100  # it was 16,384, and would be heard as 7,000 Hz


def test_resampling_against_scipy():
    """A band of noise, where the two filters agree."""
    band = scipy.signal.butter(8, [200, 5_000], "bandpass", fs=48_000, output="sos")
    sound = scipy.signal.sosfilt(band, np.random.default_rng(1).normal(0, 5_000, 48_000))
    sound = np.rint(sound).astype("<i2")
    theirs = scipy.signal.resample_poly(sound / 1.0, 1, 3)
    ours = read_recording(io.BytesIO(wav_bytes(sound, rate=48_000)))
    error = (ours - theirs)[500:-500]
    assert np.sqrt(np.mean(error**2)) < 0.01 * np.sqrt(np.mean(theirs**2))


@pytest.mark.parametrize(
    ("samples", "form"),
    [
        (NOISE, {}),
        (np.stack([NOISE, NOISE], axis=1), {}),
        (NOISE.astype("<i4") << 16, {"bits": 32}),
        ((NOISE / 32_768).astype("<f4"), {"bits": 32, "form": 3}),
    ],
)
def test_other_forms_of_the_same_samples(samples, form):
    assert np.array_equal(read_recording(io.BytesIO(wav_bytes(samples, **form))), NOISE)


def test_8_bits_and_24_bits():
    eight = (NOISE >> 8) + 128
    clip = read_recording(io.BytesIO(wav_bytes(eight.astype(np.uint8), bits=8)))
    assert np.array_equal(clip, NOISE >> 8 << 8)
    bytes_of_24 = np.zeros((16_000, 3), np.uint8)
    bytes_of_24[:, 1:] = NOISE[:, np.newaxis].view(np.uint8)
    file = io.BytesIO(wav_bytes(bytes_of_24.ravel(), bits=24))
    assert np.array_equal(read_recording(file), NOISE)


def test_channels_are_averaged():
    left = np.full(16_000, 1_000, "<i2")
    both = np.stack([left, left * 3], axis=1)
    assert (read_recording(io.BytesIO(wav_bytes(both))) == 2_000).all()


def test_what_is_louder_than_full_scale_is_clipped():
    sound = tone(440, 16_000, loud=3).astype("<f4")
    clip = read_recording(io.BytesIO(wav_bytes(sound, bits=32, form=3)))
    assert clip.max() == 32_767 and clip.min() == -32_768


@pytest.mark.parametrize("start", [0, 9_000, 40_000, 55_000])
@pytest.mark.parametrize("offset", [0, 3_000])
def test_the_loudest_second_has_the_word_in_its_middle(start, offset):
    generator = np.random.default_rng(start)
    sound = generator.normal(offset, 30, 64_000)
    word = generator.normal(0, 5_000, 8_000)
    sound[start : start + 8_000] += word[: 64_000 - start]
    clip = read_recording(io.BytesIO(wav_bytes(np.rint(sound).astype("<i2"))))
    loud = np.flatnonzero(np.abs(clip - float(offset)) > 1_000)
    assert loud[-1] - loud[0] > 7_900
    if 4_000 < start < 50_000:
        assert abs((loud[0] + loud[-1]) / 2 - 8_000) < 400


def test_a_second_and_a_sample():
    clip = read_recording(io.BytesIO(wav_bytes(np.append(NOISE, NOISE[:1]))))
    assert np.array_equal(clip, NOISE) or np.array_equal(clip, np.append(NOISE[1:], NOISE[:1]))


def test_a_short_recording_is_padded_at_its_end():
    clip = read_recording(io.BytesIO(wav_bytes(NOISE[:100])))
    assert np.array_equal(clip[:100], NOISE[:100]) and not clip[100:].any()


def test_a_silent_recording_stays_silent():
    assert not read_recording(io.BytesIO(wav_bytes(np.zeros(50_000, "<i2")))).any()


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        (b"", "be read as a sound"),
        (b"not a sound at all, but a text", "be read as a sound"),
        (wav_bytes(NOISE)[:30], "be read as a sound"),
        (wav_bytes(NOISE[:0]), "no sound"),
        (wav_bytes(np.full(99, np.nan, "<f4"), bits=32, form=3), "no sound"),
        (wav_bytes(NOISE, rate=4_000), "4,000 samples a second, not 8,000 to 192,000"),
        (wav_bytes(NOISE, rate=2**31 - 1), "2,147,483,647 samples a second, not"),
        (wav_bytes(np.zeros(16_000 * 61, "<i2")), "61 seconds, and"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, contents, why):
    path = tmp_path / "go" / "mine.wav"
    path.parent.mkdir()
    path.write_bytes(contents)
    for load in (lambda: recordings(tmp_path), lambda: read_recording(str(path))):
        with pytest.raises(ValueError, match=f"mine.wav .*{why}") as caught:
            load()
        assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match=f"the file .*{why}"):
        read_recording(io.BytesIO(contents))
    with pytest.raises(ValueError, match=r"nowhere.wav can't be read"):
        read_recording(tmp_path / "nowhere.wav")
