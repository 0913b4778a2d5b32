"""What a .tflite file holds, against TensorFlow's own readers."""

import models
import numpy as np
import pytest
from models import OPERATOR, hand_made, pack, schema, tensor_of, tf

from tinyml_helpers import model_file
from tinyml_helpers.model_file import ModelFileError
from tinyml_helpers.model_file import schema as ours
from tinyml_helpers.quiet import quiet

PUBLISHED = ("hello_world_int8", "hello_world_float", "micro_speech_quantized", "person_detect")


def numbers_of(enum):
    return {name: number for name, number in vars(enum).items() if not name.startswith("_")}


def as_tensorflow_reads(tflite_bytes):
    """The file as the classes that TensorFlow generates from the schema."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(tflite_bytes, 0))


def assert_read_alike(tflite_bytes):
    """Compare `read` with TensorFlow's generated classes, field by field."""
    ours, theirs = model_file.read(tflite_bytes), as_tensorflow_reads(tflite_bytes)
    graph = theirs.subgraphs[0]
    assert ours.total_bytes == len(tflite_bytes)
    assert ours.description.encode() == (theirs.description or b"")
    assert [t.index for t in ours.inputs] == list(graph.inputs)
    assert [t.index for t in ours.outputs] == list(graph.outputs)
    assert len(ours.tensors) == len(graph.tensors)
    assert len(ours.operators) == len(graph.operators)
    used = {tensor.buffer for tensor in graph.tensors}
    contents = [theirs.buffers[i].data for i in used]
    assert ours.weight_bytes == sum(len(data) for data in contents if data is not None)
    for tensor, their in zip(ours.tensors, graph.tensors, strict=True):
        assert tensor.name.encode() == their.name
        assert tensor.shape == tuple(their.shape if their.shape is not None else ())
        assert numbers_of(schema.TensorType)[tensor.dtype.upper()] == their.type
        data = theirs.buffers[their.buffer].data
        assert tensor.is_constant == (data is not None)
        if data is not None:
            assert tensor.data.tobytes() == bytes(data) and tensor.byte_count == len(data)
            assert tensor.data.dtype == tensor.dtype and tensor.data.shape == tensor.shape
            assert not tensor.data.flags.writeable
        scale = their.quantization.scale if their.quantization else None
        np.testing.assert_array_equal(tensor.scale, [] if scale is None else scale)
        zeros = their.quantization.zeroPoint if their.quantization else None
        np.testing.assert_array_equal(tensor.zero_point, [] if zeros is None else zeros)
        if scale is not None:
            assert tensor.quantized_dimension == their.quantization.quantizedDimension
    for operator, their in zip(ours.operators, graph.operators, strict=True):
        kind = theirs.operatorCodes[their.opcodeIndex]
        assert OPERATOR[operator.name] == max(kind.builtinCode, kind.deprecatedBuiltinCode)
        assert operator.version == kind.version
        assert operator.inputs == tuple(their.inputs)
        assert operator.outputs == tuple(their.outputs)
        for option, value in operator.options.items():
            assert_same_option(option, value, their.builtinOptions)


def assert_same_option(option, value, their_options):
    head, *rest = option.split("_")
    theirs = getattr(their_options, head + "".join(map(str.capitalize, rest)))
    if isinstance(value, tuple):
        assert value == tuple(theirs)
    elif isinstance(value, str):
        enum = {"padding": schema.Padding, "fused_activation_function": None}.get(
            option, schema.TensorType
        )
        enum = enum or schema.ActivationFunctionType
        assert numbers_of(enum)[value.upper()] == theirs
    else:
        assert value == theirs and type(value) is type(theirs)


@pytest.mark.parametrize("number_format", models.FORMATS)
def test_converted_models(tiny_models, number_format):
    assert_read_alike(tiny_models[number_format])


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_models(shared_model, name):
    assert_read_alike(shared_model(f"{name}.tflite"))


@pytest.mark.parametrize("number_format", models.FORMATS)
def test_as_the_interpreter_sees_it(tiny_models, number_format):
    ours = model_file.read(tiny_models[number_format])
    with quiet():
        interpreter = tf.lite.Interpreter(model_content=tiny_models[number_format])
        details = interpreter.get_tensor_details()
    for their in details:
        tensor = ours.tensors[their["index"]]
        assert tensor.name == their["name"] and tensor.shape == tuple(their["shape"])
        assert np.dtype(tensor.dtype) == their["dtype"]
        np.testing.assert_array_equal(tensor.scale, their["quantization_parameters"]["scales"])
    assert [o.name for o in ours.operators] == [
        operator["op_name"] for operator in interpreter._get_ops_details()
    ][: len(ours.operators)]


def test_names_are_those_of_the_schema():
    for name, number in numbers_of(schema.BuiltinOperator).items():
        assert ours.OPERATORS[number] == name
    for name, number in numbers_of(schema.TensorType).items():
        assert ours.TENSOR_TYPES[number] == name.lower()


@pytest.mark.parametrize("name", sorted(ours._OPTIONS))
def test_every_option_of_the_schema(name):
    """Each option set to a value of its own, written by TensorFlow's classes and read back."""
    union, _ = ours._OPTIONS[name]
    (type_name,) = (n for n, i in numbers_of(schema.BuiltinOptions).items() if i == union)
    options = getattr(schema, f"{type_name}T")()
    for place, (option, default) in enumerate(sorted(vars(options).items())):
        if default is None:
            value = [place, place + 1]
        elif isinstance(default, bool):
            value = not default
        elif isinstance(default, float):
            value = place + 0.5
        else:
            value = 1 if "adding" in option or "Activation" in option else place + 2
        setattr(options, option, value)
    tensor = {"shape": [2, 2, 2, 2]}
    data = pack(hand_made(OPERATOR[name], [tensor] * 4, [0, 1, 2], [3], (union, options)))
    read = model_file.read(data).operators[0].options
    assert read
    for option, value in read.items():
        assert_same_option(option, value, options)


@pytest.mark.parametrize("name", sorted(ours._OPTIONS))
def test_options_left_out_are_the_schemas_defaults(name):
    union, _ = ours._OPTIONS[name]
    (type_name,) = (n for n, i in numbers_of(schema.BuiltinOptions).items() if i == union)
    options = getattr(schema, f"{type_name}T")()  # what equals its default isn't written
    tensor = {"shape": [2, 2, 2, 2]}
    data = pack(hand_made(OPERATOR[name], [tensor] * 4, [0, 1, 2], [3], (union, options)))
    read = model_file.read(data).operators[0].options
    assert read
    for option, value in read.items():
        if value != ():  # a list
            assert_same_option(option, value, options)


def test_options_of_another_operator_are_not_read():
    union, _ = ours._OPTIONS["SOFTMAX"]
    options = union, schema.SoftmaxOptionsT()
    data = pack(hand_made(OPERATOR["ADD"], [{"shape": [1]}] * 2, [0], [1], options))
    assert model_file.read(data).operators[0].options == {}


def test_table_for_people(int8_model):
    text = str(model_file.read(int8_model))
    assert "DEPTHWISE_CONV_2D" in text and f"{len(int8_model):,} bytes" in text
    lines = text.splitlines()
    assert len(lines) == 2 + len(model_file.read(int8_model).operators)
    assert len({len(line) for line in lines[:-1]}) == 1
    assert lines[0] == "  #  operator                   output          MACs    weights"
    assert lines[2] == "  1  DEPTHWISE_CONV_2D         1×8×8×4         2,304         52"


def test_tensor_for_people():
    assert repr(tensor_of([0.1], [-128])) == (
        "<tensor 0 'tensor 0': int8 [1], scale 0.1, zero point -128>"
    )
    assert repr(tensor_of([0.1, 2], [0, 0], shape=(1, 2), quantized_dimension=1)) == (
        "<tensor 0 'tensor 0': int8 [1, 2], scale 0.1, ..., zero point 0, ...>"
    )


def test_operator_names(int8_model):
    assert model_file.read(int8_model).operator_names == (
        "ADD",
        "CONV_2D",
        "DEPTHWISE_CONV_2D",
        "FULLY_CONNECTED",
        "MAX_POOL_2D",
        "RESHAPE",
        "SOFTMAX",
    )


def test_custom_operator_has_its_own_name():
    model = hand_made(OPERATOR["CUSTOM"], [{"shape": [1]}], [0], [0], custom_code="MINE")
    assert model_file.read(pack(model)).operator_names == ("MINE",)


def test_only_the_first_subgraph_is_read():
    model = hand_made(OPERATOR["ADD"], [{"shape": [1]}], [0], [0])
    model.subgraphs *= 2
    assert model_file.read(pack(model)).subgraph_count == 2


def test_a_buffer_that_tensors_share_counts_once():
    weights = {"shape": [5], "type": 9, "data": np.arange(5, dtype=np.int8)}
    result = {"shape": [5], "type": 9}
    model = hand_made(OPERATOR["ADD"], [weights, weights, result], [0, 1], [2])
    assert model_file.read(pack(model)).weight_bytes == 10
    model.subgraphs[0].tensors[1].buffer = model.subgraphs[0].tensors[0].buffer
    assert model_file.read(pack(model)).weight_bytes == 5


def test_an_operators_code_is_the_larger_of_its_two_fields():
    """A code beyond 127 stands in the second field, the first then is 127; old files have one."""
    for both in ((127, OPERATOR["GELU"]), (OPERATOR["ADD"], 0)):
        model = hand_made(OPERATOR["ADD"], [{"shape": [1]}], [0], [0])
        (kind,) = model.operatorCodes
        kind.deprecatedBuiltinCode, kind.builtinCode = both
        assert model_file.read(pack(model)).operator_names == ("GELU" if both[1] else "ADD",)


def test_types_numpy_lacks_give_raw_bytes():
    int4 = {"shape": [3], "type": 17, "data": np.array([0x21, 0x03], np.uint8)}
    text = {"shape": [1], "type": 5, "data": np.arange(9, dtype=np.uint8)}
    tensors = model_file.read(pack(hand_made(0, [int4, text], [0], [1]))).tensors
    assert (tensors[0].dtype, tensors[0].byte_count) == ("int4", 2)
    assert tensors[0].data.tolist() == [0x21, 0x03]
    assert (tensors[1].dtype, tensors[1].byte_count) == ("string", 9)
    with pytest.raises(ValueError, match="int4"):
        tensors[0].quantize([1.0])


@pytest.mark.parametrize(
    "name, count, size",
    [
        ("int4", 3, 2),
        ("uint4", 3, 2),
        ("int2", 5, 2),
        ("bfloat16", 3, 6),
        ("float8_e4m3fn", 3, 3),
        ("float8_e5m2", 3, 3),
    ],
)
def test_values_that_numpy_lacks_take_whole_bytes(name, count, size):
    def read(held):
        tensor = {"shape": [count], "type": ours.TENSOR_TYPES.index(name)}
        tensor["data"] = np.arange(held, dtype=np.uint8)
        data = pack(hand_made(0, [tensor, {"shape": [1]}], [0], [1]))
        return model_file.read(data).tensors[0]

    tensor = read(size)
    assert (tensor.dtype, tensor.byte_count) == (name, size)
    assert tensor.data.tolist() == list(range(size))
    for wrong in (size - 1, size + 1):
        with pytest.raises(ModelFileError, match=f"needs {size} bytes and .* has {wrong}"):
            read(wrong)


def outside(offset, size):
    """A model whose constant stands behind the FlatBuffer, as in files over 2 GB."""
    model = hand_made(0, [{"shape": [4], "type": 9, "data": np.zeros(1, np.int8)}], [0], [0])
    model.buffers[1].data, model.buffers[1].offset, model.buffers[1].size = None, offset, size
    return pack(model)


def test_buffer_behind_the_flatbuffer():
    data = outside(len(outside(1000, 4)), 4) + bytes([1, 2, 3, 4])
    assert model_file.read(data).tensors[0].data.tolist() == [1, 2, 3, 4]
    with pytest.raises(ModelFileError, match="past the end"):
        model_file.read(data[:-1])


def test_inputs_are_checked(int8_model):
    model = model_file.read(int8_model)
    x = np.zeros((1, 8, 8, 1), np.int8)
    (array,) = model.check_inputs([x])
    assert array is x
    for wrong, says in (
        ([], "takes 1 inputs, not 0"),
        ([x, x], "takes 1 inputs, not 2"),
        ([x[0]], r"input 0 is int8 \[1, 8, 8, 1\], not int8 \[8, 8, 1\]"),
        ([x.astype(np.float32)], "not float32"),
    ):
        with pytest.raises(ValueError, match=says):
            model.check_inputs(wrong)
