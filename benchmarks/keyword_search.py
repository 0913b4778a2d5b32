"""Whether a search finds a keyword model that takes no more of a Nano than the hand-made one, and
gets more right.

    python benchmarks/keyword_search.py --work FOLDER [--test FOLDER] [--json]

`--test` names the unpacked test set of Speech Commands v0.02, for real people; without it the
bundled voices are learned from, and nothing thoroughly. A third of the people are the test, a third
of the rest choose.

1. Searches for the score alone, guided and by chance, `--searches` of each with `--trials`
   candidates; limits are what `ds_cnn` as it comes takes in flash and time.
2. Each one's winner is trained again, for as long, with two seeds that no search had: to compare
   the guide with chance. So is the hand-made one, as it is and with its input averaged over 2
   frames, 2 bands, or both: whether a coarser front end would do.
3. The `--best` of all searches go one rung further: they are trained thoroughly, as the committed
   model for people is (for `--epochs` on voices, and twice from there on people), with one seed.
4. So are `--near` neighbours of the best third of them: choices one step away that keep the limits,
   those with the most MACs, which use the limits up.
5. The best fifth of all that is trained so far is trained with `--seeds`. What scores highest on
   average is the `found` one. The hand-made one is trained so, too, and both are tested.
6. Both once more, taught by what the models of step 5 answer on average.
7. The smallest of step 5 made cheaper: with weights of 4 bits, of 2, and with two bands averaged;
   as thoroughly, with `--seeds`.

Means over seeds, with Student's 95% interval: the luck of trainings. By how much more each of step
5 gets right than the hand-made, and of step 7 than what it was made of, has an interval over
the people who are tested: the luck of these. `--work` keeps what is done, and an interrupted
benchmark goes on. With everything as it comes it takes some five hours of two processors.
"""

import functools
import hashlib
from pathlib import Path

import command
import numpy as np
from keyword_search_text import KINDS, as_text, mean
from scipy import stats
from trainings import Trainings, title

from tinyml_helpers import search
from tinyml_helpers.applications.keywords.searching import Keywords

#: The first rung isn't shorter: after 3 epochs whoever is shallow leads. Nor are channels pruned:
#: a width is chosen anyway, and in so few epochs nobody recovers.
BOARD, RUNGS, BATCH, NARROWER = "nano33ble", (9, 27), 9, {"keep": [1.0]}

#: The choice that is `ds_cnn` as it comes.
BY_HAND = {
    "width": 64, "blocks": 4, "stem": 32, "seen_frames": 10, "seen_bands": 8, "stride": 2,
    "kernel": 7, "keep": 1.0,
}  # fmt: skip

#: What makes a model cheaper, without another shape.
CHEAPER = {
    "4 bits": {"bits": 4}, "2 bits": {"bits": 2}, "two bands averaged": {"averaged_bands": 2},
}  # fmt: skip
_AS_IT_IS = {"averaged_frames": 1, "averaged_bands": 1, "bits": 8}

#: Seeds of the trainings after the searches: a search's own are small.
_AGAIN, _LAST = (1001, 1002), 1005


def main():
    options = command.parser(__doc__)
    options.add_argument("--work", metavar="FOLDER", type=Path, required=True, help="of the search")
    options.add_argument("--test", metavar="FOLDER", help="Speech Commands' test set, unpacked")
    options.add_argument("--searches", type=int, default=3, metavar="N", help="of each kind (3)")
    options.add_argument("--trials", type=int, default=18, metavar="N", help="of a search (18)")
    options.add_argument("--best", type=int, default=12, metavar="N", help="go further (12)")
    options.add_argument("--near", type=int, default=8, metavar="N", help="neighbours (8)")
    options.add_argument("--epochs", type=int, default=27, metavar="N", help="at the end (27)")
    options.add_argument("--seeds", type=int, default=3, metavar="N", help="at the end (3)")
    options.add_argument("--processes", type=int, default=2, metavar="N", help="that train (2)")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    keywords = Keywords(chosen.test, **NARROWER)
    rungs, batch, again = RUNGS, BATCH, _AGAIN
    if chosen.quick:
        rungs, batch, again = (1,), 1, _AGAIN[:1]
        chosen.searches = chosen.trials = chosen.epochs = chosen.seeds = 1
        chosen.best = chosen.near = 1
    costs = search.Costs(BOARD)
    by_hand = costs.of(keywords.untrained(BY_HAND))
    limits = search.Limits(flash_bytes=by_hand.flash_bytes, milliseconds=by_hand.milliseconds)
    studies = {
        f"{kind} {seed}": search.Study(
            keywords, BOARD, chosen.work / f"{kind}_{seed}", limits, against=(),
            guided=kind == "guided", rungs=rungs, batch=batch, seed=seed,
        )
        for seed in range(chosen.searches) for kind in KINDS
    }  # fmt: skip
    with search.Here(chosen.processes) as workers:
        for study in studies.values():
            study.run(chosen.trials, workers)
        winners = {name: study.front()[0] for name, study in studies.items()}
        kept = Trainings(chosen.work, costs, workers)
        choices = {name: winner.choice for name, winner in winners.items()} | {"by hand": BY_HAND}
        trained_again = kept.rows("again", keywords, choices, rungs[-1], again)
        coarser = {
            f"{frames} × {bands}": BY_HAND | {"averaged_frames": frames, "averaged_bands": bands}
            for frames, bands in ((2, 1), (1, 2), (2, 2))
        }
        seeing = Keywords(chosen.test, inputs=True, **NARROWER)
        averaged = kept.rows("averaged", seeing, coarser, rungs[-1], again)
        best = best_of(studies.values(), chosen.best)
        further = go_further(chosen, keywords, best, kept, costs, limits)
    trials = [trial for study in studies.values() for trial in study.trials]
    trained = [trial for trial in trials if trial.rungs]
    return {
        "trained": len(trained),
        "refused": len(trials) - len(trained),
        "seconds a trial": float(np.mean([trial.seconds for trial in trained])),
        "won with": {name: winner.score for name, winner in winners.items()},
        "again": trained_again,
        "averaged": averaged,
    } | further


def go_further(chosen, keywords, best, kept, costs, limits):
    """Steps 3 to 7, from the `best` of the searches on: the later figures."""
    alone = Keywords(chosen.test, thorough=chosen.test is not None)
    thorough = functools.partial(kept.rows, "thorough", alone, epochs=chosen.epochs)
    seeds = range(_LAST, _LAST + chosen.seeds)
    rows = thorough(best, seeds=seeds[:1])
    beside = neighbours(keywords, highest(rows, best, 3), costs, limits)
    new = [name for name in beside if name not in best][: chosen.near]
    near = {name: beside[name] for name in new}
    rows |= thorough(near, seeds=seeds[:1])
    highest_fifth = highest(rows, best | near, 5)
    finalists = thorough(highest_fifth, seeds=seeds)
    found = max(finalists, key=lambda name: mean(finalists[name], "score"))
    last = {"found": highest_fifth[found], "by hand": BY_HAND}
    plain = thorough(last, seeds=seeds)
    teachers = kept.models("thorough", last, chosen.epochs, seeds)
    pupil = Keywords(chosen.test, thorough=chosen.test is not None, teachers=teachers)
    pupils = {name: choice | {"distilled": True} for name, choice in last.items()}
    name = f"taught_by_{hashlib.sha256(b''.join(teachers)).hexdigest()[:8]}"
    taught = kept.rows(name, pupil, pupils, chosen.epochs, seeds)
    right = {
        name: alone.right(kept.models("thorough", {name: choice}, chosen.epochs, seeds))
        for name, choice in (highest_fifth | {"by hand": BY_HAND}).items()
    }
    by_hand, people = right["by hand"]
    smallest = min(finalists, key=lambda name: finalists[name][0]["flash"])
    made = go_cheaper(chosen, highest_fifth[smallest], right[smallest], kept, seeds)
    return {
        "further": rows | finalists, "found": last["found"], "plain": plain, "taught": taught,
        "test clips": len(people),
        "differences": {
            name: mean_over_people(right[name][0] - by_hand, people) for name in highest_fifth
        },
        "cheaper": {f"{smallest}, {how}": one for how, one in made.items()},
    }  # fmt: skip


def go_cheaper(chosen, shape, right, kept, seeds):
    """Step 7: a dict of what is done to a shape to its figures.

    Args:
        right: what `Keywords.right` says of the shape as it is.
    """
    task = Keywords(chosen.test, thorough=chosen.test is not None, inputs=True, bits=search.BITS)
    choices = {how: shape | _AS_IT_IS | change for how, change in CHEAPER.items()}
    rows = kept.rows("cheaper", task, choices, chosen.epochs, seeds)
    as_it_is, people = right
    found = {}
    for how, choice in choices.items():
        ours, _ = task.right(kept.models("cheaper", {how: choice}, chosen.epochs, seeds))
        found[how] = {"rows": rows[how], "more": mean_over_people(ours - as_it_is, people)}
    return found


def mean_over_people(values, people):
    """The mean of a value of each clip, and what it would be were it other people.

    Args:
        values: float64 [n].
        people: who speaks in each clip, str [n].

    Returns:
        (mean, low, high), of 95% of all draws of as many people.
    """
    _, who = np.unique(people, return_inverse=True)
    of_each = np.bincount(who, values), np.bincount(who)

    def of_all(sums, counts, axis=-1):
        return sums.sum(axis) / counts.sum(axis)

    # The percentiles stand even where nobody differs.
    seeded = np.random.default_rng(0)
    drawn = stats.bootstrap(of_each, of_all, paired=True, method="percentile", rng=seeded)
    return float(of_all(*of_each)), *map(float, drawn.confidence_interval)


def best_of(studies, count):
    """The candidates with the highest scores after the longest training, of several searches.

    Returns:
        A dict of titles (the chosen values) to choices, the best first; each choice is there once.
    """
    whole = [
        trial
        for study in studies
        for trial in study.trials
        if trial.epochs == study.rungs[-1] and trial.score is not None
    ]
    whole.sort(key=lambda trial: -trial.score)
    return dict(list({title(trial.choice): trial.choice for trial in whole}.items())[:count])


def highest(rows, choices, parts):
    """Of choices, by title, those with the highest scores: one of so many `parts`, rounded up."""
    order = sorted(rows, key=lambda name: -mean(rows[name], "score"))
    return {name: choices[name] for name in order[: -(-len(order) // parts)]}


def neighbours(keywords, choices, costs, limits):
    """What is one step away from one of `choices`, and keeps the limits.

    Returns:
        A dict of titles to choices, those with the most MACs first.
    """
    beside = [near for choice in choices.values() for near in keywords.space.neighbours(choice)]
    macs = []
    for choice in {title(choice): choice for choice in beside}.values():
        cost = costs.of(keywords.untrained(choice))
        if not limits.broken_by(cost):
            macs.append((cost.macs, choice))
    macs.sort(key=lambda one: -one[0])
    return {title(choice): choice for _, choice in macs}


if __name__ == "__main__":
    main()
