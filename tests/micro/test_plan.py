"""The plan of the arena: what the rule in tm_plan.c says, and in reasonable time."""

import large_graphs
import numpy as np
import pytest
import random_models

from tinyml_helpers import emulator, micro, model_file
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.loaded import Loaded


def pieces(tflite_bytes):
    """What has memory of its own: (offset, bytes, first, last) each, tensors before scratch."""
    model = model_file.read(tflite_bytes)
    loaded, code = Loaded(tflite_bytes, model), binding.load()
    inputs = {tensor.index for tensor in model.inputs}
    places = [(i, code.tm_tensor_at(loaded.handle, i)) for i in range(len(model.tensors))]
    # (offset, made, ...): an input is there before the first operator.
    tensors = [
        (place.offset, -1 if i in inputs else place.first, told(place))
        for i, place in places
        if place.in_arena
    ]
    own = [one[-1] for one in tensors if not any(holds(other, one) for other in tensors)]
    scratch = [code.tm_scratch_at(loaded.handle, operator.index) for operator in model.operators]
    own += [told(place) for place in scratch if place.bytes]
    return min(offset for offset, *_ in own), own


def told(place):
    return place.offset, place.bytes, place.first, place.last


def holds(other, one):
    """Whether one tensor is computed in another's place, while that lives."""
    return other[0] == one[0] and other[1] < one[1] <= other[-1][-1]


def planned(start, found):
    """The rule: the largest first, at the lowest address where it meets nobody of its time."""
    offsets = {}
    for index in sorted(range(len(found)), key=lambda index: -found[index][1]):
        _, size, first, last = found[index]
        together = [i for i in offsets if first <= found[i][3] and found[i][2] <= last]
        ends = [-(-(offsets[i] + found[i][1]) // 4) * 4 for i in together]
        offsets[index] = min(
            address
            for address in (start, *ends)
            if all(
                address >= end or address + size <= offsets[i]
                for i, end in zip(together, ends, strict=True)
            )
        )
    return [offsets[index] for index in range(len(found))]


SIZES = np.random.default_rng(0).integers(1, 90, 250)


@pytest.mark.parametrize(
    "make",
    [
        *(lambda seed=seed: random_models.chain(seed).tflite_bytes for seed in range(60)),
        lambda: large_graphs.variables(SIZES),
        lambda: large_graphs.variables(np.sort(SIZES)),
        lambda: large_graphs.convolutions(60),
    ],
)
def test_the_plan_follows_its_rule(make):
    start, found = pieces(make())
    assert [offset for offset, *_ in found] == planned(start, found)


def lifetimes(model):
    """(first, last) operator of each tensor that something writes, by its index."""
    count = len(model.operators)
    found = {tensor.index: [0, 0] for tensor in model.inputs}
    found |= {tensor.index: [0, count] for tensor in model.tensors if tensor.is_variable}
    for operator in model.operators:
        found |= {index: [operator.index] * 2 for index in operator.outputs}
    for operator in model.operators:
        for index in set(operator.inputs) & set(found):
            found[index][1] = max(found[index][1], operator.index)
    for tensor in model.outputs:
        if tensor.index in found:
            found[tensor.index][1] = count
    return found


def test_a_tensor_is_kept_from_its_first_to_its_last_use_and_no_longer():
    """But for those that lie where another does, which is kept for both."""
    alone = 0
    for seed in range(60):
        tflite_bytes = random_models.chain(seed).tflite_bytes
        model = model_file.read(tflite_bytes)
        loaded, code = Loaded(tflite_bytes, model), binding.load()
        places = {index: code.tm_tensor_at(loaded.handle, index) for index in lifetimes(model)}
        offsets = [place.offset for place in places.values()]
        for index, expected in lifetimes(model).items():
            place = places[index]
            assert place.first == expected[0] and place.last >= expected[1]
            if offsets.count(place.offset) == 1:
                assert place.last == expected[1]
                alone += 1
    assert alone > 100


@pytest.mark.parametrize(
    "make", [lambda n: large_graphs.variables(range(1, n)), large_graphs.convolutions]
)
def test_the_work_grows_with_the_square_of_the_pieces(make):
    """At most: with the cube, three times as many take 27 times as long."""
    few, many = (start_of(make(count)) for count in (60, 180))
    assert many < 12 * few


def start_of(tflite_bytes):
    """Instructions until a board with this model is ready."""
    board = emulator.Board("nano33ble")
    board.flash(tflite_bytes)
    return board.start.instructions


def test_a_large_graph_is_planned_and_told():
    tflite_bytes = large_graphs.convolutions(5000)
    plan = micro.Interpreter(tflite_bytes).arena_plan()
    assert len(plan) == 1 + 5001 + 5000
    assert {piece.last for piece in plan if piece.what == "tensor"} == {4999, 5000}


def test_tensors_of_more_than_2_gb_are_refused():
    tflite_bytes = large_graphs.variables([(1 << 29) - 1] * 4)
    for arena_bytes in (None, 1000):
        with pytest.raises(micro.CannotRun, match="its tensors take more than 2 GB of memory"):
            micro.Interpreter(tflite_bytes, arena_bytes)
