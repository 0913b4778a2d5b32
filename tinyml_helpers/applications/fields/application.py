"""The program of a field's node on a board."""

from typing import ClassVar

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.client import Client, CountingClient
from tinyml_helpers.applications.fields.node import Hour, Settings, check_samples
from tinyml_helpers.applications.stream import Protocol, StreamApplication


class Application(StreamApplication):
    """A field's node: `board.flash(Application(tflite_bytes))`, then `board.client`.

    Args:
        model: bytes of the model, as `node.Node` takes it.
    """

    header, table = "field.h", "field_application"
    parts: ClassVar = {"node": "node"}
    channels = (c_node.CHANNELS,)
    code = c_node
    protocol = Protocol(
        start_message=15,
        samples_message=16,
        message_samples=1,
        event=c_node.HOUR,
        hop_of=Hour.of,
        settings=Settings,
        check_samples=check_samples,
    )
    hints: ClassVar = StreamApplication.hints | {
        "doesn't know that message": "flash a node's program, fields.Application(model)"
    }

    def client(self, link):
        """A `client.Client`, which also tells what the gateway answered, `heard`."""
        return Client(self.protocol, link)

    def counting(self, client, meter):
        """A `client.CountingClient`, which also tells what the gateway answered, `heard`."""
        return CountingClient(client, meter)
