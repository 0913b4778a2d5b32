"""Spaces: what may be chosen, and what may not."""

import numpy as np
import pytest

from tinyml_helpers import search

SPACE = search.Space(width=(4, 8), kind=("relu", "tanh", "none"), wide=(False, True))


def test_all_choices_are_drawn_as_often():
    assert len(SPACE) == 12
    random = np.random.default_rng(0)
    drawn = [tuple(SPACE.draw(random).values()) for _ in range(1200)]
    counts = {choice: drawn.count(choice) for choice in set(drawn)}
    assert len(counts) == 12
    assert all(60 < count < 140 for count in counts.values())
    for choice in counts:
        SPACE.check(dict(zip(SPACE.values, choice, strict=True)))


@pytest.mark.parametrize(
    "values", [{}, {"width": ()}, {"width": (4, 4)}, {"kind": "relu"}, {"wide": (True, True)}]
)
def test_what_is_no_space_is_refused(values):
    with pytest.raises(ValueError, match="needs"):
        search.Space(**values)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"width": 4, "kind": "relu"}, "see wide"),
        ({"width": 4, "kind": "relu", "wide": True, "deep": 1}, "see deep"),
        ({"width": 5, "kind": "relu", "wide": True}, "width is one of"),
    ],
)
def test_what_is_no_choice_is_refused(choice, words):
    with pytest.raises(ValueError, match=words):
        SPACE.check(choice)
