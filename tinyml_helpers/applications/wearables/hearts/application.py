"""The program that monitors a heart on a board."""

from typing import ClassVar

from tinyml_helpers.applications.stream import Protocol, StreamApplication
from tinyml_helpers.applications.wearables.hearts import c_monitor
from tinyml_helpers.applications.wearables.hearts.monitor import Beat, Settings, check_samples


class Application(StreamApplication):
    """A heart's beats and the early ones: `board.flash(Application(tflite))`, then `board.client`.

    Args:
        model: bytes of the model, as `monitor.Monitor` takes it.
    """

    header, table = "heart.h", "heart_application"
    parts: ClassVar = {"ECG ring": "ecg_ring", "monitor": "monitor"}
    code = c_monitor
    protocol = Protocol(
        start_message=20,
        samples_message=21,
        message_samples=c_monitor.APART,
        event=c_monitor.BEAT,
        hop_of=Beat.of,
        settings=Settings,
        check_samples=check_samples,
    )
    hints: ClassVar = StreamApplication.hints | {
        "doesn't know that message": "flash a monitor's program, hearts.Application(model)"
    }
