"""Headers of archives that claim too much, or are damaged: a sentence, and little memory taken."""

import bz2
import gzip
import lzma
import tarfile
import tracemalloc
import zipfile

import pytest

from tinyml_helpers.datasets import ArchiveError
from tinyml_helpers.datasets.unpack import member_path, unpack

MIB = 1 << 20


def header(name, kind, size, extended=0):
    """A tar header with a sound sum; `extended` marks a sparse file whose map goes on."""
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    if kind == tarfile.GNUTYPE_SPARSE:
        block[482] = extended
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data):
    return data + bytes(-len(data) % 512)


def record(key, value):
    """A line of a pax header, which begins with its own length."""
    line = b" %s=%s\n" % (key, value)
    length = len(line) + 1
    while len(b"%d" % length) + len(line) != length:
        length += 1
    return b"%d" % length + line


def long_name(size):
    return header("././@LongLink", tarfile.GNUTYPE_LONGNAME, size) + padded(b"a" * size)


FILE = header("x", tarfile.REGTYPE, 1) + padded(b"1")
PAX = record(b"comment", b"c" * (50 * MIB))
NO_END_OF_A_MAP = b"1" * 504 + b"\1" + bytes(7)

CLAIMS = {
    "a long name": long_name(50 * MIB) + FILE,
    "a long link": header("y", tarfile.GNUTYPE_LONGLINK, 50 * MIB) + bytes(50 * MIB) + FILE,
    "a pax header": header("x", tarfile.XHDTYPE, len(PAX)) + padded(PAX) + FILE,
    "a pax header of all": header("x", tarfile.XGLTYPE, len(PAX)) + padded(PAX) + FILE,
    "a long name that isn't there": header("y", tarfile.GNUTYPE_LONGNAME, 8**11 - 1),
    "a long name of less than nothing": header("y", tarfile.GNUTYPE_LONGNAME, -1024) + FILE,
    "a file of less than nothing": header("y", tarfile.REGTYPE, -1024) + FILE,
    "names for names": long_name(30_000) * 2_000 + FILE,
    "a map of holes without end": header("x", tarfile.GNUTYPE_SPARSE, 1, extended=1)
    + NO_END_OF_A_MAP * 100_000,
}


def refusal(archive, max_bytes=1000):
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError) as caught:
            unpack(archive, archive.parent / "out", max_bytes)
        assert tracemalloc.get_traced_memory()[1] < 10 * MIB
    finally:
        tracemalloc.stop()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    return str(caught.value)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("packed", ["set.tar", "set.tar.gz"])
def test_headers_that_claim_too_much(tmp_path, claim, packed):
    data = CLAIMS[claim] + bytes(1024)
    (tmp_path / packed).write_bytes(gzip.compress(data) if packed.endswith("gz") else data)
    assert "damaged" in refusal(tmp_path / packed)


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_the_other_compressions(tmp_path, pack):
    """Their own memory, up to a block, isn't traced: what tarfile reads of them is."""
    (tmp_path / "set.tar.xz").write_bytes(pack(CLAIMS["a long name"] + bytes(1024)))
    assert "damaged" in refusal(tmp_path / "set.tar.xz")


def test_attributes_of_many_members_are_not_kept(tmp_path):
    comment = record(b"comment", b"c" * 60_000)
    one = header("x", tarfile.XHDTYPE, len(comment)) + padded(comment) + FILE
    (tmp_path / "set.tar.gz").write_bytes(gzip.compress(one * 500 + bytes(1024)))
    tracemalloc.start()
    try:
        unpack(tmp_path / "set.tar.gz", tmp_path / "out", 500)
        assert tracemalloc.get_traced_memory()[1] < 10 * MIB
    finally:
        tracemalloc.stop()


def test_zeros_without_end_behind_the_last_member(tmp_path):
    (tmp_path / "set.tar.gz").write_bytes(gzip.compress(FILE + bytes(100 * MIB)))
    assert "damaged" in refusal(tmp_path / "set.tar.gz")


@pytest.mark.parametrize("name", ["a" * 256, "é" * 128, "a/" * 499 + "b", "ab/" * 400 + "c"])
def test_names_no_disk_can_keep_are_no_raw_error(tmp_path, name):
    with tarfile.open(tmp_path / "set.tar", "w") as file:
        file.addfile(tarfile.TarInfo(name))
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as file:
        file.writestr(name, b"")
    for archive in ("set.tar", "set.zip"):
        with pytest.raises(ArchiveError, match=r"too long or too deep|characters"):
            unpack(tmp_path / archive, tmp_path / "out", 10)


def test_a_name_of_a_long_header_comes_out(tmp_path):
    """Long names within bounds are nothing odd, in both formats."""
    name = "/".join(["a" * 200, "b" * 200, "c" * 200])
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with tarfile.open(tmp_path / "set.tar", "w", format=form) as file:
            file.addfile(tarfile.TarInfo(name))
        unpack(tmp_path / "set.tar", tmp_path / f"out {form}", 10)
        assert (tmp_path / f"out {form}" / name).is_file()


def test_a_name_that_is_no_text():
    with pytest.raises(ArchiveError, match="isn't text"):
        member_path("a\udcff")


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_damaged_header_is_no_end(tmp_path, where):
    data = bytearray(FILE * 3 + bytes(1024))
    data[where * 1024 + 3] ^= 1
    (tmp_path / "set.tar").write_bytes(data)
    assert "damaged" in refusal(tmp_path / "set.tar")


def test_more_behind_the_end(tmp_path):
    (tmp_path / "set.tar").write_bytes(FILE + bytes(1024) + b"more")
    assert "damaged" in refusal(tmp_path / "set.tar")
