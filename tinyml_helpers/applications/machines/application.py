"""The program that watches a machine on a board."""

from typing import ClassVar

from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.client import Client, CountingClient
from tinyml_helpers.applications.machines.watcher import Look, Settings, check_samples
from tinyml_helpers.applications.stream import Protocol, StreamApplication


class Application(StreamApplication):
    """Predictive maintenance: `board.flash(Application(tflite_bytes))`, then `board.client`.

    Args:
        model: bytes of the fault model, as `watcher.Watcher` takes it.
    """

    header, table = "watch.h", "watch_application"
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
        "doesn't know that message": "flash a program that watches, machines.Application(model)"
    }

    def client(self, link):
        """A `client.Client`, which can also `set_speed`."""
        return Client(self.protocol, link)

    def counting(self, client, meter):
        """A `client.CountingClient`, which can also `set_speed`."""
        return CountingClient(client, meter)
