"""Which way to search finds better fault models at an equal budget, and how much was luck.

    python benchmarks/searches.py [--json]

Reads the stored searches (`data/searches.md`), three of each kind, and a grid. For each kind:

    best         the winner's score, AUC on the machines to choose by
    over chance  by how much that is above the search by chance with the same seed
    again        the winner's score when it is trained again, mean of two seeds
    covered      area between front and corner, score over flash: `search.front.covered`, the corner
                 at the limit and AUC 0.85, in thousands of bytes times hundredths of AUC
    tested       AUC of the winner on the test machines, after a training on all others

Means over seeds, with Student's 95% interval; of three values it is wide, and means what it says.
"""

import command
import numpy as np
from scipy import stats

from tinyml_helpers.applications.machines import stored_searches as stored
from tinyml_helpers.search import front

#: A score that no search should count for anything.
_WORST = 0.85


def main():
    command.run(command.parser(__doc__), measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    results = stored.results()
    kinds = {kind: kind_figures(results, kind) for kind in stored.KINDS}
    by_chance = np.array(kinds["chance"]["each best"])
    for figures in kinds.values():
        figures["over chance"] = mean_and_interval(np.array(figures["each best"]) - by_chance)
    grid = results["grid"]
    at_last = results["on all machines"]
    return {
        "kinds": kinds,
        "grid": {
            "models": len(grid),
            "best": max(row["score"] for row in grid),
            "covered": covered(grid),
            "tested": at_last["grid"][0]["test"],
        },
        "by hand": {
            "score": mean_and_interval([row["score"] for row in results["by hand"]]),
            "tested": mean_and_interval([row["test"] for row in at_last["by hand"]]),
        },
        "least that keeps the score": least_that_keeps(results),
        "smallest": {
            "cost": at_last["smallest"][0]["cost"],
            "tested": mean_and_interval([row["test"] for row in at_last["smallest"]]),
        },
    }


def least_that_keeps(results):
    """The row with the least flash, of all searches, that scores no lower than the one by hand."""
    usual = np.mean([row["score"] for row in results["by hand"]])
    rows = [row for rows in results["searches"].values() for row in rows if row["score"] >= usual]
    return min(rows, key=lambda row: row["cost"]["flash_bytes"])


def kind_figures(results, kind):
    """One kind's figures, a dict."""
    names = [f"{kind} {seed}" for seed in stored.SEEDS]
    runs = [results["searches"][name] for name in names]
    best = [max(row["score"] for row in rows) for rows in runs]
    again = [np.mean([row["score"] for row in results["winners again"][name]]) for name in names]
    trials = [trial for seed in stored.SEEDS for trial in stored.record(kind, seed)]
    trained = [trial for trial in trials if trial["rungs"]]
    rungs = [rung for trial in trained for rung in trial["rungs"]]
    return {
        "each best": best,
        "best": mean_and_interval(best),
        "again": mean_and_interval(again),
        "covered": mean_and_interval([covered(rows) for rows in runs]),
        "tested": mean_and_interval(
            [results["on all machines"][name][0]["test"] for name in names]
        ),
        "refused": sum(not trial["rungs"] for trial in trials) / len(names),
        "trained": len(trained) / len(names),
        "epochs": sum(rung["epochs"] for rung in rungs) / len(names),
        "seconds a trial": sum(rung["seconds"] for rung in rungs) / len(trained),
        "seconds of the longest training": float(
            np.mean([rung["seconds"] for rung in rungs if rung["epochs"] == 27])
        ),
    }


def covered(rows):
    """The front's area over flash, in thousands of bytes times hundredths of AUC."""
    scores = [row["score"] for row in rows]
    flash = [row["cost"]["flash_bytes"] / 1000 for row in rows]
    return 100 * front.covered(scores, flash, _WORST, stored.LIMITS.flash_bytes / 1000)


def mean_and_interval(values):
    """[mean, low, high], the 95% interval of the mean."""
    mean = float(np.mean(values))
    half = float(stats.sem(values) * stats.t.ppf(0.975, len(values) - 1))
    return [mean, mean - half, mean + half]


def as_text(figures):
    """The figures as lines."""
    names = ("best", "over chance", "again", "covered", "tested")
    lines = [f"{'':12}" + "".join(f"{name:>26}" for name in names)]
    for kind, found in figures["kinds"].items():
        lines.append(f"{kind:12}" + "".join(f"{said(found[name]):>26}" for name in names))
    grid, hand, small = figures["grid"], figures["by hand"], figures["smallest"]
    lines += [
        f"grid of {grid['models']}: best {grid['best']:.4f}, covered {grid['covered']:.4f}, "
        f"tested {grid['tested']:.4f}",
        f"by hand: {said(hand['score'])}, tested {said(hand['tested'])}",
        f"smallest within a spread of the best: {small['cost']['flash_bytes']:,} bytes, "
        f"{small['cost']['milliseconds']:.2f} ms, tested {said(small['tested'])}",
    ]
    least = figures["least that keeps the score"]
    lines.append(
        f"least flash that scores no lower than by hand, once: {least['cost']['flash_bytes']:,} "
        f"bytes, {least['cost']['milliseconds']:.2f} ms, {least['score']:.4f}"
    )
    lines += [
        f"{kind}: {found['trained']:.0f} trained, {found['refused']:.0f} refused, "
        f"{found['epochs']:.0f} epochs, {found['seconds a trial']:.1f} s a trial, "
        f"{found['seconds of the longest training']:.0f} s a training of 27 epochs"
        for kind, found in figures["kinds"].items()
    ]
    return "\n".join(lines)


def said(three):
    """What `mean_and_interval` gives, as text."""
    mean, low, high = three
    return f"{mean:.4f} ({low:.4f} to {high:.4f})"


if __name__ == "__main__":
    main()
