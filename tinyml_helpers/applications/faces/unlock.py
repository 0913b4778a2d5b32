"""Face unlock on this computer: the C that runs on the boards, from the frame to the verdict.

    unlock = Unlock(detector_tflite, verifier_tflite, threshold=0.6)
    for frame in five_frames:
        unlock.enrol(frame)
    print(unlock.look(another).unlocked)

What is kept of a person is a template of 128 bytes; `forget` wipes it.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.applications.faces.c_looker import WrongModel
from tinyml_helpers.applications.faces.detector import check_frames, check_threshold, faces_of
from tinyml_helpers.applications.faces.verifier import check_similarity
from tinyml_helpers.micro.loaded import aligned

__all__ = ["NotEnrolled", "Sight", "Unlock", "WrongModel"]

#: Frames that make a template.
ENROLMENTS = c_looker.ENROLMENTS


class NotEnrolled(ValueError):  # noqa: N818 - it names a state, not a failure
    """A frame can't be enrolled; the message says why."""


class Sight(NamedTuple):
    """What was found in a frame.

    Attributes:
        faces: a list of `detector.Face`, the best first, at most 16.
        similarity: of the largest face to the template, -1 to 1; None if there was no face, or
            nothing to compare it to.
        unlocked: whether the similarity reached its threshold; None as long as there aren't five
            frames enrolled, or no verifier.
        enrolled: how many frames are, of 5.
        seconds: what a board took, without the talking: measured; on an emulated one, estimated.
            None on this computer.
        parts: of these seconds what each stage took, by its name: "detector", "boxes", and if a
            face was compared or enrolled, "load", "crop", "verifier" and "compare". None on this
            computer.
    """

    faces: list
    similarity: float | None
    unlocked: bool | None
    enrolled: int
    seconds: float | None = None
    parts: dict | None = None

    @classmethod
    def of(cls, record, **more):
        """From an fd_sight.

        Args:
            record: of the dtype `c_looker.SIGHT`.
            more: the other fields.
        """
        enrolled = int(record["enrolled"])
        return cls(
            faces=faces_of(record["boxes"][: record["faces"]]),
            similarity=int(record["similarity"]) / 32768 if record["compared"] else None,
            unlocked=bool(record["unlocked"]) if enrolled == ENROLMENTS else None,
            enrolled=enrolled,
            **more,
        )


class Unlock:
    """Face unlock on this computer.

    Args:
        detector: bytes of the model that finds faces, as for `detector.Detector`.
        verifier: bytes of the model that tells them apart, as for `verifier.Verifier`.
        threshold: similarity from which a face is the enrolled one, 0 to 1; rounded to 1/32768.
        face_threshold: the detector's score from which a box is a face, 0 to 1; rounded to 1/256.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: a model won't do.
        ValueError: a threshold is out of its range.

    Attributes:
        threshold, face_threshold: as given; they may be changed.
        frame_size: (height, width) of frames.
        enrolled: how many frames are, of 5.
    """

    def __init__(self, detector, verifier, threshold=0.5, face_threshold=0.5):
        self.threshold, self.face_threshold = threshold, face_threshold
        pack_settings(threshold, face_threshold)
        self.frame_size = c_looker.check_detector(detector)
        zero_point = c_looker.check_verifier(verifier)
        self._models = (
            c_looker.loaded(bytes(detector)),
            c_looker.loaded(bytes(verifier)),
        )
        self._memory = aligned(c_looker.load().fd_looker_bytes())
        self._handle = self._memory.ctypes.data
        self._record = self._memory[: c_looker.LOOKER.itemsize].view(c_looker.LOOKER)[0]
        c_looker.load().fd_set_up(
            self._handle, *(model.handle for model in self._models), zero_point, *self.frame_size
        )

    def enrol(self, frame):
        """Take a frame of the person who may unlock; five make the template.

        Args:
            frame: uint8 [height, width], of `frame_size`, with one face in it.

        Returns:
            A `Sight`, its `similarity` None.

        Raises:
            NotEnrolled: there is no face in the frame, or there are several; or five frames are
                enrolled already.
            ValueError: the frame is of another dtype or size, or a threshold is out of its range.
        """
        return check_enrolled(self._see(frame, c_looker.ENROL))

    def look(self, frame):
        """Find the faces in a frame, and compare the largest to the template.

        Args:
            frame: uint8 [height, width], of `frame_size`.

        Returns:
            A `Sight`.

        Raises:
            ValueError: the frame is of another dtype or size, or a threshold is out of its range.
        """
        return self._see(frame, c_looker.LOOK)

    def forget(self):
        """Wipe the template."""
        c_looker.load().fd_forget(self._handle)

    @property
    def enrolled(self):
        return int(self._record["sight"]["enrolled"])

    @property
    def template(self):
        """What is kept of the enrolled person: 128 bytes, as `verifier.template` makes them.

        None as long as there aren't five frames enrolled.
        """
        if self.enrolled < ENROLMENTS:
            return None
        return self._record["face"].tobytes()

    def _see(self, frame, purpose):
        settings = pack_settings(self.threshold, self.face_threshold)
        frame = check_frames(np.asarray(frame)[np.newaxis], self.frame_size)
        if c_looker.load().fd_begin(self._handle, frame.ctypes.data, purpose, settings) < 0:
            raise NotEnrolled(FULL)
        while self._record["stage"] != c_looker.DONE:
            c_looker.load().fd_step(self._handle)
        return Sight.of(self._record["sight"])


#: What is wrong with a frame that is to be enrolled.
FULL = f"{ENROLMENTS} frames are enrolled already: call forget, and start again"


def check_enrolled(sight):
    """A Sight of enrolling; NotEnrolled if it didn't have just one face."""
    if len(sight.faces) == 1:
        return sight
    if sight.faces:
        raise NotEnrolled(
            f"there are {len(sight.faces)} faces in the frame: to enrol, one person alone"
        )
    raise NotEnrolled("there is no face in the frame: come closer, and into the light")


def pack_settings(threshold, face_threshold):
    """The bytes of an fd_settings; ValueError if a threshold is out of its range."""
    codes = check_threshold(face_threshold), 0, check_similarity(threshold)
    return np.array([codes], c_looker.SETTINGS).tobytes()
