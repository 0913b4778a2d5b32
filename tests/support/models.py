"""Models for tests: a tiny convolutional net in every number format, and files built by hand."""

import flatbuffers
import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.model_file.schema import OPERATORS
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf
    from tensorflow.lite.python import schema_py_generated as schema

#: Numbers of the builtin operators, by name.
OPERATOR = {name: code for code, name in enumerate(OPERATORS)}

FORMATS = ("float32", "dynamic", "int8", "int16x8")


def examples(count=50):
    """Pictures in the input shape of `net`: float32 [count, 8, 8, 1], 0 to 1."""
    return np.random.default_rng(0).random((count, 8, 8, 1), dtype=np.float32)


def net():
    """An untrained net with the layers TinyML uses most: [8, 8, 1] in, 10 classes out."""
    layers = keras.layers
    image = keras.Input((8, 8, 1), batch_size=1)
    features = layers.Conv2D(4, 3, padding="same", activation="relu", **_random(1))(image)
    shortcut = features
    depthwise = {"depthwise_initializer": _normal(2), "bias_initializer": _normal(3)}
    features = layers.DepthwiseConv2D(3, padding="same", activation="relu6", **depthwise)(features)
    features = layers.Conv2D(4, 1, **_random(4))(features)
    features = layers.Add()([features, shortcut])
    features = layers.MaxPooling2D()(features)
    features = layers.Flatten()(features)
    # 1,024 weights: the dynamic range format leaves tensors with fewer in float32.
    features = layers.Dense(16, activation="relu", **_random(6))(features)
    return keras.Model(image, layers.Dense(10, activation="softmax", **_random(8))(features))


def _random(seed):
    # Each its own numbers: the converter makes one tensor of equal biases, and in int16x8 gives it
    # the scale of the first.
    return {"kernel_initializer": _normal(seed), "bias_initializer": _normal(seed + 1)}


def _normal(seed):
    return keras.initializers.RandomNormal(stddev=0.3, seed=seed)


def convert(model, number_format):
    """The bytes of a .tflite file of a Keras model that takes `examples`."""
    ops = tf.lite.OpsSet
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if number_format != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if number_format in ("int8", "int16x8"):
        converter.representative_dataset = lambda: ([x[np.newaxis]] for x in examples())
        converter.target_spec.supported_ops = [
            ops.TFLITE_BUILTINS_INT8
            if number_format == "int8"
            else ops.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        ]
        integer = tf.int8 if number_format == "int8" else tf.int16
        converter.inference_input_type = converter.inference_output_type = integer
    with quiet():
        return converter.convert()


def hand_made(code, tensors, inputs, outputs, options=(0, None), custom_code=None):
    """A model of one operator, as the schema's ModelT; `pack` makes bytes of it.

    Args:
        code: number of the builtin operator.
        tensors: for each tensor a dict of fields of the schema's TensorT ("shape", "type" and so
            on), with "data", an array, for a constant, and "scale" and "zero_point" if quantized.
        inputs, outputs: places of the operator's tensors; the model's are those without data.
        options: number and object of the operator's options.
        custom_code: name of a custom operator.
    """
    model, graph, operator = schema.ModelT(), schema.SubGraphT(), schema.OperatorT()
    model.version, model.subgraphs, model.description = 3, [graph], "made by hand"
    model.buffers, graph.tensors, graph.operators = [schema.BufferT()], [], [operator]
    kind = schema.OperatorCodeT()
    kind.builtinCode, kind.deprecatedBuiltinCode, kind.version = code, min(code, 127), 1
    kind.customCode = custom_code
    model.operatorCodes = [kind]
    for index, fields in enumerate(tensors):
        tensor, fields = schema.TensorT(), dict(fields)
        tensor.name = f"tensor {index}"
        data = fields.pop("data", None)
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            model.buffers.append(buffer)
            tensor.buffer = len(model.buffers) - 1
        if "scale" in fields:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = np.array(fields.pop("scale"), np.float32)
            tensor.quantization.zeroPoint = np.array(fields.pop("zero_point"), np.int64)
            tensor.quantization.quantizedDimension = fields.pop("quantized_dimension", 0)
        for field, value in fields.items():
            setattr(tensor, field, value)
        graph.tensors.append(tensor)
    operator.opcodeIndex, operator.inputs, operator.outputs = 0, inputs, outputs
    operator.builtinOptionsType, operator.builtinOptions = options
    constant = {index for index, fields in enumerate(tensors) if "data" in fields}
    graph.inputs = [index for index in inputs if index >= 0 and index not in constant]
    graph.outputs = outputs
    return model


def pack(model):
    """The bytes of a .tflite file of the schema's ModelT."""
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def tensor_of(scale, zero_point, type_number=9, shape=(1,), quantized_dimension=0):
    """The `Tensor` read from a model whose only tensor has these properties; int8 by default."""
    fields = {"shape": shape, "type": type_number}
    if scale is not None:
        fields |= {"scale": scale, "zero_point": zero_point}
        fields["quantized_dimension"] = quantized_dimension
    return model_file.read(pack(hand_made(0, [fields], [0], [0]))).tensors[0]


def memory_model(bias=0):
    """Bytes of an SVDF that adds up its last three inputs, [1, 1] each; bias=-1 leaves it out."""
    options = schema.SVDFOptionsT()
    options.rank = 1
    tensors = [
        {"shape": [1], "data": np.zeros(1, np.float32)},
        {"shape": [1, 1]},
        {"shape": [1, 1], "data": np.ones(1, np.float32)},
        {"shape": [1, 3], "data": np.ones(3, np.float32)},
        {"shape": [1, 3], "isVariable": True},
        {"shape": [1, 1]},
    ]
    model = hand_made(OPERATOR["SVDF"], tensors, [1, 2, 3, bias, 4], [5], (6, options))
    model.subgraphs[0].inputs = [1]
    return pack(model)


def large(shape):
    """A model of one RELU: it takes its tensor's size in RAM, once, as it works in place."""
    fields = {"shape": shape, "type": 9, "scale": [1.0], "zero_point": [0]}
    return pack(hand_made(OPERATOR["RELU"], [fields, fields], [0], [1]))
