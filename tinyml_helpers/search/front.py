"""Which candidates nobody beats: the Pareto front, and how much of the plane it covers.

A candidate beats another that it is at least as good as in everything, and better in something.
"""

import numpy as np


def beaten(scores, costs):
    """Which candidates are beaten by another.

    Args:
        scores: float [n], more is better.
        costs: float [n, k], less is better.

    Returns:
        bool [n]. Of several that are equal in everything none is beaten by another of them.
    """
    values = np.column_stack([-np.asarray(scores, float), np.asarray(costs, float)])
    as_good = (values[:, np.newaxis] <= values).all(axis=2)
    better = (values[:, np.newaxis] < values).any(axis=2)
    return (as_good & better).any(axis=0)


def ranked(scores, costs):
    """Candidates in the order in which one would keep them.

    The front comes first, then what would be the front without it, and so on (the non-dominated
    sorting of N. Srinivas and K. Deb, Evolutionary Computation 2 (1994), 221-248); in each of them
    the better score first.

    Args:
        scores, costs: as of `beaten`.

    Returns:
        A list of places, each once.
    """
    scores, costs = np.asarray(scores, float), np.asarray(costs, float).reshape(len(scores), -1)
    left, order = np.arange(len(scores)), []
    while len(left):
        out = ~beaten(scores[left], costs[left])
        front = left[out]
        order += front[np.argsort(-scores[front], kind="stable")].tolist()
        left = left[~out]
    return order


def covered(scores, cost, worst_score, worst_cost):
    """How much of the plane of score and one cost is beaten by the candidates: the hypervolume.

    One figure for a whole front, to compare searches with (E. Zitzler and L. Thiele, PPSN V,
    1998, 292-301): the area between the front and a corner that is bad in both.

    Args:
        scores: float [n].
        cost: float [n].
        worst_score, worst_cost: the corner; candidates beyond it count nothing.

    Returns:
        A float, in units of score times units of cost.
    """
    area, best = 0.0, worst_score
    points = sorted(zip(np.asarray(cost, float), np.asarray(scores, float), strict=True))
    points = [(c, s) for c, s in points if c < worst_cost and s > worst_score]
    for c, s in points:
        if s > best:
            area += (s - best) * (worst_cost - c)
            best = s
    return float(area)
