"""The micro-interpreter equals TFLM, every byte of every tensor, on random models and real ones."""

import functools

import models
import numpy as np
import pytest
import random_models
import tflm_batch
from random_models.compare import difference

from tinyml_helpers import micro, model_file

pytestmark = pytest.mark.usefixtures("needs_tflm")

_CASES = 25
_CHAINS = 60

#: Further seeds: of models whose results show whether factors of scales are computed in double, as
#: TFLM does, or in float32.
_TELLING = {
    "FULLY_CONNECTED": (84, 243, 291),
    "HARD_SWISH": (82, 95, 286),
    "LEAKY_RELU": (88, 307, 396),
    "SUB": (93, 176, 501),
    "SVDF": (66, 305, 332),
}


@pytest.fixture(scope="module")
def answers():
    """A function of an operator's name: its cases, each with TFLM's answer."""
    with tflm_batch.Batch() as batch:

        @functools.cache
        def of(operator):
            if operator == "chain":
                cases = [random_models.chain(seed) for seed in range(_CHAINS)]
            elif operator == "boosted":
                cases = [random_models.boosted(seed) for seed in range(60)]
            elif operator == "bands":
                cases = [random_models.bands(seed) for seed in range(16)]
            elif operator == "columns":
                cases = [random_models.columns(seed) for seed in range(60)]
            else:
                seeds = [*range(_CASES), *_TELLING.get(operator, ())]
                cases = [random_models.make(operator, seed) for seed in seeds]
            return [(c, batch.run(c.tflite_bytes, c.inputs, *c.later)) for c in cases]

        yield of


@pytest.mark.parametrize(
    "operator", [*random_models.OPERATORS, "chain", "bands", "boosted", "columns"]
)
def test_tflm_takes_the_models_and_most_results_vary(answers, operator):
    # Otherwise comparing them would prove little.
    said = [answer.said for _, answer in answers(operator) if answer.outcome != "ran"]
    assert len(said) <= 0.05 * len(answers(operator)), said
    varied = sum(_varies(answer) for _, answer in answers(operator))
    assert varied >= 0.6 * len(answers(operator))


def _varies(answer):
    outputs = (o if isinstance(o, tuple) else (o,) for o in answer.outputs)
    return len({value for several in outputs for o in several for value in o.ravel().tolist()}) > 1


@pytest.mark.parametrize(
    "operator", [*random_models.OPERATORS, "chain", "bands", "boosted", "columns"]
)
def test_random_models(answers, operator):
    told = [
        difference(case, answer, micro.Interpreter)[1]
        for case, answer in answers(operator)
        if answer.outcome == "ran"
    ]
    wrong = [text for text in told if text]
    assert not wrong, f"{len(wrong)} of {len(told)} models differ. The first:\n{wrong[0]}"


def test_same_seed_same_model():
    first, second = (random_models.chain(3) for _ in range(2))
    assert first.tflite_bytes == second.tflite_bytes
    assert all(np.array_equal(a, b) for a, b in zip(first.inputs, second.inputs, strict=True))
    assert first.tflite_bytes != random_models.chain(4).tflite_bytes


def test_a_difference_is_told(answers):
    case, answer = answers("RELU")[0]

    class Wrong:
        """TFLM's answers, but for the last code of the first inference's output."""

        def __init__(self, tflite_bytes):
            self._outputs = iter(answer.outputs)

        def tensors(self, *inputs):
            return answer.tensors

        def invoke(self, *inputs):
            output = next(self._outputs).copy()
            if inputs[0] is case.inputs[0]:
                output.ravel()[-1] ^= 1
            return output

    _, told = difference(case, answer, Wrong)
    last = [length - 1 for length in answer.outputs[0].shape]
    assert case.description in told
    assert f"output 0 of inference 0: 1 of {answer.outputs[0].size} values differ" in told
    assert f"first at {last}" in told


def test_batch_goes_on_after_a_crash():
    good = random_models.make("RELU", 0)
    with tflm_batch.Batch() as batch:
        zero = np.zeros((1, 1), np.float32)
        # TFLM crashes on an SVDF without a bias, and has no DENSIFY.
        assert batch.run(models.memory_model(bias=-1), (zero,)).outcome == "crashed"
        graph = models.hand_made(models.OPERATOR["DENSIFY"], [{"shape": [1, 1]}] * 2, [0], [1])
        refused = batch.run(models.pack(graph), (zero,))
        assert (refused.outcome, "DENSIFY" in refused.said) == ("refused", True), refused
        assert batch.run(good.tflite_bytes, good.inputs).outcome == "ran"


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("hello_world_float.tflite", "sums"),
        ("hello_world_int8.tflite", "exact"),
        ("micro_speech_quantized.tflite", "exact"),
        ("person_detect.tflite", "exact"),
    ],
)
def test_shared_models(shared_model, name, tolerance):
    _compare(shared_model(name), name, tolerance)


def test_converted_model(int8_model):
    _compare(int8_model, "models.net() in int8")


def _compare(tflite_bytes, name, tolerance="exact"):
    rng = np.random.default_rng(0)
    tensors = model_file.read(tflite_bytes).inputs

    def random(tensor):
        if tensor.dtype == "float32":
            return rng.normal(0, 3, tensor.shape).astype(np.float32)
        limits = np.iinfo(tensor.dtype)
        return rng.integers(limits.min, limits.max, tensor.shape, tensor.dtype, endpoint=True)

    inferences = [tuple(random(tensor) for tensor in tensors) for _ in range(2)]
    for end in (0, -1):
        inferences.append(tuple(np.full_like(v, np.sort(v.ravel())[end]) for v in inferences[0]))
    case = random_models.Case(tflite_bytes, inferences[0], tuple(inferences[1:]), name, tolerance)
    with tflm_batch.Batch() as batch:
        answer = batch.run(tflite_bytes, *inferences)
    assert answer.outcome == "ran", answer.said
    compared, told = difference(case, answer, micro.Interpreter)
    assert told is None, told
    assert compared > 0
