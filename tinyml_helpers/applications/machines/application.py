"""The program that watches a machine on a board."""

from typing import ClassVar

from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.client import Client, CountingClient
from tinyml_helpers.applications.machines.watcher import Look, Settings, check_samples
from tinyml_helpers.applications.stream import Protocol, StreamApplication

#: Samples a second of a board's own vibration sensor (firmware/c/arduino/sensor_vibration.cpp).
LIVE_RATE = 1600


class Application(StreamApplication):
    """Predictive maintenance: `board.flash(Application(tflite_bytes))`, then `board.client`.

    Args:
        model: bytes of the fault model, as `watcher.Watcher` takes it.
        live_settings: a `watcher.Settings` that a live program starts with: with the machine's
            speed and bearing, at LIVE_RATE samples a second. Without them it can't be live.
    """

    header, table = "watch.h", "watch_application"
    sensor = "vibration"
    parts: ClassVar = {"vibration ring": "vibration_ring", "watcher": "watcher"}
    nothing: ClassVar = {"alarms": 0}
    code = c_watcher
    protocol = Protocol(
        start_message=12,
        samples_message=13,
        message_samples=512,
        event=c_watcher.LOOK,
        hop_of=Look.of,
        settings=Settings,
        check_samples=check_samples,
    )
    hints: ClassVar = StreamApplication.hints | {
        "doesn't know that message": "flash a program that watches, machines.Application(model)",
        "another rate than its sensor's": f"give watcher.Settings with rate={LIVE_RATE}",
        "another sensor than": "export for the revision of the board that you have",
        "a sensor that doesn't answer": "switch the board off and on; if it says so again, the "
        "sensor is broken",
    }

    def __init__(self, model, live_settings=None):
        super().__init__(model)
        self.live_settings = live_settings

    def client(self, link):
        """A `client.Client`, which can also `set_speed`; its settings are those of a live start."""
        made = Client(self.protocol, link)
        made.settings = self.live_settings or made.settings
        return made

    def counting(self, client, meter):
        """A `client.CountingClient`, which can also `set_speed`."""
        return CountingClient(client, meter)

    def live_source(self):
        """As `StreamApplication.live_source`; ValueError also if it doesn't know its machine."""
        if self.live_settings is None:
            raise ValueError(
                "a watcher that is live must know its machine: give Application(model, "
                f"live_settings=watcher.Settings(rate={LIVE_RATE}, shaft_hz=..., inner=..., "
                "outer=..., ball=...))"
            )
        if self.live_settings.rate != LIVE_RATE:
            raise ValueError(
                f"live_settings have a rate of {self.live_settings.rate:,}, and a board's own "
                f"sensor gives {LIVE_RATE:,} samples a second: give rate={LIVE_RATE}"
            )
        return super().live_source()
