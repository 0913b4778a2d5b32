"""Spaces: what may be chosen, and what may not."""

import itertools

import pytest

from tinyml_helpers import search

SPACE = search.Space(width=(4, 8), kind=("relu", "tanh", "none"), wide=(False, True))


def test_all_choices_are_choices():
    choices = [
        dict(zip(SPACE.values, some, strict=True))
        for some in itertools.product(*SPACE.values.values())
    ]
    assert len(choices) == len(SPACE) == 12
    for choice in choices:
        SPACE.check(choice)


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


def test_a_space_is_narrowed_to_other_values():
    narrow = SPACE.narrowed(kind=("relu",), width=[8, 16])
    assert narrow.values == {"width": (8, 16), "kind": ("relu",), "wide": (False, True)}
    assert len(SPACE) == 12
    with pytest.raises(ValueError, match="deep, high: choose from width, kind, wide"):
        SPACE.narrowed(high=(1,), deep=(2,))
    with pytest.raises(ValueError, match="needs"):
        SPACE.narrowed(width=())


def test_neighbours_are_one_step_away():
    space = search.Space(width=(4, 8, 16), kind=("relu", "tanh"), deep=(1,))
    at = {"width": 8, "kind": "relu", "deep": 1}
    assert space.neighbours(at) == [at | {"width": 4}, at | {"width": 16}, at | {"kind": "tanh"}]
    assert space.neighbours(at | {"width": 4, "kind": "tanh"}) == [
        {"width": 8, "kind": "tanh", "deep": 1},
        {"width": 4, "kind": "relu", "deep": 1},
    ]
    with pytest.raises(ValueError, match="width is one of"):
        space.neighbours(at | {"width": 5})
