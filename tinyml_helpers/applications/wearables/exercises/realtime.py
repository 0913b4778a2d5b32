"""Whether a board keeps up with the wrist it is worn on, from what its hops cost."""

from tinyml_helpers.applications.stream import realtime
from tinyml_helpers.applications.wearables.exercises.c_coach import HOP_SAMPLES, RATE


def load(hops, clock_hz):
    """The share of a processor's time that telling exercises takes: `stream.realtime.load`.

    Args:
        hops: a list of `coach.Hop` with cycles, from an emulated board.
        clock_hz: the processor's clock.

    Returns, Raises:
        As there. Before hop 3 no model runs.
    """
    return realtime.load(hops, clock_hz, HOP_SAMPLES / RATE)
