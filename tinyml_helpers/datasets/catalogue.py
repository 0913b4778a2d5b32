"""The data sets of this workbook: what each is, whose it is, how large, and where it lies here."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers.datasets.cache import data_folder, fetch_archive, is_complete
from tinyml_helpers.datasets.download import Archive


@dataclass(frozen=True)
class Dataset:
    """One data set: either a file inside an installed package or an archive to download.

    Attributes:
        name: what the other functions of this module know it by.
        title: what it is, in a line.
        licence: the terms its owners give it.
        source: the address of its official page.
        odd: what a user has to know before trusting a result.
        size_bytes: bytes on this disk if it ships with a package, else bytes to download (about
            so many where the archive's size isn't published).
        ships_with: (name of the package's distribution, import name, path inside it), or None.
        archive: what to download, or None.
    """

    name: str
    title: str
    licence: str
    source: str
    odd: str
    size_bytes: int
    ships_with: tuple[str, str, str] | None = None
    archive: Archive | None = None

    @property
    def where(self):
        """Where it lies on this computer, or would lie once fetched; a Path."""
        if self.archive:
            return data_folder() / self.name
        _, module, path = self.ships_with
        return Path(importlib.util.find_spec(module).origin).parent / path

    @property
    def present(self):
        """Whether it can be used right now, without a network; a bool."""
        return is_complete(self.where, self.archive) if self.archive else self.where.exists()


_DIGITS = Dataset(
    name="digits",
    title="1,797 handwritten digits of 8×8 pixels, by 13 people",
    licence="CC BY 4.0",
    source="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    odd="the rows come form by form, so a random split tests on people it trained on",
    size_bytes=57_523,
    ships_with=("scikit-learn", "sklearn", "datasets/data/digits.csv.gz"),
)

_LFW_PATCHES = Dataset(
    name="lfw_patches",
    title="100 faces and 100 backgrounds of 25×25 pixels, from news photographs",
    licence="none stated",
    source="https://scikit-image.org/docs/stable/api/skimage.data.html#skimage.data.lfw_subset",
    odd="68 backgrounds have a black top left corner and no face has; two show a face",
    size_bytes=1_000_080,
    ships_with=("scikit-image", "skimage", "data/lfw_subset.npy"),
)

_SPEECH_COMMANDS_TEST = Dataset(
    name="speech_commands_test",
    title="4,890 clips of one second: ten spoken words, other words, silence",
    licence="CC BY 4.0",
    source="https://arxiv.org/abs/1804.03209",
    odd="the 8 hex digits in a file's name are its speaker; files in _unknown_ end in .wav.wav",
    size_bytes=112_563_277,
    archive=Archive(
        url="http://download.tensorflow.org/data/speech_commands_test_set_v0.02.tar.gz",
        sha256="cc2a00c1147c2254e9be3fa0f779d8c17421dc349b86366567a8edfa9acd51df",
        size_bytes=112_563_277,
        unpacked_bytes=200_000_000,  # 4,890 clips of 32,044 bytes make 157 million
    ),
)

_SPEECH_COMMANDS = Dataset(
    name="speech_commands",
    title="105,829 clips of 35 spoken words by 2,618 people, and minutes of noise",
    licence="CC BY 4.0",
    source="https://arxiv.org/abs/1804.03209",
    odd="some clips are shorter than a second, and there are no clips of silence",
    size_bytes=2_428_923_189,
    archive=Archive(
        url="http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
        sha256="af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
        size_bytes=2_428_923_189,
        unpacked_bytes=3_600_000_000,  # 105,829 clips of 32,044 bytes make 3,391 million
    ),
)

_LFW = Dataset(
    name="lfw",
    title="13,233 news photographs of 5,749 people by name, 250×250 pixels",
    licence="none stated",
    source="https://vis-www.cs.umass.edu/lfw/",
    odd="nobody was asked; its authors warn that it says little about most groups of people",
    size_bytes=180_566_744,
    archive=Archive(
        url="https://ndownloader.figshare.com/files/5976018",
        sha256="055f7d9c632d7370e6fb4afc7468d40f970c34a80d4c6f50ffec63f5a8d536c0",
        size_bytes=180_566_744,
        unpacked_bytes=250_000_000,  # the .jpg files hardly get smaller in the archive
        called="lfw.tgz",
        elsewhere="https://api.figshare.com/v2/file/download/5976018",
    ),
)

_OLIVETTI = Dataset(
    name="olivetti",
    title="400 pictures of 40 people, 64×64 pixels, taken in a laboratory",
    licence="none stated, credit asked",
    source="https://cam-orl.co.uk/facedatabase.html",
    odd="all look at the camera, before a dark wall: far easier than any street",
    size_bytes=4_300_000,
    archive=Archive(
        url="https://ndownloader.figshare.com/files/5976027",
        sha256="b612fb967f2dc77c9c62d3e1266e0c73d5fca46a4b8906c18e454d41af987794",
        size_bytes=None,
        unpacked_bytes=10_000_000,
        called="olivettifaces.mat",
        elsewhere="https://api.figshare.com/v2/file/download/5976027",
    ),
)

_BOXED_FACES = Dataset(
    name="boxed_faces",
    title="435 photographs of people in rooms, a box around each face, from Caltech 101",
    licence="CC BY 4.0",
    source="https://doi.org/10.22002/D1.20086",
    odd="about 27 people, all facing the camera, and one large face on each photograph",
    size_bytes=137_414_764,
    archive=Archive(
        url="https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip?download=1",
        sha256="331234750fc7f77520e50d9565e8b6907b03565e30320da1401130db08c61f91",
        size_bytes=137_414_764,
        unpacked_bytes=250_000_000,  # two archives, of 132 million and about 14 million
        called="caltech-101.zip",
    ),
)


def catalogue():
    """Every data set there is, as a list of Dataset."""
    return [
        _DIGITS,
        _LFW_PATCHES,
        _SPEECH_COMMANDS_TEST,
        _SPEECH_COMMANDS,
        _LFW,
        _OLIVETTI,
        _BOXED_FACES,
    ]


def get(name):
    """The Dataset called `name`.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    for dataset in catalogue():
        if dataset.name == name:
            return dataset
    known = ", ".join(dataset.name for dataset in catalogue())
    raise ValueError(f"there is no data set called {name!r}: there are {known}")


def fetch(name, progress=True):
    """Make sure a data set is on this computer, downloading it if it has to come from elsewhere.

    Args:
        name: its name in the catalogue.
        progress: whether to draw a progress bar on stderr while it downloads.

    Returns:
        A Path: the folder of a downloaded set, or the file inside the package it ships with.

    Raises:
        ValueError: there is no such data set.
        OfflineError: it isn't here yet and its server can't be reached.
        DownloadError: anything else that went wrong, in the network or on the disk.
        ArchiveError: the archive can't be unpacked safely.
    """
    dataset = get(name)
    if dataset.archive:
        return fetch_archive(name, dataset.archive, progress)
    return dataset.where


def downloaded(name):
    """The folder of a data set that has been downloaded, a Path.

    Raises:
        ValueError: it hasn't been.
    """
    dataset = get(name)
    if not dataset.present:
        raise ValueError(
            f"the data set {name} isn't on this computer: run `python course.py data {name}` once "
            f"({_size_text(dataset.size_bytes)}), or name the folder it is in"
        )
    return dataset.where


def table():
    """The catalogue as text: a line for each data set with its size, its licence and its place."""
    rows = [("NAME", "SIZE", "LICENCE", "WHERE", "WHAT")]
    for dataset in catalogue():
        if dataset.ships_with:
            where = f"inside {dataset.ships_with[0]}"
        else:
            where = str(dataset.where) if dataset.present else "not downloaded yet"
        size = _size_text(dataset.size_bytes)
        rows.append((dataset.name, size, dataset.licence, where, dataset.title))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _size_text(size_bytes):
    """A size as people say it: 58 KB, 1.0 MB, 113 MB, 2.4 GB (of 1,000, 1,000,000, ... bytes)."""
    if size_bytes < 1e6:
        return f"{size_bytes / 1e3:.0f} KB"
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.{0 if size_bytes >= 1e7 else 1}f} MB"
