"""A program whose samples go in, and whose events come out."""

from pathlib import Path
from typing import ClassVar

from tinyml_helpers.applications.stream.client import Client, CountingClient
from tinyml_helpers.firmware import Application

FOLDER = Path(__file__).parent / "c"


class StreamApplication(Application):
    """An `Application` whose C includes stream_program.h, and describes itself by a `stream` there.

    A subclass adds `header` and `table`, and:

    Attributes:
        protocol: a `Protocol`, what its messages hold.
        live_settings: those that a live program starts with; None, unless set, for the default
            ones.
        code: the module of its C: its `FOLDER`, which also has the program, `sources()` and
            `include()` that it needs, and what a model must be, the `ModelSpec` `MODEL`.
        channels: the shape of a sample: (), or (channels,).
        nothing: dict of a field of an event to its value where there is nothing to tell.
        hints: what to do when a stream's firmware refuses; a subclass may add its own.
    """

    protocol = code = None
    channels = ()
    nothing: ClassVar = {}
    marks = ("stream_work",)
    live_settings = None
    hints: ClassVar = {
        "hasn't been told to start": "it was switched off or reset; call reset, and start again",
        "takes its samples from its own sensor": "it is a live program: call listen",
        "missed some of its samples": "somebody else talks to it; call reset, and start again",
    }

    def check(self):
        """Check the model.

        Raises:
            model_file.ModelFileError, code.WrongModel: it isn't one for this stream.
        """
        self.code.MODEL.check(self.model)

    def sources(self):
        """Paths of its C files: the program, named as its header, and what that needs."""
        return [(self.code.FOLDER / self.header).with_suffix(".c"), *self.code.sources()]

    def include(self):
        """Folders of headers: a list of Path."""
        return self.code.include()

    def messages(self):
        """As `firmware.Application.messages`: a stream's, with the default settings."""
        return {
            "kind": "stream",
            "start": self.protocol.start_message,
            "settings": self.protocol.settings().pack().hex(),
            "samples": self.protocol.samples_message,
            "most": self.protocol.message_samples,
            "channels": list(self.channels),
            "event": self.protocol.event.descr,
            "nothing": self.nothing,
        }

    def client(self, link):
        """A `Client` of the stream on a board; see `firmware.Application.client`."""
        return Client(self.protocol, link)

    def counting(self, client, meter):
        """A `CountingClient`; see `firmware.Application.counting`."""
        return CountingClient(client, meter)

    def live_source(self):
        """As `firmware.Application.live_source`; ValueError also if a setting is out of range."""
        if self.sensor is None:
            return super().live_source()
        settings = self.live_settings or self.protocol.settings()
        packed = ", ".join(map(str, settings.pack()))
        return f"\n#include <stdint.h>\n\nuint8_t live_settings[] = {{{packed}}};\n"
