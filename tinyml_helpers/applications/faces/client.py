"""Finding and comparing faces on a board, over a link: what `faces.unlock.Unlock` is on this
computer.
"""

import os
import struct

import numpy as np

from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.applications.faces.detector import check_frames
from tinyml_helpers.applications.faces.unlock import (
    FULL,
    NotEnrolled,
    Sight,
    check_enrolled,
    pack_settings,
)

#: What an answer says of time: the stages of a frame, and loading models into the shared arena.
PARTS = (*c_looker.STAGES, "load")

#: Types of messages; those of look.h.
LOOK, ENROL, FORGET = 8, 9, 10

_FULL = "has a whole template already"

_TICKS = struct.Struct(f"<{len(PARTS)}I")
_ANSWER_BYTES = _TICKS.size + c_looker.SIGHT.itemsize


class Client:
    """A board that finds faces, over a link.

    Args:
        link: a `link.Link` to a board with the program of `faces.Application`.
        frame_size: (height, width) of frames.
    """

    def __init__(self, link, frame_size):
        self._link, self._frame_size = link, frame_size
        # The board may remember a number from before: most likely another one.
        self._number = int.from_bytes(os.urandom(4), "little")

    def look(self, frame=None, threshold=0.5, face_threshold=0.5):
        """Find the faces in a frame, and compare the largest to the template.

        Over a serial line at 115,200 baud the frame alone, 9,216 bytes, takes 0.8 seconds.

        Args:
            frame: uint8 [height, width], as the detector takes it; None for the newest one of the
                board's own camera, if its program is live.
            threshold: similarity from which a face is the enrolled one, 0 to 1.
            face_threshold: the detector's score from which a box is a face, 0 to 1.

        Returns:
            A `faces.unlock.Sight`, with `seconds` and `parts`.

        Raises:
            ValueError: the frame is of another dtype or size, or a threshold is out of its range.
            link.BoardError: the board runs another program.
            link.NoAnswer: nothing sound came back, asked three times.
            link.PortError: see there.
        """
        return self._see(LOOK, frame, threshold, face_threshold)

    def enrol(self, frame=None, face_threshold=0.5):
        """Take a frame of the person who may unlock; five make the template.

        Args:
            frame, face_threshold: as for `look`.

        Returns:
            As `look`; its similarity is None.

        Raises:
            NotEnrolled: there is no face in the frame, or there are several; or five frames are
                enrolled already.
            ValueError, link.BoardError, link.NoAnswer, link.PortError: as `look`; BoardError also
                if the firmware has no verifier. After NoAnswer the frame may be enrolled all the
                same: `forget`, and start again.
        """
        try:
            sight = self._see(ENROL, frame, 0, face_threshold)
        except ValueError as error:
            if _FULL in str(error):
                raise NotEnrolled(FULL) from None
            raise
        return check_enrolled(sight)

    def forget(self):
        """Wipe the template and the last frame.

        Raises:
            link.BoardError, link.NoAnswer, link.PortError: as `look`.
        """
        self._link.ask(FORGET, b"", (0,))

    def _see(self, kind, frame, threshold, face_threshold):
        settings = pack_settings(threshold, face_threshold)
        pixels = b""
        if frame is not None:
            pixels = check_frames(np.asarray(frame)[np.newaxis], self._frame_size).tobytes()
        self._number = (self._number + 1) % (1 << 32)
        payload = struct.pack("<I", self._number) + settings + pixels
        answer = self._link.ask(kind, payload, (_ANSWER_BYTES,), works=True)
        seconds = [ticks / self._link.tick_hz for ticks in _TICKS.unpack_from(answer)]
        return Sight.of(
            np.frombuffer(answer, c_looker.SIGHT, 1, _TICKS.size)[0],
            seconds=sum(seconds),
            parts=dict(zip(PARTS, seconds, strict=True)),
        )
