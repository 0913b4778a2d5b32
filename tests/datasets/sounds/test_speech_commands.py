"""Speech Commands in small archives of the official layouts."""

import re
from collections import Counter

import numpy as np
import pytest
from archive_server import packed
from wav_writer import wav_bytes, write_clips, write_wav

from tinyml_helpers.datasets import catalogue, table
from tinyml_helpers.datasets.catalogue import get
from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.datasets.sounds.speech_commands import official_part, speech_commands
from tinyml_helpers.datasets.unpack import unpack

#: Speakers of v0.02's official lists, and some that are in neither.
OFFICIAL = {
    "validation": "8b775397 2643992f 060cd039 f5e5e8b0 dbb40d24 d57febf0 16db1582 171b56dc",
    "test": "2aa787cf ffa76c4a 24ad3ebe d7467392 5828dfa2 91223b83 f0ae7203 95ba4996 022cd682",
    "train": "01b4757a 042a8dde 07089da9 0819edb0 0b09edd3 0ba018fc 129c7d8d 14c7b073 7846fd85",
}


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))


@pytest.fixture
def test_archive(tmp_path):
    """A folder like the test archive's: one clip of each of some classes, named as they are."""
    names = [
        "_silence_/127.wav",
        "_unknown_/tree_0c540988_nohash_4.wav.wav",
        "yes/022cd682_nohash_0.wav",
        "go/0c40e715_nohash_1.wav",
        "go/022cd682_nohash_0.wav",
    ]
    (tmp_path / "README.md").write_text("clips")
    return write_clips(tmp_path / "set", names)


@pytest.fixture(scope="module")
def training_archive(tmp_path_factory):
    """A folder like the training archive's: 20 train, 10 validation and 10 test speakers.

    Each says "yes" and "go" once, and each of two other words three times. A noise recording is
    10000 in its first 80%, -10000 in the next 10%, and changes sign every sample in the last.
    """
    folder = tmp_path_factory.mktemp("training")
    speakers = [f"{n:08x}" for n in range(20)], [f"a{n:07x}" for n in range(20)]
    names = [
        f"{word}/{speaker}_nohash_{n}.wav"
        for speaker in speakers[0] + speakers[1]
        for word, count in (("yes", 1), ("go", 1), ("bed", 3), ("cat", 3))
        for n in range(count)
    ]
    write_clips(folder, names)
    for part, some in (("validation", speakers[1][:10]), ("testing", speakers[1][10:])):
        lines = [name for name in names if name.split("/")[1][:8] in some]
        (folder / f"{part}_list.txt").write_text("\n".join(lines) + "\n")
    for name in ("white", "tap"):
        noise = np.full(200_000, 10_000, "<i2")
        noise[160_000:180_000] *= -1
        noise[180_001::2] *= -1
        write_wav(folder / "_background_noise_" / f"{name}.wav", noise)
    return folder


def clip_of(number):
    return np.full(16_000, number, np.int16)


def test_the_test_archive(test_archive):
    for part in ("test", "all"):
        clips = speech_commands(test_archive, part)
        assert [CLASSES[label] for label in clips.labels] == [
            "_silence_", "_unknown_", "yes", "go", "go",
        ]  # fmt: skip
        assert list(clips.words) == ["", "tree", "yes", "go", "go"]
        assert list(clips.speakers) == ["", "0c540988", "022cd682", "022cd682", "0c40e715"]
        assert clips.audio.dtype == np.int16 and clips.labels.dtype == np.int64
        assert np.array_equal(clips.audio, np.stack([clip_of(n) for n in (0, 1, 2, 4, 3)]))
        assert clips.names == CLASSES


def test_the_test_archive_has_no_other_part(test_archive):
    with pytest.raises(ValueError, match=r"no part 'train': load all of it .* split_by_speaker"):
        speech_commands(test_archive, "train")


def test_names_that_begin_with_a_dot_and_a_slash(tmp_path, test_archive):
    files = {
        path.relative_to(test_archive).as_posix(): path.read_bytes()
        for path in test_archive.rglob("*.wav")
    }
    (tmp_path / "set.tar.gz").write_bytes(packed(files | {"LICENSE": b"CC BY 4.0"}))
    unpack(tmp_path / "set.tar.gz", tmp_path / "out", 1_000_000)
    for one, other in zip(
        speech_commands(tmp_path / "out"), speech_commands(test_archive), strict=True
    ):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("part", "speakers"), [("train", 20), ("validation", 10), ("test", 10), ("all", 40)]
)
def test_the_training_archive_by_its_lists(training_archive, part, speakers):
    clips = speech_commands(training_archive, part)
    keywords = clips.take(clips.labels >= 2)
    assert Counter(keywords.words) == {"yes": speakers, "go": speakers}
    assert len(set(keywords.speakers)) == speakers
    # A tenth of the two words' clips, rounded up: TensorFlow's silence and unknown percentage.
    tenth = {"train": 4, "validation": 2, "test": 2, "all": 8}[part]
    assert np.bincount(clips.labels)[:2].tolist() == [tenth, tenth]
    assert set(clips.words[clips.labels == 1]) <= {"bed", "cat"}
    assert set(clips.speakers[clips.labels == 1]) <= set(keywords.speakers)
    assert np.array_equal(clips.labels, np.sort(clips.labels))


def test_no_part_shares_a_speaker_with_another(training_archive):
    speakers = [
        set(speech_commands(training_archive, part, unknown_share=9, silence_share=0).speakers)
        for part in ("train", "validation", "test")
    ]
    assert [len(part) for part in speakers] == [20, 10, 10]
    assert len(set.union(*speakers)) == 40


def test_silence_is_noise_of_the_parts_own_stretch_at_many_volumes(training_archive):
    for part, sign in (("train", 1), ("validation", -1), ("test", 0)):
        clips = speech_commands(training_archive, part, silence_share=2)
        silence = clips.audio[clips.labels == 0]
        assert len(silence) == 2 * (clips.labels >= 2).sum()
        volumes = np.abs(silence).max(axis=1)
        assert volumes.max() <= 10_000 and len(set(volumes)) > len(volumes) // 2
        assert (np.abs(silence) == volumes[:, np.newaxis]).all()
        signs = np.sign(silence).astype(int)
        assert (np.abs(signs.sum(axis=1)) <= 1).all() if sign == 0 else (signs == sign).all()
        assert set(clips.words[clips.labels == 0]) == {""}
        assert set(clips.speakers[clips.labels == 0]) == {""}


def test_the_seed_chooses(training_archive):
    def load(seed):
        return speech_commands(training_archive, "train", seed=seed)

    for one, other in zip(load(1), load(1), strict=True):
        assert np.array_equal(one, other)
    assert not np.array_equal(load(1).audio, load(2).audio)
    assert np.array_equal(load(1).audio[load(1).labels > 1], load(2).audio[load(2).labels > 1])


def test_shares(training_archive):
    def counts(**shares):
        return np.bincount(speech_commands(training_archive, **shares).labels, minlength=12)

    assert counts(unknown_share=0, silence_share=0).tolist() == [0, 0, 10] + [0] * 8 + [10]
    assert counts(unknown_share=0.35, silence_share=0.01)[:2].tolist() == [1, 7]
    assert counts(unknown_share=1e9)[1] == 60  # all there are
    for silly in (-0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"unknown_share is .*: give a number from 0 up"):
            speech_commands(training_archive, unknown_share=silly)


def test_without_lists_the_hash_of_the_speaker_decides(tmp_path):
    names = [f"no/{who}_nohash_0.wav" for part in OFFICIAL.values() for who in part.split()]
    write_clips(tmp_path, names)
    for part, speakers in OFFICIAL.items():
        assert sorted(speakers.split()) == list(speech_commands(tmp_path, part).speakers)


def test_the_hash_is_that_of_the_official_lists():
    for part, speakers in OFFICIAL.items():
        for n, speaker in enumerate(speakers.split()):
            assert official_part(f"{speaker}_nohash_{n}.wav") == part


def test_without_noise_there_is_no_silence(tmp_path):
    clips = speech_commands(write_clips(tmp_path, ["no/a_nohash_0.wav"]), "all")
    assert list(clips.labels) == [CLASSES.index("no")]


def test_noise_too_short_to_cut(tmp_path):
    write_clips(tmp_path, ["no/a_nohash_0.wav", "_background_noise_/white.wav"])
    with pytest.raises(ValueError, match="_background_noise_ are too short to cut"):
        speech_commands(tmp_path, "all")
    assert len(speech_commands(tmp_path, "all", silence_share=0).labels) == 1


def test_only_what_is_asked_for_is_read(training_archive, tmp_path):
    (tmp_path / "no").mkdir()
    write_clips(tmp_path, ["no/022cd682_nohash_0.wav"])
    (tmp_path / "no" / "01b4757a_nohash_0.wav").write_bytes(b"damaged")
    assert len(speech_commands(tmp_path, "test").labels) == 1
    with pytest.raises(ValueError, match=r"01b4757a_nohash_0"):
        speech_commands(tmp_path, "train")
    with pytest.raises(ValueError, match=r"no clip in .* is in the part 'validation'"):
        speech_commands(tmp_path, "validation")


def test_short_clips_are_padded_and_long_ones_cut_at_the_end(tmp_path):
    ramp = np.arange(1, 20_001, dtype="<i2")
    write_wav(tmp_path / "no" / "a_nohash_0.wav", ramp[:5])
    write_wav(tmp_path / "no" / "b_nohash_0.wav", ramp)
    clips = speech_commands(tmp_path, "all")
    assert clips.audio[0].tolist() == [1, 2, 3, 4, 5] + [0] * 15_995
    assert np.array_equal(clips.audio[1], ramp[:16_000])


SECOND = np.zeros(16_000, "<i2")


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        (wav_bytes(SECOND, rate=44_100), "has 44,100 samples a second, 1 channels and 16 bits"),
        (wav_bytes(np.zeros((16_000, 2), "<i2")), "2 channels .*: convert it"),
        (wav_bytes(np.zeros(16_000, np.uint8), bits=8), "8 bits"),
        (wav_bytes(np.zeros(16_000, "<f4"), bits=32, form=3), "unknown format: 3"),
        (wav_bytes(SECOND[:0]), "empty or breaks off"),
        (wav_bytes(SECOND)[:20_000], "empty or breaks off"),
        (wav_bytes(SECOND)[:30], r"be read as a .wav file of PCM samples \(it breaks off\)"),
        (b"", "be read as a .wav file of PCM samples"),
        (wav_bytes(SECOND).replace(b"data", b"blue") + bytes(99), "be read as a .wav file"),
        (wav_bytes(SECOND).replace(b"WAVE", b"AVI "), "be read as a .wav file"),
        (b"not a sound at all, but a text", "be read as a .wav file of PCM samples"),
    ],
)
def test_files_that_are_something_else(tmp_path, contents, why):
    write_clips(tmp_path, ["no/a_nohash_0.wav"])
    (tmp_path / "no" / "b_nohash_0.wav").write_bytes(contents)
    with pytest.raises(ValueError, match=f"b_nohash_0.wav .*{why}") as caught:
        speech_commands(tmp_path, "all")
    assert "\n" not in str(caught.value)


def test_folders_and_files_that_do_not_matter(test_archive):
    (test_archive / "empty").mkdir()
    (test_archive / "yes" / "._022cd682_nohash_0.wav").write_bytes(b"macOS keeps its own here")
    (test_archive / "yes" / "notes.txt").write_text("mine")
    write_wav(test_archive / "_background_noise_" / "white.wav", SECOND)
    assert len(speech_commands(test_archive).labels) == 5


def test_a_folder_of_something_else(tmp_path):
    with pytest.raises(ValueError, match=r"there is no folder .*nowhere"):
        speech_commands(tmp_path / "nowhere")
    write_clips(tmp_path, ["bed/a_nohash_0.wav"])
    with pytest.raises(ValueError, match=r"any of the ten words \(yes, no, ...\): give the folder"):
        speech_commands(tmp_path)


def test_a_part_that_is_none(test_archive):
    with pytest.raises(ValueError, match=r"no part 'testing': there are train, validation, test"):
        speech_commands(test_archive, "testing")


def put_in_cache(name, folder):
    where = get(name).where
    where.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(where)
    (where / ".complete").write_text(get(name).archive.sha256)


def test_nothing_downloaded_yet():
    with pytest.raises(ValueError, match=r"`python course.py data speech_commands_test` once"):
        speech_commands()
    with pytest.raises(ValueError, match=r"`python course.py data speech_commands` once"):
        speech_commands(part="train")


def test_the_archive_downloaded(test_archive, tmp_path):
    put_in_cache("speech_commands_test", test_archive)
    assert len(speech_commands().labels) == 5
    with pytest.raises(ValueError, match=r"`python course.py data speech_commands` once"):
        speech_commands(part="validation")
    names = ["no/01b4757a_nohash_0.wav", "no/022cd682_nohash_0.wav"]
    put_in_cache("speech_commands", write_clips(tmp_path / "full", names))
    assert len(speech_commands().labels) == 5
    assert list(speech_commands(part="train").speakers) == ["01b4757a"]


def test_the_catalogue_has_the_training_archive():
    full = get("speech_commands")
    assert full in catalogue()
    # arXiv:1804.03209: 105,829 clips, none longer than a second; and room for the noise.
    assert 105_829 * 32_044 + 16_000_000 < full.archive.unpacked_bytes < 4e9
    assert re.search(r"^speech_commands +2\.4 GB +CC BY 4\.0 +not down", table(), re.MULTILINE)
