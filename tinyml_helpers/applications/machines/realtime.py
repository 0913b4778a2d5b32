"""Whether a board keeps up with the machine it watches, from what its looks cost."""

import math

from tinyml_helpers.applications.machines.application import Application
from tinyml_helpers.applications.machines.watcher import look_seconds
from tinyml_helpers.applications.stream import realtime


def load(looks, clock_hz, rate):
    """The share of a processor's time that watching takes: `stream.realtime.load`.

    Args:
        looks: a list of `watcher.Look` with cycles, from an emulated board.
        clock_hz: the processor's clock.
        rate: samples a second.

    Returns, Raises:
        As there.
    """
    return realtime.load(looks, clock_hz, look_seconds(rate))


def most_waiting(slowest, clock_hz, rate):
    """The most samples that wait for the processor, were there a sensor.

    Most samples of a look are filtered as they come, and take less time than they last; those that
    complete it bring all the rest. Meanwhile samples wait, besides those that are worked on.

    Args:
        slowest: cycles of the message that took longest: a `stream.CountingClient` says it.
        clock_hz: the processor's clock.
        rate: samples a second.

    Returns:
        How many samples; the ring must have room for as many.
    """
    return Application.protocol.message_samples + math.ceil(slowest / clock_hz * rate)
