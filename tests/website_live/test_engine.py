"""The C in a page gives the bytes that it gives here, and knows of a model what Python knows."""

import dataclasses
import functools

import jupyter_lab
import large_graphs
import live_pages
import numpy as np
import places
import pytest
import random_models

from tinyml_helpers import micro, model_file
from tinyml_helpers.report import bench

MODELS = sorted(places.DATA.glob("*/*.tflite"))
NAMES = [f"{path.parent.name}-{path.stem}" for path in MODELS]


@functools.cache
def cases():
    """Each committed model with four inferences in a row: some keep state."""
    return [
        (path.read_bytes(), [[x.tobytes() for x in inputs] for inputs in inputs_of(path)])
        for path in MODELS
    ]


@functools.cache
def inputs_of(path):
    model = model_file.read(path.read_bytes())
    return [bench.inputs_of(model, seed) for seed in range(4)]


@pytest.fixture(scope="module")
def node(live):
    return dict(zip(MODELS, live_pages.in_node(live, cases()), strict=True))


def expected(path):
    interpreter = micro.Interpreter(path.read_bytes())
    made = (interpreter.invoke(*inputs) for inputs in inputs_of(path))
    made = [outputs if isinstance(outputs, tuple) else (outputs,) for outputs in made]
    return [[live_pages.encoded(one.tobytes()) for one in outputs] for outputs in made]


@live_pages.needs_node
@pytest.mark.parametrize("path", MODELS, ids=NAMES)
def test_in_node_outputs_are_the_same_bytes(node, path):
    assert node[path]["outputs"] == expected(path)
    assert len({str(outputs) for outputs in node[path]["outputs"]}) > 1


@jupyter_lab.needs_chromium
def test_in_chromium_outputs_are_the_same_bytes(live):
    with live_pages.opened(live, "inspector.html") as page:
        answers = live_pages.in_page(page, cases())
    assert [one["outputs"] for one in answers] == [expected(path) for path in MODELS]


@live_pages.needs_node
@pytest.mark.parametrize("path", MODELS, ids=NAMES)
def test_the_page_knows_of_a_model_what_python_knows(node, path):
    answer, interpreter = node[path], micro.Interpreter(path.read_bytes())
    model = interpreter.model
    assert answer["weightBytes"] == model.weight_bytes
    assert answer["arenaBytes"] == interpreter.arena_used_bytes
    assert answer["plan"] == [dataclasses.asdict(piece) for piece in interpreter.arena_plan()]
    assert answer["inputs"] == [tensor.index for tensor in model.inputs]
    assert answer["ends"] == [tensor.index for tensor in model.outputs]
    for operator, told in zip(model.operators, answer["operators"], strict=True):
        assert told == {
            "index": operator.index,
            "name": operator.name,
            "macs": operator.macs,
            "inputs": list(operator.inputs),
            "outputs": list(operator.outputs),
        }
    for tensor, told in zip(model.tensors, answer["tensors"], strict=True):
        assert (told["shape"], told["dtype"]) == (list(tensor.shape), tensor.dtype)
        assert told["variable"] == tensor.is_variable
        if told["bytes"]:
            assert told["bytes"] == tensor.byte_count
            assert told["constant"] == tensor.is_constant
        if len(tensor.scale) == 1:
            assert np.float32(told["scale"]) == tensor.scale[0]
            assert told["zeroPoint"] == tensor.zero_point[0]


@live_pages.needs_node
def test_what_is_no_model_is_refused_in_a_sentence(live):
    whole = MODELS[0].read_bytes()
    wrong = [b"", b"not a model", whole[: len(whole) // 2], whole[:8] + bytes(len(whole) - 8)]
    answers = live_pages.in_node(live, [(data, []) for data in wrong])
    for answer in answers:
        assert answer["refusal"].startswith("This is no sound .tflite file: it ")
        assert answer["refusal"].endswith(".")


@live_pages.needs_node
def test_a_model_that_needs_more_memory_than_a_page_has_is_refused(live):
    huge = large_graphs.variables([900_000_000, 900_000_000])
    (answer,) = live_pages.in_node(live, [(huge, [])])
    assert "bytes of memory, more than this page has." in answer["refusal"]


@live_pages.needs_node
def test_every_kernel_computes_the_same_bytes_and_its_macs_are_counted_alike(live):
    made = [random_models.make(name, seed) for name in random_models.OPERATORS for seed in (1, 2)]
    asked = [
        (case.tflite_bytes, [[x.tobytes() for x in inputs] for inputs in runs_of(case)])
        for case in made
    ]
    for case, answer in zip(made, live_pages.in_node(live, asked), strict=True):
        interpreter = micro.Interpreter(case.tflite_bytes)
        for inputs, told in zip(runs_of(case), answer["outputs"], strict=True):
            outputs = interpreter.invoke(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            assert told == [live_pages.encoded(one.tobytes()) for one in outputs], case.description
        macs = [operator.macs for operator in interpreter.model.operators]
        assert [operator["macs"] for operator in answer["operators"]] == macs, case.description


def runs_of(case):
    return case.inputs, *case.later
