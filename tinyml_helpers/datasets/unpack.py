"""Unpacking an archive without trusting it: nothing lands outside the folder it is given.

A name in an archive is only text, and the text may be `../../.bashrc`, `/etc/passwd`, `C:\\x`, or
a link to any of them. The rules here are the same on every system, so that an archive that
unpacks on one unpacks on all.
"""

import bz2
import contextlib
import errno
import gzip
import io
import lzma
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from functools import partial
from pathlib import PurePosixPath

#: Names that are devices in every folder on Windows, whatever their ending.
#: Source: Microsoft, "Naming Files, Paths, and Namespaces".
_WINDOWS_DEVICES = {"CON", "PRN", "AUX", "NUL"} | {
    port + digit for port in ("COM", "LPT") for digit in "0123456789¹²³"
}

#: Even empty files fill a disk when there are enough of them. The largest archive foreseen, the
#: whole of Speech Commands v0.02, has 105,829 clips (arXiv:1804.03209).
_MOST_MEMBERS = 200_000

#: A member of a tar archive may bring headers before its own, for a long name or for attributes,
#: and each says how long it is. More bytes than this of them together are read of no member.
_LONGEST_HEADERS = 1 << 16

#: What may follow the last member: zeros, and nobody writes more bytes of them than this.
_LONGEST_END = 1 << 20

#: Longer names, or names in deeper folders, some file system can't keep.
_LONGEST_PART, _LONGEST_NAME, _DEEPEST = 255, 1000, 32

#: How a compressed tar archive begins, and what reads it.
_COMPRESSED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}

_DAMAGED = (
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    RuntimeError,  # zipfile: the archive is encrypted, or compressed in a way it doesn't know
    UnicodeError,  # a name that isn't text
    struct.error,  # tarfile and zipfile: fields that are cut short, or hold no such number
    ValueError,
    OverflowError,
    IndexError,
    MemoryError,  # lzma: the archive wants more than there is
    FileExistsError,  # a name stands for a file and for a folder
    NotADirectoryError,
    IsADirectoryError,
)


class ArchiveError(ValueError):
    """The archive can't be unpacked, or not safely; the message is one sentence."""


def unpack(archive, folder, max_bytes):
    """Unpack a .zip or .tar file (plain, .gz, .bz2 or .xz) into a folder.

    Only plain files and folders come out, with their names and contents; owners, permissions and
    times don't.

    Args:
        archive: path of the archive; its name says which kind it is.
        folder: where to; it is made if it isn't there. After an error it holds whatever came
            before the offending member: give it an empty folder of its own, and throw it away.
        max_bytes: the most that the members may say they hold, together.

    Raises:
        ArchiveError: a member's name leads out of the folder, it is a link or a device, the
            members hold more than `max_bytes`, or the archive is damaged.
        OSError: the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unpacked_bytes = 0
    try:
        with _open(archive) as members:
            for count, (name, is_folder, size, open_member) in enumerate(members):
                if size < 0:
                    raise tarfile.ReadError("a member of less than nothing")
                unpacked_bytes += size
                if unpacked_bytes > max_bytes or count >= _MOST_MEMBERS:
                    raise ArchiveError(
                        f"{archive.name} would unpack to more than the {max_bytes:,} bytes or "
                        f"{_MOST_MEMBERS:,} files it may: it isn't the archive it should be"
                    )
                path = folder / member_path(name)
                if is_folder:
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                with open_member() as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target)
    except ArchiveError:
        raise
    except (*_DAMAGED, OSError) as error:
        # bz2 says without a number that data are bad, and zip seeks to where nothing can be.
        if not isinstance(error, _DAMAGED) and error.errno not in (None, errno.EINVAL):
            raise
        raise ArchiveError(f"{archive.name} is damaged and can't be unpacked") from error


def member_path(name):
    """The relative path a member of an archive may be unpacked to.

    Args:
        name: the member's name as the archive gives it, parts separated by `/`.

    Returns:
        A PurePosixPath without `.`, `..` or a root; `PurePosixPath(".")` for the folder itself.

    Raises:
        ArchiveError: the name is absolute, climbs with `..`, or has a part that some system would
            take for something else: a backslash, a drive or stream (`:`), a control character, a
            trailing dot or space, a device of Windows. Or it is longer or deeper than a file
            system can keep, or no text.
    """
    if len(name) > _LONGEST_NAME:
        raise ArchiveError(
            f"the archive holds {name[:20]!r}..., a name of {len(name):,} characters: "
            f"{_LONGEST_NAME:,} are allowed"
        )
    parts = [part for part in name.split("/") if part not in ("", ".")]
    try:
        longest = max((len(part.encode("utf-8")) for part in parts), default=0)
    except UnicodeEncodeError:  # what isn't text in a tar
        raise ArchiveError(f"the archive holds {name!r}, a name that isn't text") from None
    if len(parts) > _DEEPEST or longest > _LONGEST_PART:
        raise ArchiveError(f"the archive holds {name!r}, a name that is too long or too deep")
    if name.startswith("/") or any(_is_treacherous(part) for part in parts):
        raise ArchiveError(f"the archive holds {name!r}, a name that could lead out of its folder")
    return PurePosixPath(*parts)


def _is_treacherous(part):
    return (
        part[-1] in ". "  # this is also `..`; Windows drops both, so that `.. ` becomes `..`
        or any(character in "\\:" or character < " " for character in part)
        or part.split(".")[0].rstrip().upper() in _WINDOWS_DEVICES
    )


@contextlib.contextmanager
def _open(archive):
    """Open an archive; the block gets its members as (name, is a folder, bytes, opener)."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as file:
            yield _zip_members(file)
    else:
        with archive.open("rb") as file:
            beginning = file.peek(6)
        opener = next(
            (way for mark, way in _COMPRESSED.items() if beginning.startswith(mark)), open
        )
        with opener(archive, "rb") as file:
            yield _tar_members(_Rationed(file))


class _Rationed(io.BufferedIOBase):
    """A stream of which, while `ration` is a number, no more bytes than that are read.

    tarfile believes what a header says of its length and reads so much at once: of some hundred
    kilobytes, compressed, that can be gigabytes.
    """

    def __init__(self, file):
        self.ration = None
        self._file = file

    def read(self, size=-1):
        if self.ration is not None:
            if size is None or not 0 <= size <= self.ration:
                raise tarfile.ReadError("headers that are too long")
            self.ration -= size
        return self._file.read(size)

    def seek(self, *where):
        return self._file.seek(*where)

    def tell(self):
        return self._file.tell()


def _tar_members(file):
    file.ration = _LONGEST_HEADERS
    with tarfile.open(fileobj=file, mode="r:") as members:
        while (member := members.next()) is not None:
            file.ration = None
            members.members.clear()  # or all members' headers stay in memory
            if not (member.isfile() or member.isdir()):
                raise _not_plain(member.name)
            yield member.name, member.isdir(), member.size, partial(members.extractfile, member)
            file.ration = _LONGEST_HEADERS
        # tarfile takes a damaged header for the end, and sums stand behind it: read to the end.
        file.ration = None
        file.seek(members.offset)
        end = file.read(_LONGEST_END + 1)
        if end.strip(b"\0") or len(end) > _LONGEST_END:
            raise tarfile.ReadError("what follows isn't the end")


def _zip_members(file):
    for member in file.infolist():
        kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where no Unix made the archive
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _not_plain(member.filename)
        yield member.filename, member.is_dir(), member.file_size, partial(file.open, member)


def _not_plain(name):
    return ArchiveError(
        f"the archive holds {name[:200]!r}, a link or a device: it could lead anywhere"
    )
