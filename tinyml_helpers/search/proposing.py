"""What to try next: Optuna's samplers, told what was found so far.

Optuna (T. Akiba et al., KDD 2019) proposes by chance, or guided: where the best of what it has seen
lie close together, and the rest doesn't (a tree-structured Parzen estimator, J. Bergstra et al.,
NIPS 2011; for several aims at once Y. Ozaki et al., GECCO 2020).

The guide begins after the first batch, and takes the best quarter for good. Optuna's own settings,
ten trials and the best tenth, are for hundreds of trials: of 45 in batches of nine the first 18
would be chance, and "the best" of the next 18 only two or three.
"""

import math

import numpy as np
import optuna

from tinyml_helpers.quiet import quiet

optuna.logging.set_verbosity(optuna.logging.WARNING)


def propose(space, trials, against, guided, seed, first=9):
    """The next choice; the same for the same arguments.

    Args:
        space: the `Space`.
        trials: the `Trial`s so far; of those that aren't done only the choice is known.
        against: which of `Cost`'s fields are to be small, while the score is to be large.
        guided: False to propose by chance.
        seed: of the search.
        first: how many trials are proposed by chance, before the guide has enough to go by.

    Returns:
        A dict of name to value.
    """
    chance = int(np.random.SeedSequence([seed, len(trials)]).generate_state(1)[0])
    distributions = {name: _distribution(values) for name, values in space.values.items()}
    with quiet():
        sampler = _sampler(guided, chance, first)
        study = optuna.create_study(
            sampler=sampler, directions=["maximize", *("minimize" for _ in against)]
        )
        for trial in trials:
            if trial.score is not None or not trial.done:
                study.add_trial(_told(space, distributions, trial, against))
        params = study.ask(distributions).params
    return {name: _value(values, params[name]) for name, values in space.values.items()}


def _sampler(guided, chance, first):
    if not guided:
        return optuna.samplers.RandomSampler(seed=chance)
    return optuna.samplers.TPESampler(
        seed=chance, multivariate=True, constant_liar=True, n_startup_trials=first, gamma=_good
    )


def _good(trials):
    """How many of so many trials are taken for good ones."""
    return math.ceil(trials / 4)


def _told(space, distributions, trial, against):
    """A trial as Optuna's."""
    params = {
        name: values.index(trial.choice[name]) if _is_ordered(values) else trial.choice[name]
        for name, values in space.values.items()
    }
    states = optuna.trial.TrialState
    return optuna.trial.create_trial(
        state=states.COMPLETE if trial.done else states.RUNNING,
        params=params,
        distributions=distributions,
        values=[trial.score, *trial.costs(against)] if trial.done else None,
    )


def _distribution(values):
    if _is_ordered(values):
        return optuna.distributions.IntDistribution(0, len(values) - 1)
    return optuna.distributions.CategoricalDistribution(values)


def _value(values, param):
    return values[param] if _is_ordered(values) else param


def _is_ordered(values):
    """Whether what lies between two values can be expected to do something in between."""
    numbers = all(type(value) in (int, float) for value in values)
    return numbers and list(values) == sorted(values)
