"""Where kernels write: to their outputs, their scratch memory and state, and nowhere else."""

import numpy as np
import pytest
import random_models

from tinyml_helpers import micro, model_file
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.loaded import Loaded

SPARE = 64  # bytes behind the arena that the model needs
SEEDS = range(8)


def cases(name):
    make = {"chain": random_models.chain, "bands": random_models.bands}.get(name)
    return [make(seed) if make else random_models.make(name, seed) for seed in SEEDS]


def may_be_written(loaded, model, operator):
    """Places of the arena, a list of slices, that an operator may write."""
    code = binding.load()
    indices = [*operator.outputs, *(i for i in operator.inputs if i >= 0)]
    tensors = [i for i in indices if i in operator.outputs or model.tensors[i].is_variable]
    places = [code.tm_tensor_at(loaded.handle, i) for i in tensors]
    places.append(code.tm_scratch_at(loaded.handle, operator.index))
    return [slice(place.offset, place.offset + place.bytes) for place in places if place.in_arena]


def stray_writes(case):
    """(operator, place) of what was written elsewhere, in two inferences."""
    model = model_file.read(case.tflite_bytes)
    needed = micro.Interpreter(case.tflite_bytes).arena_used_bytes
    loaded, code = Loaded(case.tflite_bytes, model, needed + SPARE), binding.load()
    arena = loaded._arena
    start = min((piece.offset for piece in loaded.plan() if piece.what != "records"), default=0)
    arena[start:] = np.random.default_rng(0).integers(0, 256, len(arena) - start)
    code.tm_reset(loaded.handle)
    found = []
    for inputs in (case.inputs, *case.later[:1]):
        loaded.write_inputs(inputs)
        for operator in model.operators:
            before = arena.copy()
            assert code.tm_invoke_operator(loaded.handle, operator.index) == binding.OK
            changed = arena != before
            for place in may_be_written(loaded, model, operator):
                changed[place] = False
            found += [(operator.name, int(place)) for place in np.flatnonzero(changed)[:1]]
    return found


@pytest.mark.parametrize("name", [*random_models.OPERATORS, "chain", "bands"])
def test_an_operator_writes_what_is_its_own(name):
    wrong = [(case.description, found) for case in cases(name) if (found := stray_writes(case))]
    assert not wrong, f"{len(wrong)} models. The first: {wrong[0]}"


def test_a_stray_write_is_noticed(monkeypatch):
    """Of an operator that may not even write its output."""
    monkeypatch.setitem(globals(), "may_be_written", lambda *_: [])
    assert stray_writes(random_models.make("MAX_POOL_2D", 0))
