"""Whether a board keeps up with the sound it listens to, from what its hops cost."""

from tinyml_helpers.applications.stream import realtime
from tinyml_helpers.signals import HOP, SAMPLE_RATE


def load(hops, clock_hz):
    """The share of a processor's time that listening takes: `stream.realtime.load`.

    Args:
        hops: a list of `spotter.Hop` with cycles, from an emulated board.
        clock_hz: the processor's clock.

    Returns, Raises:
        As there. Before hop 48 no model runs.
    """
    return realtime.load(hops, clock_hz, HOP / SAMPLE_RATE)


def most_waiting(hops, clock_hz):
    """The most samples that waited for the processor: `stream.realtime.most_waiting`.

    Args:
        hops: as for `load`, all of them from the first on.
        clock_hz: the processor's clock.

    Returns, Raises:
        As there.
    """
    return realtime.most_waiting(hops, clock_hz, HOP, SAMPLE_RATE)
