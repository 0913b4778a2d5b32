// tm_refusals.h: why a model is refused: every sentence tm_problem.what can hold, and no other.
// Each is without its subject, which the problem's places name: the model, a tensor, an operator.
//
// A program whose model was loaded on a computer before, by this code, can be compiled with
// TM_WITHOUT_CHECKS: what was sound there isn't checked again, and only the arena may be too small.
// With any other model it may do anything at all.
#ifndef TM_REFUSALS_H
#define TM_REFUSALS_H

// Stands where a model is refused: compilers leave out what leads only there.
#ifdef TM_WITHOUT_CHECKS
#define TM_WHEN_CHECKED __builtin_unreachable()
#else
#define TM_WHEN_CHECKED ((void)0)
#endif

// The call, and the arena.
#define TM_WHY_MISALIGNED "must be, like the arena, 4-byte aligned and smaller than 2 GB"
#define TM_WHY_LARGER_ARENA "needs a larger arena"

// The file.
#define TM_WHY_NO_TFLITE "doesn't start as a .tflite file does"
#define TM_WHY_DAMAGED "is cut short or damaged"
#define TM_WHY_NO_SUBGRAPH "has no subgraph, or another version of the schema than 3"

// A tensor.
#define TM_WHY_TOO_MANY_DIMENSIONS "has more than six dimensions"
#define TM_WHY_EMPTY_DIMENSION "has a dimension that isn't 1 or more"
#define TM_WHY_TOO_LARGE "is larger than a gigabyte"
#define TM_WHY_STORED_OUTSIDE "is stored outside the flatbuffer"
#define TM_WHY_WRONG_DATA "has a shape that doesn't fit its data"
#define TM_WHY_WRONG_ZERO_POINTS "has another number of zero points than of scales"
#define TM_WHY_WRONG_SCALE "has a scale that is negative or no number"
#define TM_WHY_READ_TOO_EARLY "is read before anything writes it"
#define TM_WHY_NOT_TO_WRITE "is written by an operator, but isn't its to write"
#define TM_WHY_INPUT_WITH_VALUE "is an input, but has a value already"
#define TM_WHY_OUTPUT_UNWRITTEN "is an output, but nothing writes it"

// Any operator.
#define TM_WHY_NO_KERNEL "isn't among the kernels of this program"
#define TM_WHY_NEWER_VERSION "has a newer version than this interpreter knows"
#define TM_WHY_NO_OUTPUTS "has no outputs, or over 255 inputs or outputs"
#define TM_WHY_DAMAGED_OPTIONS "has options that are cut short or damaged"
#define TM_WHY_MORE_OUTPUTS "has more outputs than it writes"

// What several operators need.
#define TM_WHY_WRONG_COUNT "has another number of inputs or outputs than it needs"
#define TM_WHY_WRONG_TYPES "needs tensors of one type, of those it supports"
#define TM_WHY_WRONG_SHAPE "has an output of another shape than it computes"
#define TM_WHY_WRONG_AXIS "needs constant axes that its input has"
#define TM_WHY_WRONG_ACTIVATION "has an activation that can't be fused with it"
#define TM_WHY_UNKNOWN_ACTIVATION "has an unknown activation"
#define TM_WHY_LACKS_TENSOR "lacks a tensor, or has one of another rank"
#define TM_WHY_INT8_OR_FLOAT32 "needs int8 or float32 tensors"
#define TM_WHY_NO_QUANTIZATION "has tensors without scale or zero point"
#define TM_WHY_WRONG_QUANTIZATION "has tensors without fitting scales or zero points"
#define TM_WHY_ONE_QUANTIZATION "needs one scale and zero point for both tensors"
#define TM_WHY_WRONG_WEIGHTS "has weights or biases of a kind not supported"
#define TM_WHY_WRONG_CHANNELS "has channels that don't fit its filter"
#define TM_WHY_WIDE_WINDOW "has a window that reaches too far"

// What one operator needs.
#define TM_WHY_ONE_INPUT "needs one input and one output"
#define TM_WHY_COARSE_INPUTS "has inputs far coarser than its output"
#define TM_WHY_DECODE_TYPES "needs constant uint8 indices and tables, and int8 outputs"
#define TM_WHY_DECODE_KIND "has another encoding than look-up tables, or another version than 1"
#define TM_WHY_DECODE_TABLES "has indices or tables that don't fit its output, or each other"
#define TM_WHY_PADDINGS "needs two constant int32 paddings a dimension"
#define TM_WHY_PADDING_VALUE "needs a value of its output's type and scale"
#define TM_WHY_QUANTIZE_TYPES "needs float32, int8, int16, int32 or uint8"
#define TM_WHY_RESHAPE_SIZE "needs an output of its input's type and size"
#define TM_WHY_RESIZE_SIZE "needs a constant size"
#define TM_WHY_RESIZE_CENTERS "has corners aligned and centers halved, which don't go together"
#define TM_WHY_RESIZE_BEYOND "has sizes with which TensorFlow Lite Micro reads beyond the input"
#define TM_WHY_BLOCKS "needs constant int32 blocks and paddings, or crops"
#define TM_WHY_PADDED_BLOCKS "pads, which TensorFlow Lite Micro does with numbers it never set"
#define TM_WHY_LSTM_KIND "has peepholes, a projection or normalized layers, or lacks a gate"
#define TM_WHY_LSTM_STATE "has a state that isn't a variable, or whose scale isn't a power of two"
#define TM_WHY_POSITIONS "needs int32 positions, and constant ones that its input has"
#define TM_WHY_SLICE_SIZE "needs a constant begin and size a dimension"
#define TM_WHY_SOFTMAX_RANK "needs tensors of rank 1 or more"
#define TM_WHY_SOFTMAX_TYPES "needs int8 to int8 or int16, or float32"
#define TM_WHY_SOFTMAX_CLASSES "has more than 8191 classes"
#define TM_WHY_SOFTMAX_SCALE "has a beta or an input scale too small"
#define TM_WHY_STRIDES "needs constant int32 begins, ends and strides"
#define TM_WHY_STRIDE_MASK "has a mask that isn't supported"
#define TM_WHY_SVDF_TENSORS "lacks an input or the output"
#define TM_WHY_SVDF_SHAPES "has tensors whose shapes don't fit together"
#define TM_WHY_SVDF_STATE "has a state that isn't a variable"

#endif
