"""Whether a board keeps up with the samples of its sensor, from what its hops cost."""


def load(hops, clock_hz, hop_seconds):
    """The share of a processor's time that a stream takes.

    Args:
        hops: what a `CountingClient` of an emulated board gave; with cycles.
        clock_hz: the processor's clock.
        hop_seconds: how long the samples of a hop last.

    Returns:
        0 to 1 if it keeps up; more if not. Before the model's window is full no model runs: leave
        those hops out to see what lasts.

    Raises:
        ValueError: there are no hops, or they have no cycles.
    """
    return sum(_cycles(hops)) / clock_hz / (len(hops) * hop_seconds)


def most_waiting(hops, clock_hz, hop_samples, rate):
    """The most samples that waited for the processor, were there a sensor.

    A hop is worked on when its last sample is there and the hop before is done. While the model
    runs, samples wait; the ring that holds them must be as large as this.

    Args:
        hops: as for `load`, all of them from the first on; with seconds, when each was complete.
        clock_hz: the processor's clock.
        hop_samples: samples from one hop to the next, of each channel.
        rate: samples a second.

    Returns:
        How many samples of each channel; those of the hop that is fetched count.

    Raises:
        ValueError: as `load`.
    """
    done, most = 0.0, 0
    for hop, cycles in zip(hops, _cycles(hops), strict=True):
        start = max(done, hop.seconds)
        fetched = round(hop.seconds * rate) - hop_samples  # with the hops before
        most = max(most, int(start * rate + 1e-6) - fetched)
        done = start + cycles / clock_hz
    return most


def _cycles(hops):
    cycles = [hop.cycles for hop in hops]
    if not cycles or None in cycles:
        raise ValueError("give hops with cycles: from an emulated board")
    return cycles
