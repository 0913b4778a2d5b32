"""Look-up tables: the file gets shorter, and no output changes. TFLM's own compressor is the
witness, where it runs."""

import copy

import keras
import numpy as np
import pytest
from keras import layers

from tinyml_helpers import micro, model_file
from tinyml_helpers.compress import cluster_weights, lut_compress, quantize, worth_tables
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import tflm

with quiet():
    from tensorflow.lite.tools import flatbuffer_utils

X = np.random.default_rng(0).random((40, 8, 8, 1), dtype=np.float32)
MODES = [("int8", True), ("int8", False), ("int16x8", True)]


@pytest.fixture(scope="module")
def clustered():
    """A model of 4 clusters: a wide depthwise kernel, channels on the last axis, a wide Dense."""
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.DepthwiseConv2D(7, padding="same", activation="relu"),
            layers.Conv2D(64, 1, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(100, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    return cluster_weights(model, 4)


def decoded(tflite_bytes):
    """Shapes of what the operators TFLM_DECODE make, a list."""
    model = model_file.read(tflite_bytes)
    made = [op.outputs[0] for op in model.operators if op.name == "TFLM_DECODE"]
    return [model.tensors[index].shape for index in made]


def assert_same_answers(run, before, after):
    """`run` is a runtime's Interpreter."""
    before, after = run(before), run(after)
    for codes in before.model.inputs[0].quantize(X[:8, np.newaxis]):
        np.testing.assert_array_equal(after.invoke(codes), before.invoke(codes))


@pytest.mark.parametrize(("mode", "per_channel"), MODES)
@pytest.mark.parametrize("bits", [2, 3])
def test_look_up_tables_shorten_the_file_and_change_no_answer(clustered, mode, per_channel, bits):
    plain = quantize(clustered, mode, representative=X, per_channel=per_channel)
    short = lut_compress(plain, bits)
    assert len(short) < 0.75 * len(plain)
    shapes = decoded(short)
    assert {(1, 7, 7, 32), (100, 64)} <= set(shapes)
    assert (32, 3, 3, 1) not in shapes  # 288 weights aren't worth tables
    assert_same_answers(micro.Interpreter, plain, short)


@pytest.mark.parametrize(("mode", "per_channel"), MODES)
def test_tflm_finds_the_same_answers(needs_tflm, clustered, mode, per_channel):
    plain = quantize(clustered, mode, representative=X, per_channel=per_channel)
    assert_same_answers(tflm.Interpreter, plain, lut_compress(plain, bits=2))


def tflms_own(tflite_bytes, bits):
    """What TFLM's compressor makes of the tensors that `lut_compress` compresses."""
    with quiet():
        from tflite_micro.tensorflow.lite.micro.compression import compress, spec

        tensors, shapes = [], decoded(lut_compress(tflite_bytes, bits))
        for tensor in model_file.read(tflite_bytes).tensors:
            if tensor.is_constant and tensor.shape in shapes:
                axis = tensor.quantized_dimension
                mode = spec.PerTensor() if len(tensor.scale) == 1 else spec.PerChannel(axis)
                method = spec.LookUpTableCompression(bits, mode)
                tensors.append(spec.Tensor(0, tensor.index, [method]))
        return bytes(compress(bytearray(tflite_bytes), tensors))


@pytest.mark.parametrize(("mode", "per_channel"), MODES)
def test_indices_and_tables_are_those_of_tflms_compressor(needs_tflm, clustered, mode, per_channel):
    plain = quantize(clustered, mode, representative=X, per_channel=per_channel)
    short, theirs = lut_compress(plain, bits=2), tflms_own(plain, bits=2)
    ours, others = (
        sorted(
            model.tensors[index].data.tobytes()
            for operator in model.operators
            if operator.name == "TFLM_DECODE"
            for index in operator.inputs
        )
        for model in map(model_file.read, (short, theirs))
    )
    assert ours == others and len(ours) == 6
    assert len(short) <= len(theirs)
    assert_same_answers(micro.Interpreter, plain, theirs)


def test_look_up_tables_cost_ram(clustered):
    plain = quantize(clustered, representative=X)
    plan = micro.Interpreter(lut_compress(plain, 2)).arena_plan()
    written_out = {piece.bytes for piece in plan if piece.what == "tensor"}
    assert {7 * 7 * 32, 32 * 64, 64 * 100} <= written_out


def test_what_is_compressed_follows_from_shapes_alone(clustered):
    plain = quantize(clustered, representative=X)
    fewer = quantize(cluster_weights(clustered, 3), representative=X)
    assert len(lut_compress(plain, 4)) == len(lut_compress(fewer, 4))
    assert decoded(lut_compress(plain, 4)) == decoded(lut_compress(fewer, 4))


def dense():
    """A clustered Dense layer with nothing around: a .tflite file's bytes."""
    keras.utils.set_random_seed(6)
    x = np.random.default_rng(1).normal(size=(40, 64)).astype(np.float32)
    model = keras.Sequential([keras.Input((64,)), layers.Dense(64)])
    return quantize(cluster_weights(model, 16), representative=x)


def changed(tflite_bytes, change):
    """The same model after a function of the schema's ModelT."""
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(tflite_bytes))
    change(model)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def kernel_of(model):
    """Place and tensor of a ModelT's largest int8 constant."""
    sizes = [
        (len(model.buffers[tensor.buffer].data), place)
        for place, tensor in enumerate(model.subgraphs[0].tensors)
        if model.buffers[tensor.buffer].data is not None
    ]
    place = max(sizes)[1]
    return place, model.subgraphs[0].tensors[place]


def four_users(channels):
    """A clustered kernel of so many input channels that four convolutions read."""
    keras.utils.set_random_seed(7)
    inputs = keras.Input((6, 6, channels))
    some = [layers.Conv2D(48, 1, use_bias=False) for _ in range(4)]
    parts = [layer(layers.MaxPooling2D(n + 1, 1, "same")(inputs)) for n, layer in enumerate(some)]
    model = keras.Model(inputs, layers.Concatenate()(parts))
    for layer in some[1:]:
        layer.set_weights(some[0].get_weights())
    x = np.random.default_rng(1).normal(size=(40, 6, 6, channels)).astype(np.float32)
    return quantize(cluster_weights(model, 4, per_channel=True), representative=x), x


def test_each_user_of_a_kernel_has_it_decoded():
    plain, x = four_users(160)
    short = lut_compress(plain, 2)
    assert decoded(short) == [(48, 1, 1, 160)] * 4
    assert len(short) < len(plain)
    before, after = micro.Interpreter(plain), micro.Interpreter(short)
    for codes in before.model.inputs[0].quantize(x[:4, np.newaxis]):
        np.testing.assert_array_equal(after.invoke(codes), before.invoke(codes))


def test_a_kernel_of_many_users_that_would_take_more_is_left_alone():
    with pytest.raises(ValueError, match="no weights"):
        lut_compress(four_users(16)[0], 2)


def test_what_is_no_weight_of_an_operator_stays():
    def gives_its_kernel(model):
        graph = model.subgraphs[0]
        graph.outputs = [*graph.outputs, kernel_of(model)[0]]

    with pytest.raises(ValueError, match="no weights"):
        lut_compress(changed(dense(), gives_its_kernel))


def test_a_buffer_that_another_tensor_reads_stays():
    def has_another(model):
        _, kernel = kernel_of(model)
        other = copy.copy(kernel)
        other.shape, other.quantization = [kernel.shape[0] * kernel.shape[1]], None
        model.subgraphs[0].tensors.append(other)

    with pytest.raises(ValueError, match="no weights"):
        lut_compress(changed(dense(), has_another))


def test_several_subgraphs_are_refused():
    def twice(model):
        model.subgraphs.append(copy.deepcopy(model.subgraphs[0]))

    with pytest.raises(ValueError, match="several subgraphs"):
        lut_compress(changed(dense(), twice))


def test_a_kernel_without_scales_or_with_middle_ones():
    def without(model):
        kernel_of(model)[1].quantization = None

    short = lut_compress(changed(dense(), without))
    (ancillary,) = [t for t in model_file.read(short).tensors if t.name == "tables"]
    assert ancillary.shape == (16 + 16,)  # one table

    def along_the_middle(model):
        _, kernel = kernel_of(model)
        kernel.shape, kernel.quantization.quantizedDimension = [4, 16, 64], 1
        kernel.quantization.scale = np.ones(16, np.float32)
        kernel.quantization.zeroPoint = np.zeros(16, np.int64)

    with pytest.raises(ValueError, match="no weights"):
        lut_compress(changed(dense(), along_the_middle))


def test_one_channel_along_the_last_axis(needs_tflm):
    keras.utils.set_random_seed(8)
    model = keras.Sequential([keras.Input((40, 40, 1)), layers.DepthwiseConv2D(30)])
    x = np.random.default_rng(1).random((20, 40, 40, 1), dtype=np.float32)
    plain = quantize(cluster_weights(model, 4), representative=x)
    short = lut_compress(plain, 2)
    codes = model_file.read(plain).inputs[0].quantize(x[:1])
    expected = tflm.Interpreter(plain).invoke(codes)
    for runtime in (tflm, micro):
        np.testing.assert_array_equal(runtime.Interpreter(short).invoke(codes), expected)


def test_layers_worth_tables_are_those_that_get_them(clustered):
    names = worth_tables(clustered, 2)
    assert len(names) == 3
    of_few = {tuple(clustered.get_layer(name).kernel.shape) for name in names}
    assert of_few == {(7, 7, 32, 1), (1, 1, 32, 64), (64, 100)}
    assert len(decoded(lut_compress(quantize(clustered, representative=X), 2))) == 3
    assert len(worth_tables(clustered, 7)) == 1  # Dense: one table for 6,400 weights


def test_weights_of_many_values_are_refused():
    many = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64)])
    with pytest.raises(ValueError, match=r"cluster_weights\(model, 16\)"):
        lut_compress(quantize(many, representative=X))


def test_bits_out_of_range(int8_model):
    for bits in (0, 8):
        with pytest.raises(ValueError, match="1 to 7 bits"):
            lut_compress(int8_model, bits)
    with pytest.raises(model_file.ModelFileError):
        lut_compress(b"not a model")
