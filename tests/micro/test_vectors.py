"""The vector kernels equal the readable ones and TFLM, on layers that fill no vector."""

import functools
import platform

import linux_program
import numpy as np
import pytest
import tflm_batch
import vector_layers
from random_models.compare import difference

from tinyml_helpers import link, micro, model_file, toolchain
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.loaded import Loaded

OPERATORS = vector_layers.OPERATORS
SEEDS = 40  # of each operator


@functools.cache
def cases(operator):
    if operator == "wide":
        return [vector_layers.wide(seed) for seed in range(4)]
    return [vector_layers.make(operator, seed) for seed in range(SEEDS)]


def library(*defines):
    """The micro-interpreter, compiled anew."""
    sources = [*binding.sources(), binding.COMPUTER]
    path = toolchain.shared_library(sources, "micro_variant", binding.INCLUDE, defines)
    return binding.opened(path)


def outputs(code, case):
    """Bytes of the outputs of a case."""
    loaded = Loaded(case.tflite_bytes, model_file.read(case.tflite_bytes), code=code)
    loaded.write_inputs(case.inputs)
    assert code.tm_invoke(loaded.handle) == binding.OK
    return [output.tobytes() for output in loaded.read_outputs()]


@pytest.fixture(scope="module")
def readable():
    return library("TM_READABLE")


@pytest.fixture(params=["this computer's", "its kind's first"])
def vectors(request, monkeypatch):
    """Vectors of this computer, and the shorter ones that all of its kind have."""
    if request.param == "its kind's first":
        monkeypatch.setattr(toolchain.compiler, "_level", lambda target: [])
    return library()


def test_the_library_has_vectors_and_the_readable_one_has_none(vectors, readable):
    assert vectors.tm_vector_numbers() >= 8 > readable.tm_vector_numbers() == 1
    assert binding.load().tm_vector_numbers() >= vectors.tm_vector_numbers()


@pytest.mark.parametrize("operator", [*OPERATORS, "wide"])
def test_vectors_give_the_readable_kernels_bytes(operator, vectors, readable):
    different = [
        case.description
        for case in cases(operator)
        if outputs(vectors, case) != outputs(readable, case)
    ]
    assert not different, f"{len(different)} differ. The first:\n{different[0]}"


@pytest.mark.parametrize("operator", [*OPERATORS, "wide"])
def test_vectors_give_tflms_bytes(operator, needs_tflm):
    with tflm_batch.Batch() as batch:
        answers = [(case, batch.run(case.tflite_bytes, case.inputs)) for case in cases(operator)]
    ran = [(case, answer) for case, answer in answers if answer.outcome == "ran"]
    assert len(ran) >= 0.9 * len(answers), [answer.said for _, answer in answers]
    told = [difference(case, answer, micro.Interpreter)[1] for case, answer in ran]
    assert not any(told), next(text for text in told if text)


def test_the_layers_have_dead_channels_and_outputs_that_say_something(readable):
    """Otherwise the comparisons would prove little."""
    dead, varied = 0, 0
    for operator in OPERATORS:
        for case in cases(operator):
            model = model_file.read(case.tflite_bytes)
            for one in model.operators:
                x, weights = (model.tensors[index] for index in one.inputs[:2])
                scale = model.tensors[one.outputs[0]].scale[0]
                dead += (weights.scale * np.float64(x.scale[0]) / scale < 1e-7).any()
            varied += sum(len(set(codes)) > 3 for codes in outputs(readable, case))
    layers = len(OPERATORS) * SEEDS * vector_layers.LAYERS
    assert dead > layers / 4 and varied > layers / 2


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_pi_gives_the_same_bytes(operator, readable, tmp_path):
    """Its processor has NEON: whatever it is, qemu runs it here."""
    linux_program.or_skip("aarch64")
    if platform.machine() == "aarch64":
        pytest.skip("test_vectors_give_the_readable_kernels_bytes runs on this processor")
    case = cases(operator)[0]
    with (
        linux_program.served(case.tflite_bytes, "aarch64", tmp_path) as url,
        link.open(url, case.tflite_bytes) as board,
    ):
        found = board.invoke(*case.inputs).output
    assert [output.tobytes() for output in found] == outputs(readable, case)
