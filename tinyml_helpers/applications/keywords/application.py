"""The program that listens for keywords on a board."""

import dataclasses
from typing import ClassVar

from tinyml_helpers.applications.keywords import c_spotter
from tinyml_helpers.applications.keywords.spotter import Hop, Settings, check_samples, usual
from tinyml_helpers.applications.stream import Protocol, StreamApplication
from tinyml_helpers.signals import HOP


class Application(StreamApplication):
    """Keyword spotting: `board.flash(Application(tflite_bytes))`, then `board.client`.

    Args:
        model: bytes of the spotter's model, as `spotter.Spotter` takes it.
    """

    header, table = "listen.h", "listen_application"
    parts: ClassVar = {"audio ring": "audio_ring", "spotter": "spotter"}
    sensor = "sound"
    nothing: ClassVar = {"detected": c_spotter.NONE}
    code = c_spotter
    protocol = Protocol(
        start_message=6,
        samples_message=7,
        message_samples=HOP,
        event=c_spotter.HOP,
        hop_of=Hop.of,
        settings=Settings,
        check_samples=check_samples,
    )
    hints: ClassVar = StreamApplication.hints | {
        "doesn't know that message": "flash a program that listens, keywords.Application(model)",
        "takes another number of bytes": "it has no gate: flash keywords.GatedApplication(model), "
        "or give settings with gate=None",
        "has settings that are out of range": "a model that keeps state runs at the hops it has "
        "to: give settings made from keywords.spotter.usual(model)",
    }

    #: Of what its C takes.
    settings_bytes = c_spotter.SETTINGS.itemsize

    def __init__(self, model):
        super().__init__(model)
        settings = self.protocol.settings
        self.protocol = dataclasses.replace(
            self.protocol, settings=lambda: usual(self.model, settings())
        )

    def check(self):
        """As `StreamApplication.check`."""
        c_spotter.check_model(self.model)

    def live_source(self):
        """As `StreamApplication.live_source`; ValueError also if it has no gate to set."""
        settings = self.live_settings or self.protocol.settings()
        if len(settings.pack()) > self.settings_bytes:
            raise ValueError(
                "this program has no gate: make it with keywords.GatedApplication(model), or give "
                "live_settings with gate=None"
            )
        # Settings without a gate are shorter: C fills up with zeros.
        whole = f"live_settings[{self.settings_bytes}]"
        return super().live_source().replace("live_settings[]", whole)
