"""The program that finds faces on a board, and tells whether one is the enrolled one."""

from typing import ClassVar

from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.applications.faces.client import ENROL, LOOK, PARTS, Client
from tinyml_helpers.applications.faces.counting import CountingClient
from tinyml_helpers.applications.faces.unlock import pack_settings
from tinyml_helpers.firmware import Application as FirmwareApplication


class Application(FirmwareApplication):
    """Finding faces, and unlocking by one: `board.flash(Application(detector, verifier))`.

    Args:
        detector: bytes of the model that finds faces.
        verifier: bytes of the one that tells them apart; None for a program that only finds them.

    Attributes:
        live_thresholds: (threshold, face_threshold) of `client.Client.look`, with which a live
            program looks by itself.
    """

    header, table = "look.h", "look_application"
    sensor = "pictures"
    live_thresholds = (0.5, 0.5)
    parts: ClassVar = {"frame": "look_frame", "looker": "looker"}
    marks = ("fd_step",)
    hints: ClassVar = {
        "doesn't know that message": "flash a program that looks, faces.Application(detector)",
        "has no verifier": "flash one with a verifier, faces.Application(detector, verifier)",
        "takes its frames from its own camera": "it is a live program: call look() without a frame",
    }

    def __init__(self, detector, verifier=None):
        super().__init__(detector)
        self._verifier = None if verifier is None else bytes(verifier)

    @property
    def models(self):
        """As `firmware.Application.models`, with "tm_verifier" if there is one."""
        verifier = {} if self._verifier is None else {"tm_verifier": self._verifier}
        return super().models | verifier

    def check(self):
        """Check both models.

        Raises:
            model_file.ModelFileError, c_looker.WrongModel: one isn't what it should be.
        """
        c_looker.check_detector(self.model)
        if self._verifier is not None:
            c_looker.check_verifier(self._verifier)

    def sources(self):
        return [c_looker.FOLDER / "look.c", *c_looker.sources()]

    def include(self):
        return c_looker.include()

    def source(self):
        """The frame's memory, and what look.h says is made for each pair of models."""
        height, width = c_looker.check_detector(self.model)
        model, size, zero_point = "NULL", 0, 0
        if self._verifier is not None:
            model, size = "tm_verifier", len(self._verifier)
            zero_point = c_looker.check_verifier(self._verifier)
        return (
            '\n#include "look.h"\n\n'
            f"uint8_t look_frame[{height * width}] __attribute__((aligned(4)));\n"
            f"const uint16_t look_height = {height}, look_width = {width};\n\n"
            "extern const uint8_t tm_verifier[];\n"
            f"const uint8_t *const look_verifier = {model};\n"
            f"const uint32_t look_verifier_bytes = {size};\n"
            f"const int16_t look_zero_point = {zero_point};\n"
        )

    def messages(self):
        """As `firmware.Application.messages`: frames, with the default thresholds."""
        return {
            "kind": "frames",
            "look": LOOK,
            "enrol": ENROL,
            "settings": pack_settings(0.5, 0.5).hex(),
            "size": c_looker.check_detector(self.model),
            "times": PARTS,
            "event": c_looker.SIGHT.descr,
        }

    def live_source(self):
        """As `firmware.Application.live_source`; ValueError if a threshold is out of its range."""
        packed = ", ".join(map(str, pack_settings(*self.live_thresholds)))
        return f"\n#include <stdint.h>\n\nuint8_t live_settings[] = {{{packed}}};\n"

    def client(self, link):
        """A `Client`; see `firmware.Application.client`."""
        return Client(link, c_looker.check_detector(self.model))

    def counting(self, client, meter):
        """A `CountingClient`; see `firmware.Application.counting`."""
        return CountingClient(client, meter)
