"""Protocols of verification: which pictures meet which templates, and what comes of it."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from tinyml_helpers.applications.faces.measuring import scoring, trials


@pytest.fixture(scope="module")
def people():
    """Embeddings of nine people with 1, 1, 2, 3, 5, 6, 9, 9 and 9 pictures, shuffled."""
    random = np.random.default_rng(4)
    who = random.permutation(np.repeat(np.arange(20, 29), [1, 1, 2, 3, 5, 6, 9, 9, 9]))
    centres = random.normal(size=(9, 16))
    codes = 20 * centres[who - 20] + random.normal(0, 22, (len(who), 16))
    return codes.round().astype(np.int16), who


def test_cosines():
    random = np.random.default_rng(0)
    a, b = random.integers(-128, 128, (5, 64)), random.integers(-128, 128, (3, 64))
    np.testing.assert_allclose(trials.cosines(a, b), cosine_similarity(a, b))
    assert (trials.cosines(np.zeros((2, 64), np.int8), b) == 0).all()


def test_pairs_are_all_pairs(people):
    embeddings, who = people
    made = trials.pairs(embeddings, who)
    similar = cosine_similarity(embeddings)
    rows = range(len(who))
    expected = [
        sorted(similar[a, b] for a in rows for b in range(a) if (who[a] == who[b]) == same)
        for same in (True, False)
    ]
    np.testing.assert_allclose(sorted(made.genuine), expected[0])
    np.testing.assert_allclose(sorted(made.impostor), expected[1])
    assert len(made.genuine) == 1 + 3 + 10 + 15 + 3 * 36


def test_of_many_pictures_not_all_pairs_are_compared(people, monkeypatch):
    all_of_them = trials.pairs(*people)
    monkeypatch.setattr(trials, "MOST_PICTURES", 10)
    some = trials.pairs(*people)
    np.testing.assert_allclose(sorted(some.genuine), sorted(all_of_them.genuine))
    assert 900_000 > len(some.impostor) > 700_000 and "some of two people" in some.protocol
    assert some.impostor.mean() == pytest.approx(all_of_them.impostor.mean(), abs=0.01)


def test_templates_of_five_and_of_all_but_one(people):
    embeddings, who = people
    made = trials.enrolled(embeddings, who)
    counts = dict(zip(*np.unique(made.genuine_of, return_counts=True), strict=True))
    assert counts == {22: 2, 23: 3, 24: 5, 25: 1, 26: 4, 27: 4, 28: 4}
    counts = dict(zip(*np.unique(made.impostor_of, return_counts=True), strict=True))
    assert counts == {22: 43, 23: 42, 24: 40, 25: 39, 26: 36, 27: 36, 28: 36}
    assert "templates of 5 pictures, of 3 people of all" in str(made) and "7 people" in str(made)
    one, other = embeddings[who == 22]  # leave one out of two: the pair, twice
    expected = cosine_similarity([one], [other])[0, 0]
    np.testing.assert_allclose(made.genuine[made.genuine_of == 22], expected)
    three = embeddings[who == 23].astype(float)
    unit = three / np.linalg.norm(three, axis=1, keepdims=True)
    expected = [cosine_similarity(unit[[i]], [unit.sum(0) - unit[i]])[0, 0] for i in range(3)]
    np.testing.assert_allclose(sorted(made.genuine[made.genuine_of == 23]), sorted(expected))
    expected = cosine_similarity(embeddings[who != 23], [unit.sum(0)])[:, 0]
    np.testing.assert_allclose(made.impostor[made.impostor_of == 23], expected)
    few = trials.enrolled(embeddings[who < 24], who[who < 24])
    assert few.protocol == "templates of all a person's pictures but the one tried"
    many = trials.enrolled(embeddings[who > 25], who[who > 25])
    assert many.protocol == "templates of 5 pictures"


def test_no_picture_is_tried_on_a_template_it_is_in():
    who = np.repeat([0, 1], 8)
    embeddings = np.eye(16)[:, :16]
    for enrolments in (1, 5, 8):
        made = trials.enrolled(embeddings, who, enrolments)
        assert (made.genuine == 0).all() and (made.impostor == 0).all()


def test_error_rate_and_its_interval(people):
    made = trials.enrolled(*people)
    rate, (low, high) = trials.error_rate(made), trials.error_interval(made)
    assert 0 <= low < rate < high < 0.5
    assert trials.error_interval(made) == (low, high)
    # Of templates, pictures are told apart better than one by one.
    assert rate < trials.error_rate(trials.pairs(*people))


def test_the_interval_is_that_of_people_drawn_with_repetition(people):
    made, random, rates = trials.enrolled(*people), np.random.default_rng(1), []
    of = np.unique(made.genuine_of)
    for _ in range(300):
        drawn = random.choice(of, len(of))
        genuine = np.concatenate([made.genuine[made.genuine_of == one] for one in drawn])
        impostor = np.concatenate([made.impostor[made.impostor_of == one] for one in drawn])
        rates.append(scoring.equal_error_rate(scoring.false_accepts(genuine, impostor)))
    low, high = trials.error_interval(made, repeats=300)
    assert (low, high) == pytest.approx(np.percentile(rates, [2.5, 97.5]), abs=0.03)


def test_of_few_people_there_is_no_interval():
    random = np.random.default_rng(0)
    for who, known in (([0, 0, 0, 1], False), ([0, 0, 1, 1, 2, 2], True)):
        made = trials.pairs(random.normal(size=(len(who), 8)), who)
        interval = trials.error_interval(made)
        assert interval is None or (known and 0 <= interval[0] <= interval[1] <= 1)


@pytest.mark.parametrize("who", [[0, 1, 2], [1, 1, 1]])
@pytest.mark.parametrize("protocol", [trials.pairs, trials.enrolled])
def test_what_cannot_be_tried_is_refused(protocol, who):
    with pytest.raises(ValueError, match=r"3 pictures of \d people can't be tried"):
        protocol(np.eye(3), who)
    with pytest.raises(ValueError, match="one person each"):
        protocol(np.eye(4), who)
