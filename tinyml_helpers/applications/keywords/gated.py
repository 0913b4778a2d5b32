"""The program that listens for keywords on a board behind a gate: c/gated.h."""

import dataclasses
from typing import ClassVar

from tinyml_helpers.applications.keywords import application, c_spotter, wake
from tinyml_helpers.applications.keywords.spotter import Settings


class Application(application.Application):
    """Keyword spotting that rests while it is quiet: `keywords.GatedApplication(tflite_bytes)`.

    Its default settings have a gate, `wake.Settings()`; it takes settings without one, too.

    Args:
        model: bytes of the spotter's model, as `spotter.Spotter` takes it.
    """

    parts: ClassVar = application.Application.parts | {"look-back": "lookback"}
    settings_bytes = c_spotter.GATED_BYTES
    protocol = dataclasses.replace(
        application.Application.protocol, settings=lambda: Settings(gate=wake.Settings())
    )

    def sources(self):
        """As `StreamApplication.sources`."""
        return [c_spotter.FOLDER / "listen_gated.c", *c_spotter.gated_sources()]
