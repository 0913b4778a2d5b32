"""The program that tells exercises and counts them on a board."""

from typing import ClassVar

from tinyml_helpers.applications.stream import Protocol, StreamApplication
from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import Hop, Settings, check_samples


class Application(StreamApplication):
    """Exercises: `board.flash(Application(tflite_bytes))`, then `board.client`.

    Args:
        model: bytes of the model of exercises, as `coach.Coach` takes it.
    """

    header, table = "workout.h", "workout_application"
    parts: ClassVar = {"motion ring": "motion_ring", "coach": "coach"}
    sensor = "motion"
    code = c_coach
    protocol = Protocol(
        start_message=18,
        samples_message=19,
        message_samples=c_coach.HOP_SAMPLES,
        event=c_coach.HOP,
        hop_of=Hop.of,
        settings=Settings,
        check_samples=check_samples,
    )
    hints: ClassVar = StreamApplication.hints | {
        "doesn't know that message": "flash a program that coaches, exercises.Application(model)"
    }
