"""Facts of the .tflite format: the names behind its numbers, and the options of each operator.

Source: `schema.fbs` of TensorFlow Lite, version 3 (tensorflow/compiler/mlir/lite/schema).
"""

from tinyml_helpers.model_file.flatbuffer import FlatBufferError

#: Names of TensorType, by number.
_TENSOR_TYPES = """
    float32 float16 int32 uint8 int64 string bool int16 complex64 int8 float64 complex128 uint64
    resource variant uint32 uint16 int4 bfloat16 int2 uint4 float8_e4m3fn float8_e5m2
    """
TENSOR_TYPES = tuple(_TENSOR_TYPES.split())

#: Bits of one element of the types NumPy has no dtype for and whose size is fixed.
PACKED_BITS = {
    "int4": 4,
    "int2": 2,
    "uint4": 4,
    "bfloat16": 16,
    "float8_e4m3fn": 8,
    "float8_e5m2": 8,
}

#: Types whose size the shape doesn't tell.
OPAQUE_TYPES = ("string", "resource", "variant")

#: Names of BuiltinOperator, by number.
_OPERATORS = """
    ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE
    EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D
    LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1
    RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM
    CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND
    SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE
    BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM
    CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE
    SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW
    ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK
    REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR
    LEAKY_RELU SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS
    WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE
    NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM
    BATCH_MATMUL PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE BROADCAST_TO RFFT2D CONV_3D IMAG
    REAL COMPLEX_ABS HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL
    CONV_3D_TRANSPOSE VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL
    BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU DYNAMIC_UPDATE_SLICE RELU_0_TO_1 UNSORTED_SEGMENT_PROD
    UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2 UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR
    RIGHT_SHIFT STABLEHLO_LOGISTIC STABLEHLO_ADD STABLEHLO_DIVIDE STABLEHLO_MULTIPLY
    STABLEHLO_MAXIMUM STABLEHLO_RESHAPE STABLEHLO_CLAMP STABLEHLO_CONCATENATE
    STABLEHLO_BROADCAST_IN_DIM STABLEHLO_CONVOLUTION STABLEHLO_SLICE STABLEHLO_CUSTOM_CALL
    STABLEHLO_REDUCE STABLEHLO_ABS STABLEHLO_AND STABLEHLO_COSINE STABLEHLO_EXPONENTIAL
    STABLEHLO_FLOOR STABLEHLO_LOG STABLEHLO_MINIMUM STABLEHLO_NEGATE STABLEHLO_OR STABLEHLO_POWER
    STABLEHLO_REMAINDER STABLEHLO_RSQRT STABLEHLO_SELECT STABLEHLO_SUBTRACT STABLEHLO_TANH
    STABLEHLO_SCATTER STABLEHLO_COMPARE STABLEHLO_CONVERT STABLEHLO_DYNAMIC_SLICE
    STABLEHLO_DYNAMIC_UPDATE_SLICE STABLEHLO_PAD STABLEHLO_IOTA STABLEHLO_DOT_GENERAL
    STABLEHLO_REDUCE_WINDOW STABLEHLO_SORT STABLEHLO_WHILE STABLEHLO_GATHER STABLEHLO_TRANSPOSE
    DILATE STABLEHLO_RNG_BIT_GENERATOR REDUCE_WINDOW STABLEHLO_COMPOSITE STABLEHLO_SHIFT_LEFT
    STABLEHLO_CBRT STABLEHLO_CASE
    """
OPERATORS = tuple(_OPERATORS.split())

_ENUMS = {
    "padding": ("SAME", "VALID"),
    "activation": ("NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"),
    "tensor_type": TENSOR_TYPES,
}

#: How a plain option is stored, as the struct module writes it, and what it becomes in Python.
_PLAIN = {"int": ("i", int), "bool": ("?", bool), "float": ("f", float)}
_CONV = "padding:padding stride_w:int stride_h:int"
_POOL = f"{_CONV} filter_width:int filter_height:int fused_activation_function:activation"
_DILATION = "dilation_w_factor:int=1 dilation_h_factor:int=1"

#: The options of the operators TinyML models use: the number of their table in the union
#: BuiltinOptions, then field:type=default in the order of the schema ("_" is a field not read).
_OPTIONS = {
    "CONV_2D": (1, f"{_CONV} fused_activation_function:activation {_DILATION}"),
    "DEPTHWISE_CONV_2D": (
        2,
        f"{_CONV} depth_multiplier:int fused_activation_function:activation {_DILATION}",
    ),
    "AVERAGE_POOL_2D": (5, _POOL),
    "MAX_POOL_2D": (5, _POOL),
    "SVDF": (6, "rank:int fused_activation_function:activation asymmetric_quantize_inputs:bool"),
    "FULLY_CONNECTED": (
        8,
        "fused_activation_function:activation _ keep_num_dims:bool asymmetric_quantize_inputs:bool",
    ),
    "SOFTMAX": (9, "beta:float"),
    "CONCATENATION": (10, "axis:int fused_activation_function:activation"),
    "ADD": (11, "fused_activation_function:activation pot_scale_int16:bool=1"),
    "RESIZE_BILINEAR": (15, "_ _ align_corners:bool half_pixel_centers:bool"),
    "RESHAPE": (17, "new_shape:ints"),
    "MUL": (21, "fused_activation_function:activation"),
    "GATHER": (23, "axis:int batch_dims:int"),
    "MEAN": (27, "keep_dims:bool"),
    "SUM": (27, "keep_dims:bool"),
    "REDUCE_MAX": (27, "keep_dims:bool"),
    "SUB": (28, "fused_activation_function:activation pot_scale_int16:bool=1"),
    "DIV": (29, "fused_activation_function:activation"),
    "SQUEEZE": (30, "squeeze_dims:ints"),
    "STRIDED_SLICE": (
        32,
        "begin_mask:int end_mask:int ellipsis_mask:int new_axis_mask:int shrink_axis_mask:int",
    ),
    "SPLIT": (35, "num_splits:int"),
    "CAST": (37, "in_data_type:tensor_type out_data_type:tensor_type"),
    "ARG_MAX": (40, "output_type:tensor_type"),
    "TRANSPOSE_CONV": (49, f"{_CONV} fused_activation_function:activation"),
    "SHAPE": (55, "out_type:tensor_type"),
    "PACK": (59, "values_count:int axis:int"),
    "UNPACK": (64, "num:int axis:int"),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (
        71,
        "fused_activation_function:activation cell_clip:float proj_clip:float time_major:bool",
    ),
    "RESIZE_NEAREST_NEIGHBOR": (74, "align_corners:bool half_pixel_centers:bool"),
    "LEAKY_RELU": (75, "alpha:float"),
    "BATCH_MATMUL": (101, "adj_x:bool adj_y:bool asymmetric_quantize_inputs:bool"),
}


def name_of(kind, names, number):
    """The name behind a number of the file.

    Args:
        kind: what the number stands for, such as "operator code", for the error.
        names: the names, by number.
        number: the number found.

    Raises:
        FlatBufferError: the schema has no such number.
    """
    if not 0 <= number < len(names):
        raise FlatBufferError(f"{kind} {number} is none this reader knows")
    return names[number]


def read_options(operator_name, union_type, table):
    """Options of one operator as a dict of the schema's field names; empty where not known here.

    Args:
        operator_name: such as "CONV_2D".
        union_type: which table of the union BuiltinOptions the file says it holds.
        table: the `flatbuffer.Table`, or None.

    Raises:
        FlatBufferError: the table is damaged, or an option has a number that stands for nothing.
    """
    expected, layout = _OPTIONS.get(operator_name, (None, ""))
    if table is None or union_type != expected:
        return {}
    options = {}
    for field, entry in enumerate(layout.split()):
        option, _, kind = entry.partition(":")
        kind, _, default = kind.partition("=")
        if kind == "ints":
            options[option] = tuple(table.vector(field, "int32").tolist())
        elif kind in _PLAIN:
            code, python_type = _PLAIN[kind]
            options[option] = table.number(field, code, python_type(int(default or 0)))
        elif kind:
            options[option] = name_of(kind, _ENUMS[kind], table.number(field, "b"))
    return options
