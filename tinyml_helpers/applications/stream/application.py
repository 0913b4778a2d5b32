"""A program whose samples go in, and whose events come out."""

from pathlib import Path
from typing import ClassVar

from tinyml_helpers.applications.stream.client import Client, CountingClient
from tinyml_helpers.firmware import Application

FOLDER = Path(__file__).parent / "c"


class StreamApplication(Application):
    """An `Application` whose C includes stream_program.h, and describes itself by a `stream` there.

    A subclass adds its C, and:

    Attributes:
        protocol: a `Protocol`, what its messages hold.
        hints: what to do when a stream's firmware refuses; a subclass may add its own.
    """

    protocol = None
    marks = ("stream_work",)
    hints: ClassVar = {
        "hasn't been told to start": "it was switched off or reset; call reset, and start again",
        "missed some of its samples": "somebody else talks to it; call reset, and start again",
    }

    def include(self):
        """Folders of headers: a list of Path; a subclass adds its own."""
        return [FOLDER]

    def client(self, link):
        """A `Client` of the stream on a board; see `firmware.Application.client`."""
        return Client(self.protocol, link)

    def counting(self, client, meter):
        """A `CountingClient`; see `firmware.Application.counting`."""
        return CountingClient(client, meter)
