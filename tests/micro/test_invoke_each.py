"""Many examples in one call, on several cores: each is as if it were alone."""

import models
import numpy as np
import pytest
import vector_layers

from tinyml_helpers import micro

EXAMPLES = 100  # more than a thread runs at a time


def codes_for(interpreter, count):
    """Random codes for so many examples."""
    shape = (count, *interpreter.model.inputs[0].shape[1:])
    return np.random.default_rng(0).integers(-128, 128, shape).astype(np.int8)


@pytest.mark.parametrize("threads", [1, 2, 3, 64, None])
def test_results_are_those_of_invoke_in_order_whatever_the_threads(threads, int8_model):
    interpreter = micro.Interpreter(int8_model)
    codes = codes_for(interpreter, EXAMPLES)
    expected = np.stack([interpreter.invoke(example[np.newaxis]) for example in codes])
    found = interpreter.invoke_each(codes, threads)
    assert len({example.tobytes() for example in expected}) > EXAMPLES / 2
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_codes_that_lie_scattered_in_memory_are_taken_in_their_order(int8_model):
    interpreter = micro.Interpreter(int8_model)
    codes = codes_for(interpreter, EXAMPLES)
    backwards = interpreter.invoke_each(codes[::-1])
    np.testing.assert_array_equal(backwards[::-1], interpreter.invoke_each(codes))


@pytest.mark.parametrize("threads", [1, 3])
def test_an_example_sees_nothing_that_the_model_kept_of_another(threads):
    interpreter = micro.Interpreter(models.memory_model())
    ones = np.ones((EXAMPLES, 1), np.float32)
    assert (interpreter.invoke_each(ones, threads) == 1).all()
    assert [interpreter.invoke(ones[:1]).item() for _ in range(3)] == [1, 2, 3]


def test_what_the_interpreter_itself_keeps_stays():
    interpreter = micro.Interpreter(models.memory_model())
    one = np.ones((1, 1), np.float32)
    interpreter.invoke(one)
    interpreter.invoke_each(one)
    assert interpreter.invoke(one).item() == 2


def test_no_examples_make_no_results(int8_model):
    interpreter = micro.Interpreter(int8_model)
    found = interpreter.invoke_each(codes_for(interpreter, 0))
    assert found.shape == (0, *interpreter.model.outputs[0].shape)


def test_examples_of_another_shape_or_dtype_are_refused(int8_model):
    interpreter = micro.Interpreter(int8_model)
    codes = codes_for(interpreter, 2)
    for wrong in (codes[:, 1:], codes[0], codes.astype(np.float32)):
        with pytest.raises(ValueError, match=r"takes int8 \[1, .* for one example"):
            interpreter.invoke_each(wrong)


@pytest.mark.parametrize("threads", [0, -1, 1.5])
def test_threads_that_are_no_number_of_cores_are_refused(threads, int8_model):
    interpreter = micro.Interpreter(int8_model)
    with pytest.raises(ValueError, match="threads is a number of cores"):
        interpreter.invoke_each(codes_for(interpreter, 1), threads)


def test_an_error_in_one_thread_comes_out_and_nobody_waits(int8_model, monkeypatch):
    def fail(self, codes, results):
        raise MemoryError("no more")

    interpreter = micro.Interpreter(int8_model)
    monkeypatch.setattr(micro.interpreter.Loaded, "invoke_each", fail)
    monkeypatch.setattr(micro.interpreter, "_EXAMPLES_AT_ONCE", 1)  # the thread goes on meanwhile
    with pytest.raises(MemoryError, match="no more"):
        interpreter.invoke_each(codes_for(interpreter, 100 * EXAMPLES), 1)


def test_a_model_with_several_inputs_is_refused():
    case = vector_layers.make("FULLY_CONNECTED", 0)
    with pytest.raises(ValueError, match="one input and one output"):
        micro.Interpreter(case.tflite_bytes).invoke_each(case.inputs[0])


def test_predict_takes_as_many_examples_as_there_are(int8_model):
    x = models.examples(EXAMPLES)
    together = micro.predict(int8_model, x)
    alone = [micro.predict(int8_model, x[[place]])[0] for place in range(EXAMPLES)]
    np.testing.assert_array_equal(together, alone)
