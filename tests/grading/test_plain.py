"""Values that cross from a student's process: plain, and whatever else comes is refused."""

import json
import math

import numpy as np
import odd_answers
import pytest

from tinyml_helpers.checks.answers.asking import same
from tinyml_helpers.checks.answers.words import in_words
from tinyml_helpers.grading.plain import Nonsense, named, packed, unpacked

VALUES = (
    *(None, ..., True, 0, -(2**70), 0.1, -0.0, 1e300, "text", "", "\ud800", b"\0\xff"),
    *([1, [2.5, "a"]], (1, 2), {"a": 1, 2: (3,)}, range(3, 9, 2), []),
    np.arange(6, dtype=np.int8).reshape(2, 3),
    np.array([0.5, np.inf], np.float32),
    np.zeros((0, 3)),
    np.array(5),
)


def carried(value):
    return unpacked(json.loads(json.dumps(packed(value))))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_plain_value_arrives_as_it_was(value):
    arrived = carried(value)
    assert type(arrived) is type(value) and (arrived is value or same(value, arrived))


def test_nan_arrives():
    assert math.isnan(carried(math.nan))


def test_numpys_numbers_become_pythons():
    assert carried(np.float32(0.5)) == 0.5 and type(carried(np.int8(3))) is int


@pytest.mark.parametrize("name", [one for one in odd_answers.VALUES if one != "a list in itself"])
def test_whatever_a_student_may_give_is_called_what_it_is(name):
    value = odd_answers.VALUES[name]
    of_its_class = f"an object of the class {type(value).__name__}"
    assert in_words(carried(value)) in (in_words(value), of_its_class)


def test_a_list_in_itself_ends():
    assert isinstance(carried(odd_answers.VALUES["a list in itself"]), list)


def test_a_tensor_arrives_with_its_numbers_and_the_name_of_its_class():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return np.ones(3)

    arrived = carried(Tensor())
    assert type(arrived).__name__ == "Tensor" and np.array_equal(np.array(arrived), np.ones(3))


@pytest.mark.parametrize(
    "message",
    [
        *(None, 5, [], ["unheard of"], ["int"], ["int", "x"], ["int", "f" * 50_000], ["list", 5]),
        *(["dict", [["int", "0x1"]]], ["dict", [["list", []], ["none"]]], ["str", "zz"]),
        *(["array", "<f8", [2], "AAAA"], ["array", "|O", [1], "AAAAAAAAAAA="], ["object", 5]),
        *(["array", "<f8", [-1, -1], "AAAAAAAAAAA="], ["array", "<i4", [10**30], ""]),
        *(["object", "X", ["range", "0x0", "0xffffffffffff", "0x1"]], ["odd array", "U", [1] * 99]),
    ],
    ids=lambda message: str(message)[:30],
)
def test_nonsense_is_refused(message):
    with pytest.raises(Nonsense):
        unpacked(message)


def test_what_lies_too_deep_is_refused():
    message = ["none"]
    for _ in range(100):
        message = ["list", [message]]
    with pytest.raises(Nonsense, match="deep"):
        unpacked(message)


def test_a_named_tuple_keeps_its_names():
    assert named("Point", ("x", "y"), (1, 2)).y == 2
