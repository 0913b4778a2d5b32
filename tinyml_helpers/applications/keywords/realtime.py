"""Whether a board keeps up with the sound it listens to, from what its hops cost."""

from tinyml_helpers.signals import HOP, SAMPLE_RATE


def load(hops, clock_hz):
    """The share of a processor's time that listening takes.

    Args:
        hops: a list of `spotter.Hop` with cycles, from an emulated board.
        clock_hz: the processor's clock.

    Returns:
        0 to 1 if it keeps up; more if not. Before hop 48 no model runs: leave those hops out to
        see what lasts.

    Raises:
        ValueError: there are no hops, or they have no cycles.
    """
    return sum(_cycles(hops)) / clock_hz / (len(hops) * HOP / SAMPLE_RATE)


def most_waiting(hops, clock_hz):
    """The most samples that waited for the processor, were there a microphone.

    A hop is worked on when its last sample is there and the hop before is done. While the model
    runs, samples wait; the ring that holds them must be as large as this.

    Args:
        hops: as for `load`, all of them from the first on.
        clock_hz: the processor's clock.

    Returns:
        How many samples; those of the hop that is fetched count.

    Raises:
        ValueError: as `load`.
    """
    done, most = 0.0, 0
    for hop, cycles in zip(hops, _cycles(hops), strict=True):
        start = max(done, hop.seconds)
        fetched = round(hop.seconds * SAMPLE_RATE) - HOP  # with the hops before
        most = max(most, int(start * SAMPLE_RATE + 1e-6) - fetched)
        done = start + cycles / clock_hz
    return most


def _cycles(hops):
    cycles = [hop.cycles for hop in hops]
    if not cycles or None in cycles:
        raise ValueError("give hops with cycles: from an emulated board that listened")
    return cycles
