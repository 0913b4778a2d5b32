"""Trials of a verifier: pictures of people against templates of themselves and of others.

    trials = enrolled(embeddings, who)
    rates = scoring.false_accepts(trials.genuine, trials.impostor)
    print(trials, scoring.equal_error_rate(rates), error_interval(trials))

A trial is *genuine* if the picture shows the person of the template, and of an *impostor* if not.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.measuring import scoring

#: Pictures of a template, as on the board.
ENROLMENTS = 5

#: Pictures all pairs of which are compared: two million.
MOST_PICTURES = 2000


class Trials(NamedTuple):
    """Similarities, cosines from -1 to 1, and whose template they are of.

    Attributes:
        genuine, impostor: float64 [n] and [m].
        genuine_of, impostor_of: the person of the template, int64 [n] and [m].
        protocol: in words.
    """

    genuine: np.ndarray
    impostor: np.ndarray
    genuine_of: np.ndarray
    impostor_of: np.ndarray
    protocol: str

    def __str__(self):
        people = len(np.unique(self.genuine_of))
        return (
            f"{self.protocol}: {len(self.genuine):,} genuine and {len(self.impostor):,} impostor "
            f"trials, {people:,} people"
        )


def cosines(embeddings, others):
    """The cosine of the angle between each embedding and each other one.

    Args:
        embeddings: [n, d]; of an int8 model its codes less the zero point.
        others: [m, d].

    Returns:
        float64 [n, m]; 0 where one is all zeros.
    """
    a, b = _unit(embeddings), _unit(others)
    return a @ b.T


def _unit(embeddings):
    embeddings = np.asarray(embeddings, np.float64)
    length = np.linalg.norm(embeddings, axis=-1, keepdims=True)
    return np.divide(embeddings, length, out=np.zeros_like(embeddings), where=length > 0)


def against(enrolled, embeddings):
    """The similarity of embeddings to the template of others.

    Args:
        enrolled: [k, d], of one person: the template is the sum of them, each of length 1.
        embeddings: [n, d].

    Returns:
        float64 [n].
    """
    return cosines(embeddings, _unit(enrolled).sum(0)[None])[:, 0]


def pairs(embeddings, who):
    """Every two pictures once: the plainest protocol.

    Of more than `MOST_PICTURES` it takes every two of one person, and a million of two people.

    Args:
        embeddings: [n, d].
        who: the person each shows, ints [n].

    Returns:
        `Trials`.

    Raises:
        ValueError: no person has two pictures, or there is only one person.
    """
    who = _people(embeddings, who)
    first, second = _every_two(who)
    units, same = _unit(embeddings), who[first] == who[second]
    blocks = np.array_split(np.arange(len(first)), 1 + len(first) // 100_000)  # for little memory
    similar = np.concatenate(
        [np.einsum("nd,nd->n", units[first[rows]], units[second[rows]]) for rows in blocks]
    )
    of = np.where((first + second) % 2, who[first], who[second])  # each is a pair's, by turns
    protocol = "every picture with every other"
    if len(who) > MOST_PICTURES:
        protocol = "every two pictures of a person, and some of two people"
    return Trials(similar[same], similar[~same], of[same], of[~same], protocol)


def _every_two(who):
    """Rows of pictures to compare: int64 [n] and [n]."""
    if len(who) <= MOST_PICTURES:
        return np.triu_indices(len(who), 1)
    order = np.argsort(who, kind="stable")
    people = np.split(order, np.flatnonzero(np.diff(who[order])) + 1)
    same = [rows[np.array(np.triu_indices(len(rows), 1))] for rows in people]
    others = np.random.default_rng(0).integers(0, len(who), (2, 1_000_000))
    others = others[:, who[others[0]] != who[others[1]]]
    return np.concatenate([*same, others], axis=1)


def enrolled(embeddings, who, enrolments=ENROLMENTS, seed=0):
    """Pictures against templates, as a lock meets them.

    Of a person with more than `enrolments` pictures so many, drawn at random, make the template,
    and the others are tried on it. Of one with fewer, but two or more, each picture is tried on
    the template of all the others (leave one out). Impostors are all pictures of everybody else,
    on each person's template once; people with one picture are nothing but impostors.

    Args:
        embeddings, who: as `pairs`.
        enrolments: pictures of a template, at least 1.
        seed: for the draw.

    Returns:
        `Trials`.

    Raises:
        ValueError: as `pairs`.
    """
    who, units = _people(embeddings, who), _unit(embeddings)
    random = np.random.default_rng(seed)
    genuine, impostor, left_out = [], [], 0
    people = [one for one in np.unique(who) if (who == one).sum() > 1]
    for one in people:
        rows = random.permutation(np.flatnonzero(who == one))
        if len(rows) > enrolments:
            rows, tried = rows[:enrolments], rows[enrolments:]
            genuine.append(against(units[rows], units[tried]))
        else:
            left_out += 1
            alone = [against(units[rows[rows != row]], units[[row]]) for row in rows]
            genuine.append(np.concatenate(alone))
        impostor.append(against(units[rows], units[who != one]))
    protocol = f"templates of {enrolments} pictures"
    if left_out == len(people):
        protocol = "templates of all a person's pictures but the one tried"
    elif left_out:
        protocol += f", of {left_out} people of all pictures but the one tried"
    return Trials(
        np.concatenate(genuine),
        np.concatenate(impostor),
        np.repeat(people, [len(some) for some in genuine]),
        np.repeat(people, [len(some) for some in impostor]),
        protocol,
    )


def _people(embeddings, who):
    who = np.asarray(who)
    if who.shape != np.shape(embeddings)[:1]:
        raise ValueError(f"{len(embeddings)} pictures show one person each, not {who.shape}")
    _, counts = np.unique(who, return_counts=True)
    if len(counts) < 2 or counts.max() < 2:
        raise ValueError(
            f"{len(who)} pictures of {len(counts)} people can't be tried: two people or more are "
            "needed, and two pictures of one of them"
        )
    return who


def error_rate(trials):
    """The equal error rate of `Trials`: a float, 0 to 1."""
    return scoring.equal_error_rate(scoring.false_accepts(trials.genuine, trials.impostor))


def error_interval(trials, repeats=200, seed=0):
    """Between which rates the equal error rate would lie with other people: 95 % of the time.

    A bootstrap over people (B. Efron, "Bootstrap methods", Annals of Statistics 7, 1979): trials
    of one template rise and fall together, so whole people are drawn, with repetition.

    Args:
        trials: `Trials`.
        repeats: how many draws.
        seed: for them.

    Returns:
        (low, high), two floats; None of one person. With few people it is too narrow: whom one
        hasn't seen one can't draw.
    """
    of = np.unique(trials.genuine_of)
    if len(of) < 2:
        return None
    # A thousand thresholds do: then people's counts are added up, not their trials sorted anew.
    shares = np.linspace(0, 1, 501)
    some = [np.quantile(kind, shares, method="nearest") for kind in trials[:2]]
    thresholds = np.append(np.unique(some), np.inf)
    passed, total = _counts(trials.impostor, trials.impostor_of, of, thresholds)
    known, own = _counts(trials.genuine, trials.genuine_of, of, thresholds)
    random, rates = np.random.default_rng(seed), []
    for _ in range(repeats):
        drawn = np.bincount(random.integers(0, len(of), len(of)), minlength=len(of))
        if drawn @ total:  # of pairs with a few people there may be none
            accepts, rejects = drawn @ passed / (drawn @ total), 1 - drawn @ known / (drawn @ own)
            rates.append(scoring.equal_error_rate(scoring.Rates(thresholds, accepts, rejects)))
    return tuple(np.percentile(rates, [2.5, 97.5]).tolist()) if rates else None


def _counts(similar, owners, of, thresholds):
    """How many trials of each person pass each threshold, [people, k], and of how many."""
    order = np.argsort(owners, kind="stable")
    begins, ends = (np.searchsorted(owners[order], of, side) for side in ("left", "right"))
    each = [np.sort(similar[order[a:b]]) for a, b in zip(begins, ends, strict=True)]
    passed = [len(one) - np.searchsorted(one, thresholds) for one in each]
    return np.array(passed), np.array([len(one) for one in each])
