"""What runs where: the table, and that each way round in it is one."""

import foreign
import numpy as np
import pytest
from models import OPERATOR, hand_made, large, memory_model, pack, schema

from tinyml_helpers import compress, micro, model_file, report
from tinyml_helpers.runtimes import tflm

layers = foreign.layers


def fixed_and_open(kind):
    """Keras models whose batch is open and fixed, with the same weights."""
    makers = {
        "dilated": foreign.dilated,
        "LSTM": lambda batch=None: foreign.recurrent("LSTM", batch, unroll=True),
    }
    some, fixed = makers[kind](), makers[kind](batch=1)
    fixed.set_weights(some.get_weights())
    return some, fixed


def verdicts(model):
    """A dict of operator to micro, TFLM and LiteRT; and what the whole model gets."""
    found = report.operators(model)
    rows = {row.name: (row.micro, row.tflm, row.litert) for row in found.rows}
    return rows, (found.whole.micro, found.whole.tflm, found.whole.litert), found


def runs_everywhere(model):
    rows, whole, found = verdicts(model)
    return {*rows.values(), whole} == {("yes", "yes", "yes")}, str(found)


def way(found, name):
    (text,) = {row.way_round for row in found.rows if row.name == name}
    return text


pytestmark = pytest.mark.usefixtures("needs_tflm")


class TestTable:
    def test_a_model_of_the_lessons_runs_everywhere(self, int8_model):
        good, text = runs_everywhere(int8_model)
        assert good, text
        model = model_file.read(int8_model)
        rows = report.operators(int8_model).rows
        places = [place for row in rows for place in row.places]
        assert sorted(places) == [operator.index for operator in model.operators]
        assert all(model.operators[place].name == row.name for row in rows for place in row.places)
        assert not any(row.way_round for row in rows)

    @pytest.mark.parametrize(
        "name",
        [
            "hello_world_float.tflite",
            "hello_world_int8.tflite",
            "micro_speech_quantized.tflite",
            "person_detect.tflite",
        ],
    )
    def test_tflms_own_examples_run_on_tflm(self, shared_model, name):
        rows, whole, _ = verdicts(shared_model(name))
        assert {(row[0], row[1]) for row in (*rows.values(), whole)} == {("yes", "yes")}

    def test_what_litert_alone_refuses_is_told_once(self, shared_model):
        """Today's LiteRT takes no quantized dimension beyond the scales; the chips' programs do."""
        rows, whole, found = verdicts(shared_model("person_detect.tflite"))
        assert rows["DEPTHWISE_CONV_2D"] == whole == ("yes", "yes", "no")
        assert str(found).count("quantized_dimension must be in range") == 1
        assert not way(found, "DEPTHWISE_CONV_2D")

    def test_it_goes_on_after_the_first_problem(self):
        chain = [
            layers.Conv2D(4, 3, dilation_rate=2, padding="same"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.Conv2D(2, 3),
        ]
        rows, whole, found = verdicts(foreign.convert(foreign.keras_model((8, 8, 1), *chain)))
        assert rows["SPACE_TO_BATCH_ND"] == rows["BATCH_TO_SPACE_ND"] == ("no", "wrong", "yes")
        assert rows["PRELU"] == ("no", "yes", "yes")
        assert rows["CONV_2D"] == ("yes", "yes", "yes")
        assert whole == ("no", "wrong", "yes")
        text = str(found)
        assert "says that [1, 6, 6, 1] come out: [4, 6, 6, 1] do" in " ".join(text.split())
        assert max(map(len, text.splitlines())) < 120

    def test_alike_operators_share_a_row(self):
        rows = report.operators(
            foreign.convert(foreign.recurrent("LSTM", batch=1, unroll=True))
        ).rows
        assert len({row.name for row in rows}) == len(rows)
        tanh = next(row for row in rows if row.name == "TANH")
        assert len(tanh.places) == 2 * 3  # two a time step

    def test_shapes_computed_on_the_way_are_real_ones(self):
        """Behind a custom operator too, where LiteRT can't run the whole model."""

        def function(x):
            x = foreign.tf.raw_ops.Digamma(x=x)
            return foreign.tf.reshape(x, [foreign.tf.shape(x)[0], 12])

        rows, whole, found = verdicts(foreign.convert_function(function, (None, 3, 4)))
        assert rows.pop("Digamma") == ("no", "no", "no") == whole
        assert {"SHAPE", "PACK", "RESHAPE"} <= set(rows)
        assert set(rows.values()) == {("yes", "yes", "yes")}, str(found)

    def test_what_only_runs_in_the_whole_model_counts(self):
        """A variable is read by one operator, and made by another."""
        owner = foreign.tf.Module()
        owner.state = foreign.tf.Variable(np.zeros((1, 3), np.float32))

        def function(x):
            return owner.state.assign_add(x) * 2.0

        rows, whole, found = verdicts(foreign.convert_function(function, (1, 3), owner))
        assert whole[2] == rows["READ_VARIABLE"][2] == rows["VAR_HANDLE"][2] == "yes", str(found)
        assert rows["MUL"] == ("yes", "yes", "yes")

    def test_a_crash_is_a_no(self):
        rows, whole, found = verdicts(memory_model(bias=-1))
        assert rows["SVDF"] == whole == ("yes", "no", "yes")
        assert "TFLM: crashes on this model" in str(found)

    def test_what_is_refused_as_a_whole_only_is_told_too(self):
        """One tensor, written twice: each operator alone has nothing against it."""
        model = hand_made(OPERATOR["RELU"], [{"shape": [2]}] * 2, [0], [1])
        model.subgraphs[0].outputs = [0, 1]
        model.subgraphs[0].operators.append(model.subgraphs[0].operators[0])
        rows, whole, found = verdicts(pack(model))
        assert rows["RELU"][0] == "yes" and whole[0] == "no"
        (line,) = [line for line in str(found).splitlines() if line.startswith("the model")]
        assert "micro: " in line

    def test_a_tensor_without_a_type_in_numpy_is_not_tried(self):
        text = {"shape": [1], "type": schema.TensorType.STRING}
        rows, whole, found = verdicts(pack(hand_made(OPERATOR["RESHAPE"], [text, text], [0], [1])))
        assert rows["RESHAPE"] == whole == ("no", "-", "-")
        assert "-: not tried" in str(found)

    def test_what_is_too_large_is_not_tried(self):
        _, whole, found = verdicts(large([(1 << 28) + 1]))
        assert whole == ("-", "-", "-")
        rows, whole, found = verdicts(large([1 << 30]))
        assert rows["RELU"] == whole == ("no", "-", "-")
        assert "larger than a gigabyte" in str(found)

    def test_without_tflm_its_column_is_empty(self, int8_model, monkeypatch):
        monkeypatch.setattr(tflm, "available", lambda: False)
        rows, whole, found = verdicts(int8_model)
        assert {*rows.values(), whole} == {("yes", "-", "yes")}
        assert "Linux on x86-64" in str(found)

    def test_what_is_no_model(self):
        with pytest.raises(model_file.ModelFileError):
            report.operators(b"no model")


def test_wrong_results_are_found_whatever_the_operator(monkeypatch):
    """Here the micro-interpreter is made to give another's results."""
    from tinyml_helpers.report import trials

    model = pack(hand_made(OPERATOR["RELU"], [{"shape": [1, 9]}] * 2, [0], [1]))
    tanh = pack(hand_made(OPERATOR["TANH"], [{"shape": [1, 9]}] * 2, [0], [1]))
    whole = micro.Interpreter
    monkeypatch.setattr(trials.micro, "Interpreter", lambda _: whole(tanh))
    rows, whole, found = verdicts(model)
    assert rows["RELU"] == whole == ("wrong", "yes", "yes")
    assert "its results are not LiteRT's" in str(found)


class TestWaysRound:
    def test_a_dilated_convolution_with_a_fixed_batch(self):
        some, fixed = fixed_and_open("dilated")
        _, _, found = verdicts(foreign.convert(some))
        assert "batch_size=1" in way(found, "SPACE_TO_BATCH_ND") == way(found, "BATCH_TO_SPACE_ND")
        model = foreign.convert(fixed)
        good, text = runs_everywhere(model)
        assert good and "BATCH" not in text, text
        x = foreign.random_inputs(3, 8, 8, 1)
        np.testing.assert_allclose(micro.predict(model, x), some.predict(x, verbose=0), atol=1e-5)

    def test_or_quantized_here(self):
        x = foreign.random_inputs(20, 8, 8, 1)
        good, text = runs_everywhere(compress.quantize(foreign.dilated(), "int8", representative=x))
        assert good and "BATCH" not in text, text

    def test_a_fill_with_a_fixed_batch(self):
        some, fixed = fixed_and_open("LSTM")
        rows, _, found = verdicts(foreign.convert(some))
        assert rows["FILL"] == ("no", "no", "yes")
        assert "batch_size=1" in way(found, "FILL")
        good, text = runs_everywhere(foreign.convert(fixed))
        assert good and "FILL" not in text, text

    @pytest.mark.parametrize("kind", ["LSTM", "GRU"])
    def test_a_loop_unrolled(self, kind):
        loop, unrolled = (foreign.recurrent(kind, 1, unroll) for unroll in (False, True))
        unrolled.set_weights(loop.get_weights())
        rows, _, found = verdicts(foreign.convert(loop))
        assert rows["WHILE"] == ("no", "yes", "yes")
        assert "unroll=True" in way(found, "WHILE")
        model = foreign.convert(unrolled)
        good, text = runs_everywhere(model)
        assert good, text
        x = foreign.random_inputs(3, 3, 2)
        expected = np.concatenate([loop.predict(one[None], verbose=0) for one in x])
        np.testing.assert_allclose(micro.predict(model, x), expected, atol=1e-5)

    def test_a_prelu_as_a_leaky_one(self):
        rows, _, found = verdicts(
            foreign.convert(foreign.keras_model((4,), layers.Dense(3), layers.PReLU(), batch=1))
        )
        assert rows["PRELU"] == ("no", "yes", "yes")
        for name in ("ReLU", "LeakyReLU"):
            assert name in way(found, "PRELU")
            other = foreign.keras_model((4,), layers.Dense(3), getattr(layers, name)(), batch=1)
            good, text = runs_everywhere(foreign.convert(other))
            assert good, text

    def test_weights_in_float16_in_another_format(self):
        net = foreign.keras_model((8, 8, 1), layers.Conv2D(4, 3), layers.Flatten(), batch=1)
        rows, _, found = verdicts(foreign.convert(net, float16=True))
        assert rows["DEQUANTIZE"] == ("no", "no", "yes") and rows["CONV_2D"][0] == "no"
        assert "float16" in way(found, "DEQUANTIZE") == way(found, "CONV_2D")
        x = foreign.random_inputs(20, 8, 8, 1)
        for model in (foreign.convert(net), compress.quantize(net, "int8", representative=x)):
            good, text = runs_everywhere(model)
            assert good, text

    def test_integer_weights_with_representative_inputs(self, tiny_models):
        found = report.operators(tiny_models["dynamic"])
        refused = [row for row in found.rows if row.micro == "no"]
        assert refused and (found.whole.micro, found.whole.tflm) == ("no", "no")
        for row in refused:
            assert (row.tflm, row.litert) == ("no", "yes")
            assert "representative" in row.way_round
        good, text = runs_everywhere(tiny_models["int8"])
        assert good, text

    def test_int16_as_int8(self, tiny_models):
        _, whole, found = verdicts(tiny_models["int16x8"])
        assert whole[0] == "no"
        assert all("to int8" in row.way_round for row in found.rows if row.micro == "no")

    def test_a_custom_operator_left_out(self):
        def with_it(x):
            return foreign.tf.nn.relu(foreign.tf.raw_ops.Digamma(x=x * 2.0))

        _, _, found = verdicts(foreign.convert_function(with_it, (1, 4)))
        assert "custom operator" in way(found, "Digamma")
        good, text = runs_everywhere(foreign.convert_function(lambda x: x * 2.0, (1, 4)))
        assert good, text

    def test_an_operator_of_tensorflows_left_out(self):
        model = foreign.convert_function(
            lambda x: foreign.tf.math.tan(x * 2.0), (1, 4), select=True
        )
        rows, _, found = verdicts(model)
        assert rows["FlexTan"] == ("no", "no", "no")
        assert "SELECT_TF_OPS" in way(found, "FlexTan")

    def test_an_input_with_a_size(self):
        chain = [layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(3)]
        rows, _, found = verdicts(foreign.convert(foreign.keras_model((None, None, 1), *chain)))
        assert rows["CONV_2D"] == ("no", "wrong", "yes")
        assert "keras.Input((height, width, channels)" in way(found, "CONV_2D")
        good, text = runs_everywhere(
            foreign.convert(foreign.keras_model((8, 8, 1), *chain, batch=1))
        )
        assert good, text

    def test_what_only_tflm_has(self):
        model = foreign.convert_function(lambda x: foreign.tf.nn.elu(x), (1, 4))
        rows, _, found = verdicts(model)
        assert rows["ELU"] == ("no", "yes", "yes")
        assert "firmware with TFLM" in way(found, "ELU")

    def test_an_lstm_in_one_operator(self):
        """As converters before Keras 3 wrote it: made by hand here."""
        rows, whole, found = verdicts(_fused_lstm())
        assert rows["UNIDIRECTIONAL_SEQUENCE_LSTM"] == whole
        assert whole[0] == "no" and whole[2] == "yes"
        assert "unroll=True" in way(found, "UNIDIRECTIONAL_SEQUENCE_LSTM")


def _fused_lstm():
    """A UNIDIRECTIONAL_SEQUENCE_LSTM of four cells on [1, 5, 3], in float32."""
    random = np.random.default_rng(0)

    def weights(*shape):
        return {"shape": shape, "data": random.standard_normal(shape).astype(np.float32)}

    tensors = [{"shape": [1, 5, 3]}]
    tensors += [weights(4, 3) for _ in range(4)] + [weights(4, 4) for _ in range(4)]
    tensors += [weights(4) for _ in range(4)]
    tensors += [{"shape": [1, 4], "isVariable": True} for _ in range(2)]
    tensors += [{"shape": [1, 5, 4]}]
    inputs = [*range(9), -1, -1, -1, *range(9, 13), -1, -1, 13, 14, -1, -1, -1, -1]
    options = schema.UnidirectionalSequenceLSTMOptionsT()
    options.fusedActivationFunction = 4  # TANH
    code = OPERATOR["UNIDIRECTIONAL_SEQUENCE_LSTM"]
    model = hand_made(code, tensors, inputs, [15], (71, options))
    model.subgraphs[0].inputs = [0]
    return pack(model)
