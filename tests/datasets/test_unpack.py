"""Archives, well-meant and not: what comes out, and that nothing comes out elsewhere."""

import bz2
import gzip
import io
import lzma
import random
import stat
import struct
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyml_helpers.datasets import ArchiveError
from tinyml_helpers.datasets import unpack as unpack_module
from tinyml_helpers.datasets.unpack import unpack

FILES = {
    "README.md": b"a few files\n",
    "yes/one.wav": random.Random(1).randbytes(5_000),
    "yes/deep/er/two.wav": b"\0" * 5_000,
    "_silence_/empty.wav": b"",
    "numbers.txt": " ".join(map(str, range(3_000))).encode(),
}

PACKERS = {
    "set.tar": lambda data: data,
    "set.tar.gz": gzip.compress,
    "set.tar.bz2": lambda data: bz2.compress(data, compresslevel=1),  # blocks of 100,000 bytes
    "set.tar.xz": lzma.compress,
}

ESCAPES = [
    "../x",
    "..",
    "a/../../x",
    "a/..",
    "/x",
    "//server/share/x",
    "C:/x",
    "C:x",
    "C:\\x",
    "..\\x",
    "a\\..\\..\\x",
    "\\\\server\\share\\x",
    "readme.txt:stream",
    "NUL",
    "a/aux.txt",
    "com1",
    "a/.. /x",
    "a/... ./x",
    "x.",
    "x ",
    "x\ny",
]


def tar(members, name="set.tar"):
    """The bytes of a tar archive of (name, type, contents or target) triples."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for member_name, kind, contents in members:
            member = tarfile.TarInfo(member_name)
            member.type = kind
            if kind == tarfile.REGTYPE:
                member.size = len(contents)
                file.addfile(member, io.BytesIO(contents))
            else:
                member.linkname = contents
                file.addfile(member)
    return PACKERS[name](buffer.getvalue())


def zipped(members, attributes=0):
    """The bytes of a zip archive of `members` (name to contents)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, contents in members.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = attributes << 16
            file.writestr(member, contents)
    return buffer.getvalue()


def plain(files):
    return [(name, tarfile.REGTYPE, contents) for name, contents in files.items()]


def refusal(tmp_path, name, data, max_bytes=100_000):
    """Unpack what must be refused; returns the sentence, having made sure nothing got out."""
    root = Path(tempfile.mkdtemp(dir=tmp_path))
    archive, folder = root / name, root / "in" / "side"
    archive.write_bytes(data)
    with pytest.raises(ArchiveError) as caught:
        unpack(archive, folder, max_bytes)
    assert "\n" not in str(caught.value)
    inside = set(folder.rglob("*"))
    outside = set(root.rglob("*")) - inside - {archive, folder, folder.parent}
    assert outside == set()
    assert not any(path.is_symlink() for path in inside)
    assert sum(path.stat().st_size for path in inside if path.is_file()) <= max_bytes
    return str(caught.value)


def contents_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", [*PACKERS, "set.zip"])
@pytest.mark.parametrize("prefix", ["", "./"])
def test_a_fine_archive_comes_out_whole(tmp_path, name, prefix):
    files = {prefix + key: contents for key, contents in FILES.items()}
    data = zipped(files) if name == "set.zip" else tar(plain(files), name)
    (tmp_path / name).write_bytes(data)
    unpack(tmp_path / name, tmp_path / "out", sum(map(len, FILES.values())))
    assert contents_of(tmp_path / "out") == FILES


def test_folders_come_out_too(tmp_path):
    (tmp_path / "set.tar").write_bytes(
        tar([("./", tarfile.DIRTYPE, ""), ("./empty/", tarfile.DIRTYPE, "")])
    )
    (tmp_path / "set.zip").write_bytes(zipped({"empty/": b""}))
    for name in ("set.tar", "set.zip"):
        unpack(tmp_path / name, tmp_path / name.removeprefix("set."), 0)
        assert [p.name for p in (tmp_path / name.removeprefix("set.")).iterdir()] == ["empty"]


@pytest.mark.parametrize("name", ESCAPES)
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    message = refusal(tmp_path, "set.tar", tar(plain({"fine": b"fine", name: b"not"})))
    assert "lead out" in message
    assert "lead out" in refusal(tmp_path, "set.zip", zipped({"fine": b"fine", name: b"not"}))


@pytest.mark.parametrize("kind", ["SYMTYPE", "LNKTYPE", "CHRTYPE", "BLKTYPE", "FIFOTYPE"])
@pytest.mark.parametrize("target", ["../..", "/etc/passwd", "fine"])
def test_links_and_devices_are_refused_in_a_tar(tmp_path, kind, target):
    members = [*plain({"fine": b"fine"}), ("link", getattr(tarfile, kind), target)]
    message = refusal(tmp_path, "set.tar", tar([*members, *plain({"link/x": b"through"})]))
    assert "'link', a link or a device" in message


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused_in_a_zip(tmp_path, kind):
    data = zipped({"link": b"../.."}, attributes=kind | 0o777)
    assert "'link', a link or a device" in refusal(tmp_path, "set.zip", data)


def test_permissions_are_not_taken_over(tmp_path):
    (tmp_path / "set.zip").write_bytes(zipped({"run": b""}, attributes=stat.S_IFREG | 0o6777))
    unpack(tmp_path / "set.zip", tmp_path / "out", 0)
    assert not (tmp_path / "out" / "run").stat().st_mode & 0o6000


def test_an_archive_that_would_fill_the_disk_is_refused(tmp_path):
    bomb = {"small": b"1", "large": bytes(10_000_000)}
    assert "more than the 100,000 bytes" in refusal(tmp_path, "set.zip", zipped(bomb))
    data = tar(plain(bomb), "set.tar.gz")
    assert len(data) < 100_000
    assert "more than the 100,000 bytes" in refusal(tmp_path, "set.tar.gz", data)


def test_many_small_files_count_together(tmp_path):
    files = {f"{i}": bytes(10_000) for i in range(11)}
    assert "more than" in refusal(tmp_path, "set.zip", zipped(files))
    (tmp_path / "set.zip").write_bytes(zipped(files))
    unpack(tmp_path / "set.zip", tmp_path / "out", 110_000)
    assert len(contents_of(tmp_path / "out")) == 11


def test_empty_files_without_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack_module, "_MOST_MEMBERS", 3)
    assert "3 files" in refusal(tmp_path, "set.zip", zipped(dict.fromkeys("abcd", b"")))


def test_a_zip_that_lies_about_a_size_gets_no_more_than_it_said(tmp_path):
    true, said = struct.pack("<L", 1_000_000), struct.pack("<L", 10)
    data = zipped({"x": bytes(1_000_000)}).replace(true, said)
    refusal(tmp_path, "set.zip", data, max_bytes=10)


@pytest.mark.parametrize("name", [*PACKERS, "set.zip"])
def test_a_damaged_archive_is_said_to_be_damaged(tmp_path, name):
    data = zipped(FILES) if name == "set.zip" else tar(plain(FILES), name)
    for damaged in (b"", b"not an archive", data[: len(data) // 2], b"\x1f\x8b" + data[2:100]):
        assert "damaged" in refusal(tmp_path, name, damaged)


@pytest.mark.parametrize("name", [*PACKERS, "set.zip"])
def test_damage_anywhere_is_noticed_or_harmless(tmp_path, name):
    data = zipped(FILES) if name == "set.zip" else tar(plain(FILES), name)
    for position in range(0, len(data), max(1, len(data) // 40)):
        damaged = bytearray(data)
        damaged[position] ^= 0x55
        (tmp_path / name).write_bytes(damaged)
        try:
            unpack(tmp_path / name, tmp_path / f"at {position}", 100_000)
        except ArchiveError:
            continue
        found = contents_of(tmp_path / f"at {position}")
        if name == "set.tar":  # it has sums of its headers, none of what is in its files
            assert found.keys() == FILES.keys()
            assert sum(found[key] != value for key, value in FILES.items()) <= 1
        else:
            assert found == FILES, position


def test_damage_in_the_midst_of_a_bz2_of_many_blocks(tmp_path):
    large = {f"{i}": random.Random(i).randbytes(100_000) for i in range(4)}
    damaged = bytearray(tar(plain(large), "set.tar.bz2"))
    damaged[len(damaged) // 2] ^= 0x55
    assert "damaged" in refusal(tmp_path, "set.tar.bz2", damaged, max_bytes=400_000)


def test_a_zip_with_a_name_that_is_not_text(tmp_path):
    data = zipped({"café": b""}).replace("é".encode(), b"\xff\xff")
    assert "damaged" in refusal(tmp_path, "set.zip", data)


def test_an_encrypted_zip(tmp_path):
    data = bytearray(zipped({"x": b"secret"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    assert "damaged" in refusal(tmp_path, "set.zip", bytes(data))


@pytest.mark.parametrize(
    "files",
    [{"a": b"1", "a/b": b"2"}, {"a": b"1", "a/b/c": b"2"}, {"a/b": b"2", "a": b"1"}, {".": b"1"}],
)
def test_a_name_that_is_a_file_and_a_folder(tmp_path, files):
    assert "damaged" in refusal(tmp_path, "set.tar", tar(plain(files)))


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{3,6}/[a-z0-9_-]{4,8}\.wav", fullmatch=True), st.binary(max_size=2_000)
    )
)
def test_any_plain_archive_survives_the_round_trip(files):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "set.tar.gz").write_bytes(tar(plain(files), "set.tar.gz"))
        (folder / "set.zip").write_bytes(zipped(files))
        for name in ("set.tar.gz", "set.zip"):
            unpack(folder / name, folder / name.replace(".", "_"), sum(map(len, files.values())))
            assert contents_of(folder / name.replace(".", "_")) == files
