"""What of a notebook an answer needs is found in its code."""

import pytest

from tinyml_helpers.grading import needed

NOTEBOOK = [
    "import numpy as np",
    "import keras",
    "keras.utils.set_random_seed(1)",
    "x = np.arange(3)",
    "y = 5",
    "x[0] = 7",
    "def double(n):\n    return factor * n",
    "factor = 2",
    "model = keras.Sequential()",
    "history = model.fit(x)",
    "print(x)",
    "shuffle(y)",
    "y += 1",
    "for n in range(3):\n    total = n",
    "x = 0",
]


@pytest.mark.parametrize(
    ("name", "until", "wanted"),
    [
        ("x", 15, [14]),  # its last value needs none of the others
        ("x", 14, [0, 3, 5]),
        ("y", 14, [4, 11, 12]),
        ("double", 14, [6, 7]),  # a function's names may come after it
        ("model", 14, [0, 1, 2, 3, 5, 8, 9]),
        ("total", 14, [13]),
        ("unheard_of", 14, []),
    ],
)
def test_what_gives_a_name_its_value_and_what_may_change_it_is_needed(name, until, wanted):
    units = [unit for source in NOTEBOOK for unit in needed.statements(source, "")]
    assert sorted(needed.needed(units[:until], {name})) == wanted


def test_a_local_name_is_not_a_notebooks():
    units = needed.statements("model = 1\ndef f(model):\n    x = model\n    return x", "")
    assert needed.needed(units, {"f"}) == {1}


def test_a_decorated_function_keeps_its_decorator():
    (unit,) = needed.statements("@staticmethod\ndef f(): pass", "")
    assert unit.source.startswith("@staticmethod")


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("%time answer = 1", {"answer"}),
        ("%%time\nanswer = other", {"answer"}),
        ("def answer(x:\n    return", {"answer"}),
        ("answer = (1", {"answer"}),
        ("", set()),
    ],
)
def test_a_students_cell_may_be_anything(source, gives):
    assert needed.cell_of_a_student(source, "mine").gives >= gives
