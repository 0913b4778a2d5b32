"""Which of the beats found is which of those marked."""

import numpy as np

#: A beat counts as found if it is found so many seconds from its mark, or nearer: ANSI/AAMI EC57's.
REACH = 0.15


def matched(found, marked, rate, reach=REACH):
    """The mark of each beat found, one to one, the nearest pairs first.

    Args:
        found: int [f], samples at which beats were found, rising.
        marked: int [m], samples at which beats are marked, rising.
        rate: samples a second.
        reach: seconds.

    Returns:
        int64 [f]: the index of its mark, or -1 if none is left for it.

    Raises:
        ValueError: samples don't rise.
    """
    found, marked = np.asarray(found, np.int64), np.asarray(marked, np.int64)
    for places, name in ((found, "found"), (marked, "marked")):
        if (np.diff(places) < 0).any():
            raise ValueError(f"beats {name} go back in time: give samples in their order")
    first, last = (
        np.searchsorted(marked, found + way * reach * rate, side)
        for way, side in ((-1, "left"), (1, "right"))
    )
    rows = np.repeat(np.arange(len(found)), last - first)
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(last - first) - last, last - first)
    mark_of, taken = np.full(len(found), -1, np.int64), np.zeros(len(marked), bool)
    for pair in np.argsort(np.abs(found[rows] - marked[columns]), kind="stable"):
        row, column = rows[pair], columns[pair]
        if mark_of[row] < 0 and not taken[column]:
            mark_of[row], taken[column] = column, True
    return mark_of
