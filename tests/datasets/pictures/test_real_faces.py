"""LFW and Olivetti in small stand-ins of the official layouts.

None of the official archives could be reached where this was written: what is really on the
pictures isn't tested here.
"""

import pickle

import numpy as np
import pytest
from archive_server import packed
from picture_writer import encoded, photograph
from PIL import Image
from scipy.io import savemat
from skimage.transform import resize_local_mean
from sklearn.datasets import fetch_olivetti_faces

from tinyml_helpers import datasets
from tinyml_helpers.datasets.pictures.real_faces import _lfw_part
from tinyml_helpers.datasets.unpack import unpack


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))


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
