"""The picture of a search where no script runs: scores against each cost, above a table."""

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from tinyml_helpers.search import candidates
from tinyml_helpers.search.candidates import costs_shown

#: How each kind is drawn; what is trained in part is faint.
_LOOKS = {
    "part": {"color": "0.7", "s": 14, "label": "not trained to the end"},
    "beaten": {"facecolor": "white", "edgecolor": "0.35", "s": 34, "label": "beaten"},
    "front": {"color": "C0", "s": 52, "zorder": 3, "label": "on the front"},
}

#: The front's best: more would make the picture a list.
_MOST_ROWS = 8


def figure(study, reference=None, score="score"):
    """A matplotlib figure: a picture for each cost, above a table of the front.

    Args:
        study: the `Study`; something in it was trained.
        reference: a `candidates.Reference`, or None.
        score: what its score is called.
    """
    front, costs = study.front()[:_MOST_ROWS], costs_shown(study)
    rows = 0.25 * (len(front) + 1)
    figure, grid = plt.subplots(
        2,
        len(costs),
        figsize=(max(4.2 * len(costs), 6), 3.6 + rows),
        height_ratios=(3.2, rows),
        squeeze=False,
        num=words(study, reference, score),
        clear=True,
        layout="constrained",
    )
    for axes, cost in zip(grid[0], costs, strict=True):
        _draw(axes, study, candidates.axis(study, cost, reference), reference)
    grid[0, 0].set_ylabel(score)
    marks = {}
    for axes in grid[0]:
        marks |= dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True))
    figure.legend(
        marks.values(), marks, loc="outside upper center", ncols=6, fontsize=9, handlelength=1.5
    )
    for axes in grid[1]:
        axes.axis("off")
    if front:
        _write_table(figure.add_subplot(grid[1, 0].get_gridspec()[1, :]), study, front, score)
    return figure


def words(study, reference=None, score="score"):
    """What the picture shows, in words: the front, the best first, and the reference."""
    said = [_said(f"candidate {t.number}", t, study, score) for t in study.front()[:_MOST_ROWS]]
    costs = " and against ".join(map(candidates.label, costs_shown(study)))
    shown = "; ".join(said) or "nothing yet"
    beside = f". Beside them: {_said(reference.name, reference, study, score)}" if reference else ""
    return f"Candidates of a search: {score} against {costs}. On the front: {shown}{beside}"


def _said(name, one, study, score):
    costs = [candidates.with_unit(cost, getattr(one.cost, cost)) for cost in costs_shown(study)]
    return f"{name}, {score} {one.score:.3f}, {', '.join(costs)}"


def _draw(axes, study, axis, reference):
    known = candidates.kinds(study)
    by_number = {trial.number: trial for trial in study.trials}
    for kind, look in _LOOKS.items():
        trials = [trial for trial in study.trials if known[trial.number] == kind]
        if trials:
            costs = [getattr(trial.cost, axis.cost) for trial in trials]
            axes.scatter(costs, [trial.score for trial in trials], **look)
    line = [by_number[number] for number in axis.stairs]
    if line:
        costs = [getattr(trial.cost, axis.cost) for trial in line]
        scores = [trial.score for trial in line]
        axes.step([*costs, axis.high], [*scores, scores[-1]], "C0-", where="post", lw=1.2)
    refused = [
        getattr(trial.cost, axis.cost)
        for trial in study.trials
        if known[trial.number] == "refused" and trial.cost
    ]
    if refused:
        bottom = axes.get_xaxis_transform()
        axes.plot(refused, [0.02] * len(refused), "C3|", transform=bottom, label="refused")
    if axis.limit is not None:
        axes.axvline(axis.limit, color="C3", ls="--", lw=1.2, label="limit")
    if reference:
        cost = getattr(reference.cost, axis.cost)
        axes.plot(cost, reference.score, "kD", ms=7, label=reference.name)
    if axis.log:
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=(1, 2, 2.5, 5, 10)))
    axes.set(xlim=(axis.low, axis.high), xlabel=axis.label)
    axes.xaxis.set_major_formatter("{x:,g}")


def _write_table(axes, study, front, score):
    axes.axis("off")
    heads = ["candidate", score, *map(candidates.label, costs_shown(study))]
    cells = [
        [
            str(t.number),
            f"{t.score:.3f}",
            *map(candidates.number, t.costs(costs_shown(study))),
        ]
        for t in front
    ]
    drawn = axes.table(
        cells, colLabels=heads, loc="center", edges="horizontal", cellLoc="right", colLoc="right"
    )
    for cell in drawn.get_celld().values():
        cell.set_linewidth(0.4)
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(9)
