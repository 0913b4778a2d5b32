"""Models one after another in a process that may crash."""

import models
import numpy as np
import pytest
from models import OPERATOR, hand_made, pack

from tinyml_helpers import model_file
from tinyml_helpers.runtimes import tflm, worker

RELU = pack(hand_made(OPERATOR["RELU"], [{"shape": [1, 3]}] * 2, [0], [1]))
X = np.float32([[-1, 0, 2]])


@pytest.fixture(params=["litert", "tflm"])
def running(request):
    if request.param == "tflm":
        request.getfixturevalue("needs_tflm")
    with worker.Worker(request.param) as one:
        yield one


def test_models_run_one_after_another(running, int8_model):
    zeros = np.zeros((1, 8, 8, 1), np.int8)
    for _ in range(2):
        np.testing.assert_array_equal(running.run(RELU, [X]).outputs[0], [[0, 0, 2]])
        answer = running.run(int8_model, [zeros])
        assert answer.ran and answer.outputs[0].shape == (1, 10)


def test_what_is_refused_has_a_sentence_and_the_next_runs(running):
    lacking = pack(
        hand_made(OPERATOR["CUSTOM"], [{"shape": [1]}] * 2, [0], [1], custom_code="MINE")
    )
    answer = running.run(lacking, [np.zeros(1, np.float32)])
    assert not answer.ran and "MINE" in answer.why and not answer.outputs
    assert running.run(RELU, [X]).ran


def test_wrong_inputs_are_refused(running):
    assert not running.run(RELU, [np.zeros((1, 3), np.int8)]).ran
    assert running.run(RELU, [X]).ran
    with pytest.raises(ValueError, match="takes 1 inputs, not 0"):
        running.run(RELU, [])


def test_a_crash_is_an_answer_and_the_next_runs(running):
    fine = {"shape": [1, 4], "type": 9, "scale": [8e-9], "zero_point": [0]}
    options = models.schema.SoftmaxOptionsT()
    options.beta = 1.0
    probability = fine | {"scale": [1 / 256], "zero_point": [-128]}
    crashing = pack(hand_made(OPERATOR["SOFTMAX"], [fine, probability], [0], [1], (9, options)))
    answer = running.run(crashing, [np.zeros((1, 4), np.int8)])
    assert not answer.ran and "crashes" in answer.why and "too fine" in answer.why
    assert running.run(RELU, [X]).ran


def test_litert_takes_another_shape():
    with worker.Worker("litert") as litert:
        answer = litert.run(RELU, [np.float32([[-1], [5]])])
    np.testing.assert_array_equal(answer.outputs[0], [[0], [5]])


def test_litert_has_its_optimized_kernels_too():
    elu = pack(hand_made(OPERATOR["ELU"], [{"shape": [1, 3]}] * 2, [0], [1]))
    with worker.Worker("litert") as litert:
        np.testing.assert_allclose(
            litert.run(elu, [X]).outputs[0], [[np.expm1(-1), 0, 2]], rtol=1e-6
        )


def test_what_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(worker, "_SECONDS", 0)
    with worker.Worker("litert") as litert:
        assert not litert.run(RELU, [X]).ran


def test_without_tflm_there_is_no_worker_for_it(monkeypatch):
    monkeypatch.setattr(tflm, "available", lambda: False)
    with pytest.raises(tflm.NotInstalled):
        worker.Worker("tflm")


def test_bytes_that_are_no_model(running):
    with pytest.raises(model_file.ModelFileError):
        running.run(b"no model", [])
