"""Each way round that the table of operators shows is one: both models are made, and run."""

import foreign
import numpy as np
import pytest
from models import OPERATOR, hand_made, pack, schema
from what_runs import runs_everywhere, verdicts, way

from tinyml_helpers import compress, micro, report

layers = foreign.layers
pytestmark = pytest.mark.usefixtures("needs_tflm")


def fixed_and_open(kind):
    """Keras models whose batch is open and fixed, with the same weights."""
    makers = {
        "dilated": foreign.dilated,
        "LSTM": lambda batch=None: foreign.recurrent("LSTM", batch, unroll=True),
    }
    some, fixed = makers[kind](), makers[kind](batch=1)
    fixed.set_weights(some.get_weights())
    return some, fixed


def test_a_dilated_convolution_with_a_fixed_batch():
    some, fixed = fixed_and_open("dilated")
    _, _, found = verdicts(foreign.convert(some))
    assert "batch_size=1" in way(found, "SPACE_TO_BATCH_ND") == way(found, "BATCH_TO_SPACE_ND")
    model = foreign.convert(fixed)
    good, text = runs_everywhere(model)
    assert good and "BATCH" not in text, text
    x = foreign.random_inputs(3, 8, 8, 1)
    np.testing.assert_allclose(micro.predict(model, x), some.predict(x, verbose=0), atol=1e-5)


def test_or_quantized_here():
    x = foreign.random_inputs(20, 8, 8, 1)
    good, text = runs_everywhere(compress.quantize(foreign.dilated(), "int8", representative=x))
    assert good and "BATCH" not in text, text


def test_a_fill_with_a_fixed_batch():
    some, fixed = fixed_and_open("LSTM")
    rows, _, found = verdicts(foreign.convert(some))
    assert rows["FILL"] == ("no", "no", "yes")
    assert "batch_size=1" in way(found, "FILL")
    good, text = runs_everywhere(foreign.convert(fixed))
    assert good and "FILL" not in text, text


def test_a_reshape_of_the_batch_with_a_fixed_one():
    def merged(batch):
        def function(x):
            return foreign.tf.reshape(x, [-1, 6])

        return foreign.convert_function(function, (batch, 4, 6))

    rows, _, found = verdicts(merged(None))
    assert rows["RESHAPE"] == ("no", "no", "yes")
    assert "batch_size=1" in way(found, "RESHAPE")
    good, text = runs_everywhere(merged(1))
    assert good, text


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_a_loop_unrolled(kind):
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


def test_weights_in_float16_in_another_format():
    net = foreign.keras_model((8, 8, 1), layers.Conv2D(4, 3), layers.Flatten(), batch=1)
    rows, _, found = verdicts(foreign.convert(net, float16=True))
    assert rows["DEQUANTIZE"] == ("no", "no", "yes") and rows["CONV_2D"][0] == "no"
    assert "float16" in way(found, "DEQUANTIZE") == way(found, "CONV_2D")
    x = foreign.random_inputs(20, 8, 8, 1)
    for model in (foreign.convert(net), compress.quantize(net, "int8", representative=x)):
        good, text = runs_everywhere(model)
        assert good, text


def test_integer_weights_with_representative_inputs(tiny_models):
    found = report.operators(tiny_models["dynamic"])
    refused = [row for row in found.rows if row.micro == "no"]
    assert refused and (found.whole.micro, found.whole.tflm) == ("no", "no")
    for row in refused:
        assert (row.tflm, row.litert) == ("no", "yes")
        assert "representative" in row.way_round
    good, text = runs_everywhere(tiny_models["int8"])
    assert good, text


def test_int16_runs_everywhere(tiny_models):
    good, text = runs_everywhere(tiny_models["int16x8"])
    assert good, text


def test_int16_as_int8_where_an_operator_lacks_it():
    def pooled(shape=(8, 3)):
        chain = [foreign.layers.Conv1D(4, 3), foreign.layers.GlobalMaxPooling1D()]
        return foreign.keras_model(shape, *chain, batch=1)

    x = np.random.default_rng(0).normal(size=(20, 8, 3)).astype(np.float32)
    rows, _, found = verdicts(compress.quantize(pooled(), "int16x8", representative=x))
    assert rows["REDUCE_MAX"] == ("no", "no", "yes")
    assert "to int8" in way(found, "REDUCE_MAX")
    good, text = runs_everywhere(compress.quantize(pooled(), "int8", representative=x))
    assert good, text


def test_a_custom_operator_left_out():
    def with_it(x):
        return foreign.tf.nn.relu(foreign.tf.raw_ops.Digamma(x=x * 2.0))

    _, _, found = verdicts(foreign.convert_function(with_it, (1, 4)))
    assert "custom operator" in way(found, "Digamma")
    good, text = runs_everywhere(foreign.convert_function(lambda x: x * 2.0, (1, 4)))
    assert good, text


def test_an_operator_of_tensorflows_left_out():
    model = foreign.convert_function(lambda x: foreign.tf.math.tan(x * 2.0), (1, 4), select=True)
    rows, _, found = verdicts(model)
    assert rows["FlexTan"] == ("no", "no", "no")
    assert "SELECT_TF_OPS" in way(found, "FlexTan")


def test_an_input_with_a_size():
    chain = [layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(3)]
    rows, _, found = verdicts(foreign.convert(foreign.keras_model((None, None, 1), *chain)))
    assert rows["CONV_2D"] == ("no", "wrong", "yes")
    assert "keras.Input((height, width, channels)" in way(found, "CONV_2D")
    good, text = runs_everywhere(foreign.convert(foreign.keras_model((8, 8, 1), *chain, batch=1)))
    assert good, text


def test_what_only_tflm_has():
    model = foreign.convert_function(lambda x: foreign.tf.nn.elu(x), (1, 4))
    rows, _, found = verdicts(model)
    assert rows["ELU"] == ("no", "yes", "yes")
    assert "firmware with TFLM" in way(found, "ELU")


def test_an_lstm_in_one_operator():
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


def test_weights_of_few_bits_as_they_were():
    dense = foreign.keras_model((64,), layers.Dense(64), batch=1)
    x = foreign.random_inputs(20, 64)
    before = compress.quantize(compress.cluster_weights(dense, 16), representative=x)
    rows, _, found = verdicts(compress.lut_compress(before, 4))
    assert rows["TFLM_DECODE"] == ("yes", "yes", "no")
    assert "before compress.lut_compress" in way(found, "TFLM_DECODE")
    good, text = runs_everywhere(before)
    assert good and "TFLM_DECODE" not in text, text
