"""The pictures a camera's panel took: in memory, and the files some were kept as."""

from typing import NamedTuple

from tinyml_helpers.datasets.pictures.own_faces import (
    checked_frames,
    delete_faces,
    face_files,
    save_face,
)


class Deleted(NamedTuple):
    """What `Camera.delete` deleted.

    Attributes:
        pictures: how many from memory.
        files: how many PNG files.
    """

    pictures: int
    files: int

    def __str__(self):
        return (
            f"{counted(self.pictures, 'picture')} in memory and {counted(self.files, 'file')} "
            "deleted"
        )


def counted(number, noun):
    """A number of things, such as "1 file" or "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Album:
    """Pictures by number, in the order taken.

    Args:
        folder: a Path, where `keep` puts files, and `delete` deletes them.
    """

    def __init__(self, folder):
        self.folder = folder
        self._pictures = {}  # number -> frame, in the order taken
        self._kept = {}  # number -> its file
        self._taken = 0

    @property
    def frames(self):
        """All pictures, uint8 [n, 96, 96]; a copy."""
        return checked_frames(list(self._pictures.values()))

    @property
    def files(self):
        """How many files there are, also of earlier sessions."""
        return len(face_files(self.folder))

    def listed(self):
        """A dict for each picture: its number, and its file's name or ""."""
        kept = {number: path.name for number, path in self._kept.items()}
        return [{"number": number, "file": kept.get(number, "")} for number in self._pictures]

    def add(self, frame):
        """Take a picture, uint8 [96, 96]."""
        self._taken += 1
        self._pictures[self._taken] = frame

    def keep(self, name):
        """Save the pictures that aren't files yet; see `Camera.keep`."""
        if not self._pictures:
            raise ValueError("there is no picture to keep: take one first")
        fresh = [number for number in self._pictures if number not in self._kept]
        for number in fresh:
            self._kept[number] = save_face(self.folder, name, self._pictures[number])
        return [self._kept[number] for number in fresh]

    def remove(self, number):
        """Delete a picture, and its file if there is one: `Deleted`."""
        del self._pictures[number]
        path = self._kept.pop(number, None)
        if path:
            path.unlink(missing_ok=True)
        return Deleted(1, int(path is not None))

    def delete(self):
        """Delete all pictures, and all files in the folder: `Deleted`; see `Camera.delete`."""
        pictures = len(self._pictures)
        self._pictures, self._kept = {}, {}
        return Deleted(pictures, delete_faces(self.folder))
