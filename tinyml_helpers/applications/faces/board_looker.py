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
from tinyml_helpers.firmware import protocol

#: What an answer says of time: the stages of a frame, and loading models into the shared arena.
PARTS = (*c_looker.STAGES, "load")

#: What to do about what the firmware says when it is to look.
HINTS = {
    "doesn't know that message": "build firmware that looks (look=True), and flash it",
    "has no verifier": "build firmware with one (verifier=...), and flash it",
}

_FULL = "has a whole template already"

_TICKS = struct.Struct(f"<{len(PARTS)}I")
_ANSWER_BYTES = _TICKS.size + c_looker.SIGHT.itemsize


class BoardLooker:
    """The looker of a board with firmware that looks. `link.Link` has one.

    Args:
        ask: a function of (kind of message, payload, possible lengths of the answer) that asks
            the board; the answer.
        tick_hz: of the clock the board measures time with.
        frame_size: (height, width) of frames.
    """

    def __init__(self, ask, tick_hz, frame_size):
        self._ask, self._tick_hz, self._frame_size = ask, tick_hz, frame_size
        # The board may remember a number from before: most likely another one.
        self._number = int.from_bytes(os.urandom(4), "little")

    def look(self, frame, threshold, face_threshold):
        """Find the faces in a frame, and compare the largest to the template.

        Over a serial line at 115,200 baud the frame alone, 9,216 bytes, takes 0.8 seconds.

        Args:
            frame: uint8 [height, width], as the detector takes it.
            threshold: similarity from which a face is the enrolled one, 0 to 1.
            face_threshold: the detector's score from which a box is a face, 0 to 1.

        Returns:
            A `faces.unlock.Sight`, with `seconds` and `parts`.

        Raises:
            ValueError: the frame is of another dtype or size, or a threshold is out of its range.
            link.BoardError: the firmware wasn't built to look.
            link.NoAnswer: nothing sound came back, asked three times.
            link.PortError: see there.
        """
        return self._see(protocol.LOOK, frame, threshold, face_threshold)

    def enrol(self, frame, face_threshold):
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
            sight = self._see(protocol.ENROL, frame, 0, face_threshold)
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
        self._ask(protocol.FORGET, b"", (0,))

    def _see(self, kind, frame, threshold, face_threshold):
        settings = pack_settings(threshold, face_threshold)
        frame = check_frames(np.asarray(frame)[np.newaxis], self._frame_size)
        self._number = (self._number + 1) % (1 << 32)
        payload = struct.pack("<I", self._number) + settings + frame.tobytes()
        answer = self._ask(kind, payload, (_ANSWER_BYTES,))
        seconds = [ticks / self._tick_hz for ticks in _TICKS.unpack_from(answer)]
        return Sight.of(
            np.frombuffer(answer, c_looker.SIGHT, 1, _TICKS.size)[0],
            seconds=sum(seconds),
            parts=dict(zip(PARTS, seconds, strict=True)),
        )
