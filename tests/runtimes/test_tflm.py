"""The real TFLM: what it computes, what it needs, and what it can't do."""

import contextlib
import math
import sys

import models
import numpy as np
import pytest
from models import OPERATOR, hand_made, memory_model, pack

from tinyml_helpers import model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert, tflm


@pytest.fixture
def without_tflm(monkeypatch):
    """As on a computer the tflite-micro package has no wheel for."""
    monkeypatch.setitem(sys.modules, "tflite_micro", None)


def zeros(tflite_bytes):
    return [np.zeros(t.shape, t.dtype) for t in model_file.read(tflite_bytes).inputs]


# --- Without the package ---


def test_not_installed(int8_model, without_tflm):
    assert tflm.available() is False
    for use in (tflm.Interpreter, tflm.arena, lambda model: tflm.predict(model, [0])):
        with pytest.raises(tflm.NotInstalled, match="Linux on x86-64"):
            use(int8_model)


def test_or_skip_says_what_it_skips(int8_model, without_tflm, capsys):
    with tflm.or_skip():
        tflm.arena(int8_model)
        raise AssertionError("the rest of the block isn't skipped")
    said = capsys.readouterr().out
    assert said.startswith("Skipped: ") and said.count("\n") == 1 and "tflite-micro" in said


def test_or_skip_skips_what_needs_a_skipped_block(int8_model, without_tflm, capsys):
    with tflm.or_skip():
        arena = tflm.arena(int8_model)
    with tflm.or_skip():
        print(arena)
    assert capsys.readouterr().out.count("Skipped: ") == 2


def test_or_skip_shows_a_wrong_name_where_tflm_is_there(needs_tflm):
    with pytest.raises(NameError), tflm.or_skip():
        print(no_such_name)  # noqa: F821


def test_or_skip_hides_no_other_error(capsys):
    with pytest.raises(ZeroDivisionError), tflm.or_skip():
        _ = 1 / 0
    with tflm.or_skip():
        print("runs")
    assert capsys.readouterr().out == "runs\n"


# --- With it ---


@pytest.mark.usefixtures("needs_tflm")
class TestResults:
    def test_available(self):
        assert tflm.available() is True

    def test_float_model_computes_what_keras_does(self, tiny_models):
        x = models.examples(20)
        with quiet():
            expected = models.net().predict(x, verbose=0, batch_size=1)
        result = tflm.predict(tiny_models["float32"], x)
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("number_format", ["int8", "int16x8"])
    def test_litert_is_a_few_steps_away_at_most(self, tiny_models, number_format):
        model, x = tiny_models[number_format], models.examples()
        step = model_file.read(model).outputs[0].scale[0]
        difference = tflm.predict(model, x) - litert.predict(model, x)
        assert np.abs(difference).max() <= 8 * step

    def test_published_model_computes_a_sine(self, shared_model):
        angles = np.linspace(0, 2 * math.pi, 50)[:, np.newaxis]
        result = tflm.predict(shared_model("hello_world_int8.tflite"), angles)
        assert np.abs(result - np.sin(angles)).max() < 0.15

    def test_invoke_takes_and_gives_codes(self, int8_model):
        interpreter = tflm.Interpreter(int8_model)
        source, target = interpreter.model.inputs[0], interpreter.model.outputs[0]
        x = models.examples(3)
        codes = [interpreter.invoke(source.quantize(example[np.newaxis])) for example in x]
        assert codes[0].dtype == np.int8 and codes[0].shape == (1, 10)
        np.testing.assert_array_equal(
            target.dequantize(np.concatenate(codes)), tflm.predict(int8_model, x)
        )

    def test_several_inputs_and_outputs(self):
        model = hand_made(OPERATOR["SPLIT"], [], [], [])
        options = models.schema.SplitOptionsT()
        options.numSplits = 2
        axis = {"shape": [], "type": 2, "data": np.array(1, np.int32)}
        half = {"shape": [1, 2]}
        model = hand_made(
            OPERATOR["SPLIT"], [axis, {"shape": [1, 4]}, half, half], [0, 1], [2, 3], (35, options)
        )
        first, second = tflm.Interpreter(pack(model)).invoke(np.arange(4, dtype="f4")[None])
        assert (first.tolist(), second.tolist()) == ([[0, 1]], [[2, 3]])
        model = pack(hand_made(OPERATOR["MAXIMUM"], [half] * 3, [0, 1], [2]))
        biggest = tflm.Interpreter(model).invoke(np.float32([[1, 5]]), np.float32([[2, 4]]))
        assert biggest.tolist() == [[2, 5]]

    def test_memory_is_kept_until_reset_and_predict_resets(self):
        interpreter, one = tflm.Interpreter(memory_model()), np.ones((1, 1), np.float32)
        assert [interpreter.invoke(one).item() for _ in range(4)] == [1, 2, 3, 3]
        interpreter.reset()
        assert interpreter.invoke(one).item() == 1
        assert tflm.predict(memory_model(), np.ones((3, 1))).tolist() == [[1], [1], [1]]

    def test_every_tensor(self, int8_model):
        interpreter = tflm.Interpreter(int8_model)
        model = interpreter.model
        codes = model.inputs[0].quantize(models.examples(1))
        tensors = interpreter.tensors(codes)
        assert list(tensors) == list(range(len(model.tensors)))
        for index, values in tensors.items():
            tensor = model.tensors[index]
            assert values.dtype == tensor.dtype and values.shape == tensor.shape
            if tensor.is_constant:
                np.testing.assert_array_equal(values, tensor.data)
        np.testing.assert_array_equal(tensors[model.inputs[0].index], codes)
        np.testing.assert_array_equal(tensors[model.outputs[0].index], interpreter.invoke(codes))
        (add,) = (o for o in model.operators if o.name == "ADD")
        first, second, total = (
            model.tensors[i].dequantize(tensors[i]) for i in (*add.inputs, *add.outputs)
        )
        step = model.tensors[add.outputs[0]].scale[0]
        assert np.abs(total - (first + second)).max() <= step

    def test_tensors_nothing_fills_are_left_out(self):
        model = hand_made(OPERATOR["LOGISTIC"], [{"shape": [1]}] * 3, [0], [2])
        tensors = tflm.Interpreter(pack(model)).tensors(np.zeros(1, np.float32))
        assert list(tensors) == [0, 2] and tensors[2] == [0.5]

    def test_the_bytes_may_be_thrown_away(self, int8_model):
        given = bytearray(int8_model)
        interpreter = tflm.Interpreter(given)
        before = interpreter.invoke(*zeros(int8_model))
        given[:] = bytes(len(given))
        del given
        np.testing.assert_array_equal(interpreter.invoke(*zeros(int8_model)), before)

    def test_nothing_is_printed(self, int8_model, capfd):
        tflm.arena(int8_model)
        tflm.predict(int8_model, models.examples(2))
        with contextlib.suppress(tflm.CannotRun):
            tflm.Interpreter(int8_model, arena_bytes=2000)
        assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.usefixtures("needs_tflm")
class TestArena:
    @pytest.mark.parametrize("number_format", ["float32", "int8", "int16x8"])
    def test_smallest_arena_works_and_a_smaller_one_does_not(self, tiny_models, number_format):
        model = tiny_models[number_format]
        use = tflm.arena(model)
        assert use.total_bytes % 16 == 0
        np.testing.assert_array_equal(
            tflm.Interpreter(model, use.total_bytes).invoke(*zeros(model)),
            tflm.Interpreter(model).invoke(*zeros(model)),
        )
        with pytest.raises(tflm.CannotRun, match=f"too small: this model needs {use.total_bytes}"):
            tflm.Interpreter(model, use.total_bytes - 16)

    def test_parts_add_up(self, int8_model):
        use = tflm.arena(int8_model)
        assert use.head_bytes + use.tail_bytes <= use.total_bytes
        assert sum(use.parts.values()) == use.tail_bytes
        assert use.parts["other"] > 0
        assert {"TfLiteEvalTensor data", "NodeAndRegistration struct"} <= set(use.parts)

    def test_the_head_holds_the_widest_moment(self, int8_model):
        """While ADD runs, its two inputs and its output are alive: three times 8 x 8 x 4 bytes."""
        assert tflm.arena(int8_model).head_bytes == 3 * 8 * 8 * 4

    def test_published_figure(self, shared_model):
        """Its three widest tensors are 48 x 48 x 8, 48 x 48 x 8 and 48 x 48 x 16, two at a time."""
        use = tflm.arena(shared_model("person_detect.tflite"))
        assert use.head_bytes == 48 * 48 * (8 + 16)

    @pytest.mark.parametrize("arena_bytes", [1, 100, 500, 1592, 2304, 3000])
    def test_any_small_arena_is_an_error_and_no_crash(self, int8_model, arena_bytes):
        with pytest.raises(tflm.CannotRun, match=f"an arena of {arena_bytes} bytes is too small"):
            tflm.Interpreter(int8_model, arena_bytes)

    @pytest.mark.parametrize("arena_bytes", [0, -1, 0.5, "1000", 2**40])
    def test_arena_that_is_no_size(self, int8_model, arena_bytes):
        with pytest.raises(ValueError, match="a number of bytes up to 4 GB"):
            tflm.Interpreter(int8_model, arena_bytes)


@pytest.mark.usefixtures("needs_tflm")
class TestRefusals:
    @pytest.mark.parametrize(
        ("inputs", "message"),
        [
            ([], "takes 1 inputs, not 0"),
            ([np.zeros((1, 8, 8, 1), np.int8)] * 2, "takes 1 inputs, not 2"),
            ([np.zeros((1, 8, 8, 1), np.float32)], "is int8 .*, not float32"),
            ([np.zeros((1, 8, 8, 1), np.uint8)], "not uint8"),
            ([np.zeros((8, 8, 1), np.int8)], r"not int8 \[8, 8, 1\]"),
        ],
    )
    def test_inputs_that_do_not_fit(self, int8_model, inputs, message):
        interpreter = tflm.Interpreter(int8_model)
        for use in (interpreter.invoke, interpreter.tensors):
            with pytest.raises(ValueError, match=message):
                use(*inputs)

    @pytest.mark.parametrize("x", [np.zeros((8, 8, 1)), np.full((1, 8, 8, 1), np.nan)])
    def test_examples_that_do_not_fit(self, int8_model, x):
        with pytest.raises(ValueError, match=r"give examples of shape|NaN"):
            tflm.predict(int8_model, x)

    @pytest.mark.parametrize("use", [tflm.Interpreter, tflm.arena])
    def test_bytes_that_are_no_model(self, use):
        with pytest.raises(model_file.ModelFileError):
            use(b"no model")

    @pytest.mark.parametrize("use", [tflm.Interpreter, tflm.arena])
    def test_operator_tflm_lacks(self, use):
        model = pack(hand_made(OPERATOR["SPARSE_TO_DENSE"], [{"shape": [1]}] * 2, [0], [1]))
        with pytest.raises(tflm.CannotRun, match="TFLM has no SPARSE_TO_DENSE operator"):
            use(model)

    def test_custom_operator_tflm_lacks(self):
        tensors = [{"shape": [1]}] * 2
        model = hand_made(OPERATOR["CUSTOM"], tensors, [0], [1], custom_code="MINE")
        with pytest.raises(tflm.CannotRun, match="lacks a custom operator of this model: MINE"):
            tflm.Interpreter(pack(model))

    def test_dynamic_range_model(self, tiny_models):
        """TFLM has no kernels for integer weights on float activations."""
        with pytest.raises(tflm.CannotRun, match="FLOAT32 with filter type: INT8 not supported"):
            tflm.Interpreter(tiny_models["dynamic"])

    def test_model_that_crashes_tflm(self):
        """An SVDF without a bias, which TFLM looks for all the same."""
        model = memory_model(bias=-1)
        assert litert.predict(model, [[1.0]]) == 1.0
        with pytest.raises(tflm.CannotRun, match="TFLM crashes on this model"):
            tflm.Interpreter(model)
