"""LiteRT on this computer, against Keras and against plain arithmetic."""

import json
import subprocess
import sys
from pathlib import Path

import models
import numpy as np
import pytest
from models import OPERATOR, hand_made, pack

from tinyml_helpers import model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert, tflm


@pytest.fixture(scope="module")
def keras_result():
    with quiet():
        return models.net().predict(models.examples(20), verbose=0, batch_size=1)


def classifier(operator_name="LOGISTIC", shape=(1, 1)):
    """A float model of one operator on `shape`, the score of a class or of several."""
    tensors = [{"shape": shape}, {"shape": shape}]
    return pack(hand_made(OPERATOR[operator_name], tensors, [0], [1]))


def test_float_model_computes_what_keras_does(tiny_models, keras_result):
    result = litert.predict(tiny_models["float32"], models.examples(20))
    assert result.dtype == np.float32 and result.shape == (20, 10)
    np.testing.assert_allclose(result, keras_result, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("number_format", "bound"), [("int16x8", 0.02), ("int8", 0.15)])
def test_integer_models_come_close(tiny_models, keras_result, number_format, bound):
    result = litert.predict(tiny_models[number_format], models.examples(20))
    assert result.dtype == np.float32
    assert 0 < np.abs(result - keras_result).max() < bound


def test_int8_results_are_codes_of_the_output(int8_model):
    output = model_file.read(int8_model).outputs[0]
    codes = litert.predict(int8_model, models.examples(5)) / output.scale + output.zero_point
    np.testing.assert_array_equal(codes, np.round(codes))


def test_each_example_on_its_own(int8_model):
    x = models.examples(6)
    together = litert.predict(int8_model, x)
    for place in range(6):
        np.testing.assert_array_equal(together[place], litert.predict(int8_model, x[[place]])[0])


def test_the_kind_of_number_does_not_matter(int8_model):
    x = np.round(models.examples(3))
    expected = litert.predict(int8_model, x)
    for kind in (np.float64, np.int32, bool):
        np.testing.assert_array_equal(litert.predict(int8_model, x.astype(kind)), expected)


def test_no_example_remembers_the_one_before():
    result = litert.predict(models.memory_model(), np.ones((4, 1)))
    np.testing.assert_array_equal(result, np.ones((4, 1)))


def test_accuracy(int8_model):
    x = models.examples(10)
    said = litert.predict(int8_model, x).argmax(axis=1)
    assert litert.accuracy(int8_model, x, said) == 1.0
    wrong = (said + 1) % 10
    assert litert.accuracy(int8_model, x, wrong) == 0.0
    assert litert.accuracy(int8_model, x, said.astype(float)) == 1.0
    half = np.where(np.arange(10) < 5, said, wrong)
    assert litert.accuracy(int8_model, x, half.tolist()) == 0.5


def test_accuracy_of_two_classes_with_one_output():
    assert litert.accuracy(classifier(), [[-3], [-1], [2], [5]], [0, 1, 1, 1]) == 0.75


def test_nothing_is_printed(int8_model, capfd):
    litert.predict(int8_model, models.examples(2))
    with pytest.raises(ValueError, match="can't run"):
        litert.predict(classifier("CUSTOM"), [[1.0]])
    assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((8, 8, 1)), r"shape \[n, 8, 8, 1\], not \[8, 8, 1\]"),
        (np.zeros((2, 8, 8)), r"shape \[n, 8, 8, 1\]"),
        (np.zeros((0, 8, 8, 1)), r"not \[0, 8, 8, 1\]"),
        (1.0, r"not \[\]"),
        (np.full((1, 8, 8, 1), np.nan), "NaN"),
        (np.full((1, 8, 8, 1), np.inf), "infinity"),
        (np.full((1, 8, 8, 1), "1"), "real numbers"),
        (np.zeros((1, 8, 8, 1), complex), "real numbers"),
        ([[1.0], [1.0, 2.0]], "differ in shape"),
    ],
)
def test_examples_that_do_not_fit(int8_model, x, message):
    with pytest.raises(ValueError, match=message):
        litert.predict(int8_model, x)


@pytest.mark.parametrize("labels", [[1], [[1, 2]], 1, []])
def test_labels_that_do_not_fit(int8_model, labels):
    with pytest.raises(ValueError, match="one class number for each of the 2 examples"):
        litert.accuracy(int8_model, np.zeros((2, 8, 8, 1)), labels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["cat", "dog"], "numbers of classes.*<U3 such as 'cat'"),
        ([None, 1], "numbers of classes.*such as None"),
        ([np.nan, 1], "no NaN"),
        ([0.5, 1], "whole ones"),
        ([0, 10], "go from 0 to 10.*classes 0 to 9"),
        ([-1, 3], "go from -1 to 3"),
        ([[1], [1, 2]], "one class number for each"),
    ],
)
def test_labels_that_are_no_classes_are_no_wrong_answers(int8_model, labels, message):
    with pytest.raises(ValueError, match=message):
        litert.accuracy(int8_model, np.zeros((2, 8, 8, 1)), labels)


@pytest.mark.parametrize("x", [None, 1.0, np.array(1.0)])
def test_accuracy_of_no_examples(int8_model, x):
    with pytest.raises(ValueError, match="examples as one array"):
        litert.accuracy(int8_model, x, [1])


def test_one_output_tells_two_classes_apart():
    with pytest.raises(ValueError, match="classes 0 to 1"):
        litert.accuracy(classifier(), [[-3], [2]], [0, 2])


@pytest.mark.parametrize(
    "model",
    [
        classifier(shape=(2, 1)),  # two examples at a time
        pack(hand_made(OPERATOR["ADD"], [{"shape": [1, 1]}] * 3, [0, 1], [2])),
    ],
    ids=["batch of two", "two inputs"],
)
def test_models_that_do_not_fit(model):
    with pytest.raises(ValueError, match="one input, for one example at a time"):
        litert.predict(model, [[1.0]])


def reshaped(shape):
    """A float model that makes `shape` of its input [1, 4], or of [1, 1] for a scalar."""
    size = int(np.prod(shape))
    wanted = {"shape": [len(shape)], "type": 2, "data": np.array(shape, np.int32)}
    tensors = [{"shape": [1, size]}, wanted, {"shape": list(shape)}]
    return pack(hand_made(OPERATOR["RESHAPE"], tensors, [0, 1], [2]))


@pytest.mark.parametrize(
    ("shape", "result"),
    [((1, 4), (5, 4)), ((4,), (5, 4)), ((2, 2), (5, 2, 2)), ((1,), (5,)), ((), (5,))],
)
def test_each_example_has_its_own_result_whatever_the_outputs_shape(shape, result):
    x = np.arange(5 * int(np.prod(shape)), dtype=np.float32).reshape(5, -1)
    np.testing.assert_array_equal(litert.predict(reshaped(shape), x), x.reshape(result))


def crashing(name):
    """An int8 model that LiteRT ends the process over: a scale finer than its kernel can hold."""
    fine = {"shape": [1, 4], "type": 9, "scale": [8e-9], "zero_point": [0]}
    coarse = fine | {"scale": [0.02]}
    if name == "SOFTMAX":
        probability = fine | {"scale": [1 / 256], "zero_point": [-128]}
        options = models.schema.SoftmaxOptionsT()
        options.beta = 1.0
        return pack(hand_made(OPERATOR[name], [fine, probability], [0], [1], (9, options)))
    model = hand_made(OPERATOR[name], [coarse, coarse, fine], [0, 1], [2])
    model.subgraphs[0].operators[0].inputs = [0, 0]
    model.subgraphs[0].inputs = [0]
    return pack(model)


@pytest.mark.parametrize("name", ["SOFTMAX", "ADD"])
def test_a_crash_of_litert_is_a_value_error(name):
    with pytest.raises(ValueError, match=rf"crashes.*{name}.* of scale 8e-09, too fine"):
        litert.predict(crashing(name), np.zeros((1, 4)))


@pytest.mark.parametrize("name", ["SOFTMAX", "ADD"])
def test_tflm_crashes_for_the_same_reason(name, needs_tflm):
    with pytest.raises(tflm.CannotRun, match=rf"crashes.*{name}.* of scale 8e-09, too fine"):
        tflm.predict(crashing(name), np.zeros((1, 4)))


def test_a_model_is_tried_once(int8_model, monkeypatch):
    litert.predict(int8_model, models.examples(1))
    monkeypatch.setattr(litert.subprocess, "run", None)
    litert.predict(int8_model, models.examples(1))


def test_what_the_reference_kernels_lack_the_others_run():
    with pytest.warns(UserWarning, match="reference kernels lack ELU"):
        result = litert.predict(classifier("ELU"), [[-1.0], [2.0]])
    np.testing.assert_allclose(result, [[np.expm1(-1)], [2]], rtol=1e-6)


def test_an_operator_that_no_kernels_of_litert_have():
    model = models.hand_made(OPERATOR["ELU"], [{"shape": [1, 1]}] * 2, [0], [1])
    model.operatorCodes[0].version = 99
    with pytest.raises(ValueError, match="no kernel for its ELU operator"):
        litert.predict(pack(model), [[1.0]])


def test_bytes_that_are_no_model():
    with pytest.raises(model_file.ModelFileError):
        litert.predict(b"no model", [[1.0]])


def test_model_that_litert_refuses(shared_model):
    """This model's biases have a scale for each channel of a dimension they lack."""
    with pytest.raises(ValueError, match="LiteRT can't run this model: quantized_dimension") as e:
        litert.predict(shared_model("person_detect.tflite"), np.zeros((1, 96, 96, 1)))
    assert len(str(e.value)) < 260 and "\n" not in str(e.value)


def test_the_trial_imports_all_of_tensorflow_where_it_must(tiny_models):
    hidden = (
        "import importlib.util as u, runpy\n"
        "found, u.find_spec = u.find_spec, lambda *a: u.__dict__.update(find_spec=found)\n"
        f"runpy.run_path({str(Path(litert.__file__).with_name('litert_trial.py'))!r},"
        " run_name='__main__')"
    )
    command = [sys.executable, "-P", "-c", hidden, "2", "3"]
    done = subprocess.run(command, input=tiny_models["int8"], capture_output=True, check=True)
    assert json.loads(done.stdout) == {"resolver": 2, "said": ""}


@pytest.mark.parametrize("type_number", [9, 7])  # int8, int16
def test_sums_of_integers_are_right(type_number):
    """The reference kernel gives wrong ones: the optimized one is taken."""
    steps = {"type": type_number, "scale": [0.1], "zero_point": [0]}
    axis = {"shape": [1], "type": 2, "data": np.int32([1])}
    options = models.schema.ReducerOptionsT()
    tensors = [steps | {"shape": [1, 4]}, axis, steps | {"shape": [1]}]
    model = hand_made(OPERATOR["SUM"], tensors, [0, 1], [2], (27, options))
    model.operatorCodes[0].version = 2
    with pytest.warns(UserWarning, match="compute SUM wrongly in int8 and int16"):
        result = litert.predict(pack(model), [[0.5, 1.0, -0.2, 3.0]])
    np.testing.assert_allclose(result, [4.3], atol=0.11)
