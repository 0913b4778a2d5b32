"""Speech Commands in small archives of the official layouts, and in the real one where it is."""

import re
from collections import Counter

import numpy as np
import places
import pytest
from archive_server import packed
from wav_writer import wav_bytes, write_clips, write_wav

from tinyml_helpers.datasets import catalogue, table
from tinyml_helpers.datasets.catalogue import get
from tinyml_helpers.datasets.sounds.speech import CLASSES, Clips
from tinyml_helpers.datasets.sounds.speech_commands import (
    official_part,
    speech_commands,
    split_by_speaker,
)
from tinyml_helpers.datasets.unpack import unpack

SHEET = places.DATA / "speech_commands.md"

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


def invented(people, generator):
    """Clips of people who say some of the words, each word a few times; and silence."""
    labels = [
        (person, label)
        for person in range(people)
        for label in range(1, 12)
        for _ in range(generator.integers(4))
    ]
    speakers = [f"{person:08x}" for person, _ in labels] + [""] * 40
    labels = [label for _, label in labels] + [0] * 40
    audio = np.arange(len(labels), dtype=np.int16)[:, np.newaxis]  # as short as they may be here
    words = np.array(CLASSES)[labels]
    return Clips(audio, np.array(labels), words, np.array(speakers))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.8])
def test_a_split_keeps_people_together_and_classes_in_balance(share):
    clips = invented(80, np.random.default_rng(1))
    train, test = split_by_speaker(clips, share)
    assert set(train.speakers) & set(test.speakers) == {""}
    got = np.concatenate([train.audio, test.audio])
    assert np.array_equal(np.sort(got, axis=0), clips.audio)
    for part in (train, test):
        assert (np.diff(part.audio[:, 0]) > 0).all()
        assert np.array_equal(part.words, np.array(CLASSES)[part.labels])
    shares = np.bincount(test.labels) / np.bincount(clips.labels)
    assert shares[0] == share
    assert np.abs(shares - share).max() < 0.03


def test_a_split_depends_on_its_seed():
    clips = invented(30, np.random.default_rng(2))
    held_out = [set(split_by_speaker(clips, 0.3, seed)[1].speakers) for seed in (0, 0, 1)]
    assert held_out[0] == held_out[1] != held_out[2]


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
@pytest.mark.parametrize("people", [2, 3, 5])
def test_few_people_are_split_too(share, people):
    clips = invented(people, np.random.default_rng(3))
    train, test = split_by_speaker(clips, share)
    assert set(train.speakers) - {""} and set(test.speakers) - {""}


def test_one_who_says_most():
    labels = np.array([2] * 90 + [2] * 5 + [3] * 5)
    speakers = np.array(["a"] * 90 + ["b"] * 5 + ["c"] * 5)
    clips = Clips(np.zeros((100, 16_000), np.int16), labels, np.array(CLASSES)[labels], speakers)
    assert "a" in split_by_speaker(clips, 0.1)[0].speakers
    assert "a" in split_by_speaker(clips, 0.9)[1].speakers


@pytest.mark.parametrize("share", [0, 1, -0.5, 25, float("nan")])
def test_silly_shares(share):
    with pytest.raises(ValueError, match="above 0 and below 1"):
        split_by_speaker(invented(3, np.random.default_rng(4)), share)


def test_nobody_to_split():
    clips = invented(2, np.random.default_rng(5))
    for speakers, count in ((np.full_like(clips.speakers, "me"), 1), ([""] * len(clips.words), 0)):
        with pytest.raises(ValueError, match=f"name {count} speakers and .* at least two"):
            split_by_speaker(clips._replace(speakers=np.array(speakers)), 0.5)


@pytest.fixture(scope="module")
def real():
    return speech_commands(recordings(), "all")


def recordings():
    """Where the real clips are, a Path; or skips the test."""
    return places.outside("TINYML_REAL_DATA", "speech_commands_test_set_v0.02")


def test_the_real_clips(real):
    counts = {name: int((real.labels == label).sum()) for label, name in enumerate(CLASSES)}
    folders = recordings().glob("*/")
    assert counts == {folder.name: len(list(folder.glob("*.wav"))) for folder in folders}
    assert real.audio.shape == (2_943, 16_000)
    assert len(set(real.speakers) - {""}) == 143
    keywords = real.labels >= 2
    assert np.array_equal(real.words[keywords], np.array(CLASSES)[real.labels[keywords]])
    unknown = Counter(real.words[real.labels == 1])
    assert len(unknown) == 25 and unknown["six"] == 19 and unknown["bird"] == 4
    assert not set(unknown) & set(CLASSES) and sum(unknown.values()) == 247
    assert (real.speakers[real.labels > 0] != "").all()


def test_the_real_speakers_are_those_of_the_official_test_part(real):
    assert {official_part(f"{who}_nohash_0.wav") for who in set(real.speakers) - {""}} == {"test"}


def test_the_real_clips_split(real):
    train, test = split_by_speaker(real, 0.25)
    assert set(train.speakers) & set(test.speakers) == {""}
    shares = np.bincount(test.labels) / np.bincount(real.labels)
    assert np.abs(shares - 0.25).max() < 0.02


def test_the_datasheet_says_what_the_real_clips_hold(real):
    sheet = " ".join(SHEET.read_text(encoding="utf-8").split())
    spoken = real.labels > 0
    audio = real.audio.astype(float)
    keys = [(clip.tobytes(), who) for clip, who in zip(real.audio, real.speakers, strict=True)]
    copies = Counter(clip for clip, _ in keys)
    assert f"{len(keys) - len(copies)} clips equal another one" in sheet
    assert len(set(keys)) == len(copies)  # each by one person
    level = np.sqrt(np.mean(audio**2, axis=1))
    louder = (level[~spoken] > np.median(level[spoken])).sum()
    assert f"{louder} of {(~spoken).sum()} are louder than the median word" in sheet
    quiet, loud = 20 * np.log10(np.percentile(level[spoken], [5, 95]))
    assert f"differ by {loud - quiet:.0f} dB" in sheet
    offset = np.abs(audio[spoken].mean(axis=1))
    assert f"{(offset > 100).sum()} have a DC offset above 100 ({(offset > 500).sum()}" in sheet
    zeros = (~real.audio[spoken, -800:].any(axis=1)).sum()
    assert f"{zeros} end in at least 50 ms of exact zeros" in sheet
    given = sorted(Counter(real.speakers[spoken]).values())
    assert f"from {given[0]} clip to {given[-1]}" in sheet
    assert f"gave {sum(given[-14:]) / sum(given):.0%} of the clips" in sheet


def test_the_datasheet_is_complete():
    sheet = SHEET.read_text(encoding="utf-8")
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"\n## {heading}\n" in sheet
    row = next(line for line in sheet.splitlines() if line.startswith("| 4,044 |"))
    counts = [int(cell.replace(",", "")) for cell in row.strip("|").split("|")]
    assert sum(counts[:10]) == counts[10] and counts[10] + 67_283 == 105_829
    assert "67,283" in sheet and "105,829" in sheet
