"""Hop by hop: what a board made of the same samples, beside what this computer made."""

import numpy as np

#: What only a board can say of a hop.
COSTS = ("board_seconds", "instructions", "cycles")


def differing(here, there):
    """Hops in which a board and this computer don't agree, costs aside.

    Args:
        here, there: lists of hops of one application, NamedTuples, of the same samples.

    Returns:
        A dict of each field's name to a list of the places, 0 to len - 1, at which it differs;
        all lists are empty where the two are equal to the byte.

    Raises:
        ValueError: there are more hops in one than in the other.
    """
    if len(here) != len(there):
        raise ValueError(
            f"{len(here)} hops here, and {len(there)} there: give both the same samples, from the "
            "start on"
        )
    fields = [name for name in (here[0]._fields if here else ()) if name not in COSTS]
    pairs = list(zip(here, there, strict=True))
    return {
        name: [
            place
            for place, (one, other) in enumerate(pairs)
            if not np.array_equal(getattr(one, name), getattr(other, name))
        ]
        for name in fields
    }
