"""LFW and Olivetti in small stand-ins of the official layouts, and how real faces are fetched.

None of the official archives could be reached where this was written: what their servers send, and
what is really on the pictures, isn't tested here.
"""

import dataclasses
import hashlib
import pickle
import re
import threading

import numpy as np
import pytest
from archive_server import Server, packed
from picture_writer import encoded, photograph
from PIL import Image
from places import DATA
from scipy.io import savemat
from skimage.transform import resize_local_mean
from sklearn.datasets import _lfw, _olivetti_faces, fetch_olivetti_faces

from tinyml_helpers import datasets
from tinyml_helpers.datasets import download
from tinyml_helpers.datasets.cache import fetch_archive
from tinyml_helpers.datasets.catalogue import get
from tinyml_helpers.datasets.download import Archive, DownloadError, OfflineError
from tinyml_helpers.datasets.pictures.real_faces import _lfw_part
from tinyml_helpers.datasets.unpack import unpack


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSES", (0, 0))


# --- Labeled Faces in the Wild


#: Real names of LFW, and the last digit of their SHA-1 as a decimal number, by sha1sum and bc.
OFFICIAL = {
    "George_W_Bush": 6,
    "Colin_Powell": 5,
    "Tony_Blair": 0,
    "Donald_Rumsfeld": 8,
    "Gerhard_Schroeder": 4,
    "Ariel_Sharon": 2,
    "Hugo_Chavez": 0,
    "Serena_Williams": 8,
}


@pytest.fixture(scope="module")
def lfw_archive(tmp_path_factory):
    """A folder like the unpacked lfw.tgz: twelve people with one, two or three pictures."""
    files = {}
    for number in range(12):
        name = f"Some_One_{number}"
        for count in range(1 + number % 3):
            picture = encoded(photograph(250, 250, 10 * number + count))
            files[f"lfw/{name}/{name}_{count + 1:04d}.jpg"] = picture
    folder = tmp_path_factory.mktemp("lfw")
    (folder / "lfw.tgz").write_bytes(packed(files))
    unpack(folder / "lfw.tgz", folder / "out", 10_000_000)
    return folder / "out"


def test_lfw_as_its_archive_has_it(lfw_archive):
    people = datasets.lfw(lfw_archive, "all", smallest=1)
    assert people.images.shape == (24, 96, 96) and people.images.dtype == np.uint8
    assert people.boxes.shape == (24, 4) and people.boxes.dtype == np.float32
    assert people.who.dtype == np.int64
    assert people.names == tuple(sorted(f"Some_One_{number}" for number in range(12)))
    counts = np.bincount(people.who)
    assert counts.tolist() == [1 + int(name.split("_")[-1]) % 3 for name in people.names]
    assert repr(people) == "People: 24 pictures of 12 people"


def test_an_lfw_picture_is_shrunk_as_a_whole(lfw_archive):
    people = datasets.lfw(lfw_archive, "all", smallest=3)
    path = lfw_archive / "lfw" / people.names[0] / f"{people.names[0]}_0003.jpg"
    grey = np.asarray(Image.open(path).convert("RGB")) @ [0.299, 0.587, 0.114]
    expected = resize_local_mean(grey, (96, 96))
    assert np.abs(people.images[2] - expected).max() <= 1.01


def test_the_face_of_an_lfw_picture_is_where_the_detector_found_it(lfw_archive):
    """README of LFW: the square it returned was enlarged by 2.2 and scaled to 250×250."""
    for side in (96, 64, 250):
        people = datasets.lfw(lfw_archive, "all", side=side)
        left, top, right, bottom = people.boxes[0]
        assert right - left == pytest.approx(side / 2.2) == bottom - top
        assert left + right == pytest.approx(side) == top + bottom
        assert people.images.shape[1:] == (side, side)


def test_lfw_leaves_out_people_with_few_pictures(lfw_archive):
    assert len(datasets.lfw(lfw_archive, "all").names) == 8
    assert len(datasets.lfw(lfw_archive, "all", smallest=3).names) == 4
    with pytest.raises(ValueError, match="nobody of the part 'all' with 4 pictures or more"):
        datasets.lfw(lfw_archive, "all", smallest=4)


def test_lfw_is_split_by_person(lfw_archive):
    train, test = (datasets.lfw(lfw_archive, part, smallest=1) for part in ("train", "test"))
    assert train.names and test.names
    assert not set(train.names) & set(test.names)
    assert len(train.names) + len(test.names) == 12
    assert len(train.who) + len(test.who) == 24


def test_lfw_people_stay_in_their_part():
    for name, digit in OFFICIAL.items():
        assert _lfw_part(name) == ("test" if digit < 3 else "train")
    shares = [_lfw_part(f"Person_{number}") == "test" for number in range(5749)]
    assert 0.28 < np.mean(shares) < 0.32


def test_taking_some_people(lfw_archive):
    people = datasets.lfw(lfw_archive, "all", smallest=1)
    some = people.take(people.who == 3)
    assert len(some.images) == len(some.boxes) == (people.who == 3).sum()
    assert some.names == people.names and set(some.who) == {3}


def test_lfw_in_other_places(lfw_archive, tmp_path):
    inner = datasets.lfw(lfw_archive / "lfw", "all")
    assert np.array_equal(inner.images, datasets.lfw(lfw_archive, "all").images)
    (tmp_path / "lfw_funneled").mkdir()
    person = tmp_path / "lfw_funneled" / "A_B"
    person.mkdir()
    for number in (1, 2):
        (person / f"A_B_000{number}.jpg").write_bytes(encoded(photograph(250, 250)))
    (tmp_path / "lfw_funneled" / "pairs_01.txt").write_text("not a person")
    assert datasets.lfw(tmp_path, "all").names == ("A_B",)


def test_what_is_not_lfw(tmp_path):
    with pytest.raises(ValueError, match="there is no part 'dev': there are train, test, all"):
        datasets.lfw(tmp_path, "dev")
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ValueError, match=r"has nobody .* lfw\.tgz was unpacked to"):
            datasets.lfw(folder, "all")
    (tmp_path / "A_B").mkdir()
    (tmp_path / "A_B" / "A_B_0001.jpg").write_bytes(encoded(photograph(40, 50)))
    with pytest.raises(
        ValueError, match=r"0001\.jpg has 50 by 40 pixels .* 250 by 250: use people"
    ):
        datasets.lfw(tmp_path, "all", smallest=1)


# --- Olivetti


@pytest.fixture(scope="module")
def olivetti_folder(tmp_path_factory):
    """A folder with an olivettifaces.mat of noise, with the fields the real one has."""
    folder = tmp_path_factory.mktemp("olivetti")
    random = np.random.default_rng(0)
    faces = random.integers(0, 256, (4096, 400)).astype(np.uint8)
    faces[0], faces[1] = 0, 255
    fields = {"faces": faces, "p": np.full((1, 40), 0.25), "u": np.zeros((4096, 40))}
    savemat(folder / "olivettifaces.mat", fields)
    return folder


def test_olivetti_equals_scikit_learn(olivetti_folder, tmp_path):
    """scikit-learn keeps the transposed matrix as olivetti.pkz and reads it from there."""
    from scipy.io import loadmat

    faces = loadmat(olivetti_folder / "olivettifaces.mat")["faces"]
    (tmp_path / "olivetti_py3.pkz").write_bytes(pickle.dumps(faces.T.copy()))
    theirs = fetch_olivetti_faces(data_home=tmp_path, download_if_missing=False)
    ours = datasets.olivetti(olivetti_folder, "all")
    assert np.allclose(theirs.images * 255, ours.images, atol=1e-3)
    assert np.array_equal(theirs.target, ours.who)
    assert ours.images.dtype == np.uint8 and ours.who.dtype == np.int64
    assert ours.names[:2] == ("1", "2") and len(ours.names) == 40


def test_olivetti_is_split_by_person(olivetti_folder):
    everyone = datasets.olivetti(olivetti_folder, "all")
    train = datasets.olivetti(olivetti_folder, "train")
    test = datasets.olivetti(olivetti_folder)
    assert train.images.shape == (300, 64, 64) and test.images.shape == (100, 64, 64)
    assert train.names + test.names == everyone.names
    assert np.array_equal(np.concatenate([train.images, test.images]), everyone.images)
    for part in (train, test):
        assert np.array_equal(np.bincount(part.who), np.full(len(part.names), 10))


def test_a_verifier_sees_a_whole_olivetti_picture(olivetti_folder):
    left, top, right, bottom = datasets.olivetti(olivetti_folder).boxes[0]
    assert (right - left) * 1.1 == pytest.approx(64) == (bottom - top) * 1.1
    assert left + right == pytest.approx(64) == top + bottom


def test_what_is_not_olivetti(tmp_path):
    with pytest.raises(ValueError, match="there is no part 'dev'"):
        datasets.olivetti(tmp_path, "dev")
    with pytest.raises(ValueError, match=r"no file .*olivettifaces\.mat: give the folder"):
        datasets.olivetti(tmp_path)
    savemat(tmp_path / "olivettifaces.mat", {"faces": np.zeros((4096, 399))})
    with pytest.raises(ValueError, match="doesn't hold the 400 Olivetti faces"):
        datasets.olivetti(tmp_path)
    for content in (b"", b"nothing like it" * 100):
        (tmp_path / "olivettifaces.mat").write_bytes(content)
        with pytest.raises(ValueError, match="doesn't hold the 400 Olivetti faces"):
            datasets.olivetti(tmp_path)


# --- Their archives


def test_the_addresses_and_hashes_are_those_scikit_learn_pins():
    for name, pinned in (("lfw", _lfw.ARCHIVE), ("olivetti", _olivetti_faces.FACES)):
        archive = get(name).archive
        assert (archive.url, archive.sha256) == (pinned.url, pinned.checksum)
        assert archive.file_name == pinned.filename


@pytest.mark.parametrize("name", ["lfw", "olivetti", "boxed_faces"])
def test_nothing_is_downloaded_unasked(name):
    size = {"lfw": "181 MB", "olivetti": "4.3 MB", "boxed_faces": "137 MB"}[name]
    expected = (
        f"set {name} isn't on this computer: run `python course.py data {name}` once ({size})"
    )
    with pytest.raises(ValueError, match=re.escape(expected)):
        getattr(datasets, name)()


@pytest.mark.parametrize("name", ["lfw", "olivetti", "boxed_faces"])
def test_each_has_a_datasheet(name):
    sheet = (DATA / f"{name}.md").read_text(encoding="utf-8")
    assert f"({name}.md)" in (DATA / "README.md").read_text(encoding="utf-8")
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"## {heading}" in sheet
    assert get(name).licence.split(",")[0].lower() in sheet.lower()
    assert get(name).source in sheet


@pytest.fixture
def served(olivetti_folder):
    """A local server with the stand-in for olivettifaces.mat, and an Archive of unknown size."""
    content = (olivetti_folder / "olivettifaces.mat").read_bytes()
    with Server(content) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield (
            server,
            dataclasses.replace(
                get("olivetti").archive,
                url=f"http://127.0.0.1:{server.server_port}/files/5976027",
                sha256=hashlib.sha256(content).hexdigest(),
            ),
        )
        server.over.set()
        server.shutdown()
        thread.join()


def test_a_single_file_of_unknown_size_is_fetched(served):
    server, archive = served
    folder = fetch_archive("olivetti", archive, progress=False)
    assert [path.name for path in sorted(folder.iterdir())] == [".complete", "olivettifaces.mat"]
    assert (folder / "olivettifaces.mat").read_bytes() == server.content
    assert len(datasets.olivetti(folder).images) == 100
    (folder / ".complete").write_text(get("olivetti").archive.sha256)
    assert len(datasets.olivetti().images) == 100


def test_a_single_file_of_unknown_size_is_resumed(served):
    server, archive = served
    server.plan = [{"after": 100_000, "then": "close"}]
    fetch_archive("olivetti", archive, progress=False)
    assert server.asked == [None, "bytes=100000-"]
    assert sum(server.sent) == len(server.content)


@pytest.mark.parametrize(
    ("plan", "content", "message"),
    [
        ({"length": False}, None, "an unsaid number of bytes, not 1 to 10,000,000"),
        ({}, b"", "0 bytes, not 1 to 10,000,000"),
        ({}, bytes(10_000_001), "10,000,001 bytes, not 1 to 10,000,000"),
        ({}, b"a login page", "isn't the published file"),
        ({"status": 403}, None, "HTTP 403"),
    ],
)
def test_what_a_server_may_send_instead(served, plan, content, message):
    server, archive = served
    server.plan = [plan]
    server.content = server.content if content is None else content
    with pytest.raises(DownloadError, match=message) as caught:
        fetch_archive("olivetti", archive, progress=False)
    assert "\n" not in str(caught.value)


def test_a_download_of_unknown_size_that_ends_early(served):
    server, archive = served
    server.plan = [{"after": 100_000, "then": "close"}] + 3 * [{"after": 0, "then": "close"}]
    with pytest.raises(DownloadError, match=r"stopped at 0\.1 of 2\.[0-9] MB"):
        fetch_archive("olivetti", archive, progress=False)


def test_no_network():
    nowhere = Archive("http://127.0.0.1:9/5976027", "0" * 64, None, 1_000_000, "faces.mat")
    with pytest.raises(OfflineError, match="olivetti is not downloaded yet and 127"):
        fetch_archive("olivetti", nowhere, progress=False)
