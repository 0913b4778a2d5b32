"""The bundled data sets against their files and datasheets; the catalogue; the command."""

import csv
import dataclasses
import gzip
import re
import socket
import subprocess
import sys
import urllib.parse

import numpy as np
import pytest
from places import DATA

from tinyml_helpers import datasets
from tinyml_helpers.datasets import __main__ as command
from tinyml_helpers.datasets.catalogue import _size_text, get

BUNDLED = ["digits", "lfw_patches"]


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    """An empty cache, and no way out of this computer."""

    def refused(*arguments):
        raise OSError("no test here may use the network")

    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.fixture(scope="module")
def digits():
    return datasets.digits()


@pytest.fixture(scope="module")
def lfw_patches():
    return datasets.lfw_patches()


@pytest.mark.parametrize("name", ["lfw", "olivetti"])
def test_what_figshare_has_is_asked_for_where_programs_are_let_in(name):
    archive = get(name).archive
    number = archive.url.removeprefix("https://ndownloader.figshare.com/files/")
    assert number.isdigit()
    assert archive.elsewhere == f"https://api.figshare.com/v2/file/download/{number}"


def test_digits_equal_the_file_they_come_from(digits):
    with gzip.open(get("digits").where, "rt", encoding="ascii") as file:
        rows = np.array([[float(cell) for cell in row] for row in csv.reader(file)])
    assert rows.shape == (1797, 65)
    x = np.concatenate([digits.x_train, digits.x_test])
    assert np.array_equal(x[..., 0] * 16, rows[:, :64].reshape(-1, 8, 8))
    assert np.array_equal(np.concatenate([digits.y_train, digits.y_test]), rows[:, 64])


def test_digits_counts_are_the_published_ones(digits):
    # UCI Machine Learning Repository, data set 80, "No of examples in testing set".
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert list(np.bincount(digits.y_train) + np.bincount(digits.y_test)) == published
    assert list(np.bincount(digits.y_test)) == [38, 39, 37, 39, 39, 39, 39, 38, 35, 39]


#: Each form asks for 0 to 9 three times, then for the same hundred digits; here is where a form
#: begins (the eighth has lost its first digit).
FORM = re.compile("0?1234567890123456")
FORM_STARTS = [0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667]


def test_digits_are_split_between_forms(digits):
    labels = "".join(map(str, [*digits.y_train, *digits.y_test]))
    assert [found.start() for found in FORM.finditer(labels)] == FORM_STARTS
    assert len(digits.y_train) in FORM_STARTS


def test_neighbouring_digits_are_by_one_hand(digits):
    """Most digits look most like one of the same form: why the split must not cut a form."""
    x, y = digits.x_train.reshape(-1, 64), digits.y_train
    form = np.searchsorted(FORM_STARTS, np.arange(len(x)), side="right")
    squares = np.square(x).sum(axis=1)
    distance = squares[:, np.newaxis] + squares - 2 * x @ x.T
    distance[y[:, np.newaxis] != y] = np.inf
    np.fill_diagonal(distance, np.inf)
    same_hand = form[distance.argmin(axis=1)] == form
    assert 0.5 < same_hand.mean() < 0.7  # by chance it would be 1 in 11


def test_no_digit_is_in_both_parts(digits):
    train = {image.tobytes() for image in digits.x_train}
    assert len(train) == len(digits.x_train)
    assert not any(image.tobytes() in train for image in digits.x_test)


def test_lfw_patches_equal_the_file_they_come_from(lfw_patches):
    raw = np.load(get("lfw_patches").where)
    assert raw.shape == (200, 25, 25) and raw.dtype == np.float64
    x = np.concatenate([lfw_patches.x_train, lfw_patches.x_test])[..., 0]
    y = np.concatenate([lfw_patches.y_train, lfw_patches.y_test])
    assert np.array_equal(x[y == 1], raw[:100].astype(np.float32))
    assert np.array_equal(x[y == 0], raw[100:].astype(np.float32))


def test_lfw_patches_keep_a_photograph_together_and_every_stretch_balanced(lfw_patches):
    for y in (lfw_patches.y_train, lfw_patches.y_test):
        assert list(y) == [1, 0] * (len(y) // 2)
    assert lfw_patches.names[1] == "face"


def test_lfw_patches_have_the_flaws_their_datasheet_names(lfw_patches):
    x = np.concatenate([lfw_patches.x_train, lfw_patches.x_test])[..., 0]
    y = np.concatenate([lfw_patches.y_train, lfw_patches.y_test])
    black_corner = x[:, 0, 0] < 0.01
    assert black_corner[y == 0].sum() == 68 and black_corner[y == 1].sum() == 0
    sheet = " ".join((DATA / "lfw_patches.md").read_text(encoding="utf-8").split())
    assert "68 of the 100 backgrounds" in sheet
    assert f"right {(black_corner == (y == 0)).sum()} times out of 200" in sheet


@pytest.mark.parametrize("load", [datasets.digits, datasets.lfw_patches])
def test_splits_are_what_they_promise_every_time(load):
    split, again = load(), load()
    for x, y in ((split.x_train, split.y_train), (split.x_test, split.y_test)):
        assert x.dtype == np.float32 and y.dtype == np.int64
        assert x.ndim == 4 and x.shape[3] == 1 and len(x) == len(y)
        assert x.min() >= 0 and x.max() <= 1 and np.isfinite(x).all()
        assert set(y) == set(range(len(split.names)))
    for first, second in zip(split[:4], again[:4], strict=True):
        assert np.array_equal(first, second) and first is not second


def test_a_split_prints_on_one_line(lfw_patches):
    assert repr(lfw_patches) == (
        "Split: 150 images to train on and 50 to test on, 25×25×1 float32, "
        "2 classes (not a face, face)"
    )


def test_the_catalogue_says_what_is_here():
    entries = {entry.name: entry for entry in datasets.catalogue()}
    assert list(entries) == [
        *BUNDLED, "speech_commands_test", "speech_commands", "lfw", "olivetti", "boxed_faces",
    ]  # fmt: skip
    for name in BUNDLED:
        assert entries[name].present
        assert entries[name].where.stat().st_size == entries[name].size_bytes
        assert datasets.fetch(name) == entries[name].where
    assert not entries["speech_commands_test"].present


def test_an_archive_counts_as_present_once_it_is_whole():
    speech = get("speech_commands_test")
    speech.where.mkdir(parents=True)
    assert not speech.present
    (speech.where / ".complete").write_text(speech.archive.sha256 + "\n")
    assert speech.present
    assert datasets.fetch("speech_commands_test") == speech.where
    assert str(speech.where) in datasets.table()


@pytest.mark.parametrize("entry", datasets.catalogue(), ids=lambda entry: entry.name)
def test_every_entry_is_complete(entry):
    assert bool(entry.ships_with) != bool(entry.archive)
    assert entry.title and entry.licence and entry.odd and entry.source.startswith("https://")
    if entry.archive:
        assert re.fullmatch("[0-9a-f]{64}", entry.archive.sha256)
        assert entry.archive.size_bytes in (None, entry.size_bytes)
        assert entry.size_bytes < entry.archive.unpacked_bytes


#: Who publishes the archives, and what their files are called.
PUBLISHED = {
    "speech_commands_test": ("download.tensorflow.org", "speech_commands_test_set_v0.02.tar.gz"),
    "speech_commands": ("download.tensorflow.org", "speech_commands_v0.02.tar.gz"),
    "lfw": ("ndownloader.figshare.com", "lfw.tgz"),
    "olivetti": ("ndownloader.figshare.com", "olivettifaces.mat"),
    "boxed_faces": ("data.caltech.edu", "caltech-101.zip"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_archive_is_asked_for_where_it_is_published(name):
    archive = get(name).archive
    address = urllib.parse.urlsplit(archive.url)
    assert address.scheme in ("http", "https")  # what comes is known by its hash
    assert (address.hostname, archive.file_name) == PUBLISHED[name]
    assert archive.called or address.path.endswith(archive.file_name)


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_set_has_a_datasheet(name):
    sheet = (DATA / f"{name}.md").read_text(encoding="utf-8")
    assert f"({name}.md)" in (DATA / "README.md").read_text(encoding="utf-8")
    split = getattr(datasets, name)()
    for part in (split.x_train, split.x_test):
        assert f"{len(part):,}" in sheet
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split"):
        assert f"## {heading}" in sheet


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="'mnist': there are digits, lfw_patches, speech_com"):
        datasets.fetch("mnist")


def test_the_command_lists(capsys):
    assert command.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(datasets.catalogue())
    assert re.match(r"digits +58 KB +CC BY 4.0 +inside scikit-learn +1,797", lines[1])
    assert re.match(r"speech_commands_test +113 MB +CC BY 4.0 +not downloaded yet", lines[3])


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (57_523, "58 KB"),
        (999_499, "999 KB"),
        (1_000_000, "1.0 MB"),
        (9_940_000, "9.9 MB"),
        (10_000_000, "10 MB"),
        (112_563_277, "113 MB"),
        (1_000_000_000, "1.0 GB"),
        (2_428_923_189, "2.4 GB"),
    ],
)
def test_sizes_as_people_say_them(size, text):
    assert _size_text(size) == text


def test_the_command_fetches_what_ships_with_a_package(capsys):
    assert command.main(["digits"]) == 0
    assert "needs no download: it ships with scikit-learn" in capsys.readouterr().out


def test_the_command_says_where_a_fetched_set_is(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(command, "fetch", lambda name: tmp_path)
    assert command.main(["speech_commands_test"]) == 0
    assert capsys.readouterr().out == f"speech_commands_test is in {tmp_path}\n"


def test_the_command_offline(capfd):
    assert command.main(["speech_commands_test"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert re.fullmatch("speech_commands_test is not downloaded yet and .* run this again\n", err)


def test_the_command_interrupted(capsys, monkeypatch):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "fetch", interrupted)
    assert command.main(["speech_commands_test"]) == 130
    assert "goes on from there" in capsys.readouterr().err


def test_the_command_as_students_type_it():
    ended = subprocess.run(
        [sys.executable, "-m", "tinyml_helpers.datasets", "mnist"], capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == (
        "there is no data set called 'mnist': there are digits, lfw_patches, speech_commands_test, "
        "speech_commands, lfw, olivetti, boxed_faces\n"
    )


def test_a_dataset_is_not_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        get("digits").licence = "mine"
