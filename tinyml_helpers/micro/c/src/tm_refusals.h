// tm_refusals.h: why a model is refused: every sentence tm_problem.what can hold, and no other.
// Each is without its subject, which the problem's places name: the model, a tensor, an operator.
//
// A program whose model was loaded on a computer before can be compiled with TM_WITHOUT_REASONS: it
// needs none of them, and only a larger arena is worth a sentence.
#ifndef TM_REFUSALS_H
#define TM_REFUSALS_H

#ifdef TM_WITHOUT_REASONS
#define TM_SAY(sentence) "can't be run: load it on a computer, which says why"
#else
#define TM_SAY(sentence) sentence
#endif

// The call, and the arena.
#define TM_WHY_MISALIGNED TM_SAY("must be, like the arena, 4-byte aligned and smaller than 2 GB")
#define TM_WHY_LARGER_ARENA "needs a larger arena"

// The file.
#define TM_WHY_NO_TFLITE TM_SAY("doesn't start as a .tflite file does")
#define TM_WHY_DAMAGED TM_SAY("is cut short or damaged")
#define TM_WHY_NO_SUBGRAPH TM_SAY("has no subgraph, or another version of the schema than 3")

// A tensor.
#define TM_WHY_TOO_MANY_DIMENSIONS TM_SAY("has more than six dimensions")
#define TM_WHY_EMPTY_DIMENSION TM_SAY("has a dimension that isn't 1 or more")
#define TM_WHY_TOO_LARGE TM_SAY("is larger than a gigabyte")
#define TM_WHY_STORED_OUTSIDE TM_SAY("is stored outside the flatbuffer")
#define TM_WHY_WRONG_DATA TM_SAY("has a shape that doesn't fit its data")
#define TM_WHY_WRONG_ZERO_POINTS TM_SAY("has another number of zero points than of scales")
#define TM_WHY_WRONG_SCALE TM_SAY("has a scale that is negative or no number")
#define TM_WHY_READ_TOO_EARLY TM_SAY("is read before anything writes it")
#define TM_WHY_NOT_TO_WRITE TM_SAY("is written by an operator, but isn't its to write")
#define TM_WHY_INPUT_WITH_VALUE TM_SAY("is an input, but has a value already")
#define TM_WHY_OUTPUT_UNWRITTEN TM_SAY("is an output, but nothing writes it")

// Any operator.
#define TM_WHY_NO_KERNEL TM_SAY("isn't among the kernels of this program")
#define TM_WHY_NEWER_VERSION TM_SAY("has a newer version than this interpreter knows")
#define TM_WHY_NO_OUTPUTS TM_SAY("has no outputs, or over 255 inputs or outputs")
#define TM_WHY_DAMAGED_OPTIONS TM_SAY("has options that are cut short or damaged")
#define TM_WHY_MORE_OUTPUTS TM_SAY("has more outputs than it writes")

// What several operators need.
#define TM_WHY_WRONG_COUNT TM_SAY("has another number of inputs or outputs than it needs")
#define TM_WHY_WRONG_TYPES TM_SAY("needs tensors of one type, of those it supports")
#define TM_WHY_WRONG_SHAPE TM_SAY("has an output of another shape than it computes")
#define TM_WHY_WRONG_AXIS TM_SAY("needs constant axes that its input has")
#define TM_WHY_WRONG_ACTIVATION TM_SAY("has an activation that can't be fused with it")
#define TM_WHY_UNKNOWN_ACTIVATION TM_SAY("has an unknown activation")
#define TM_WHY_LACKS_TENSOR TM_SAY("lacks a tensor, or has one of another rank")
#define TM_WHY_INT8_OR_FLOAT32 TM_SAY("needs int8 or float32 tensors")
#define TM_WHY_NO_QUANTIZATION TM_SAY("has tensors without scale or zero point")
#define TM_WHY_WRONG_QUANTIZATION TM_SAY("has tensors without fitting scales or zero points")
#define TM_WHY_ONE_QUANTIZATION TM_SAY("needs one scale and zero point for both tensors")
#define TM_WHY_WRONG_WEIGHTS TM_SAY("has weights or biases of a kind not supported")
#define TM_WHY_WRONG_CHANNELS TM_SAY("has channels that don't fit its filter")
#define TM_WHY_WIDE_WINDOW TM_SAY("has a window that reaches too far")

// What one operator needs.
#define TM_WHY_ONE_INPUT TM_SAY("needs one input and one output")
#define TM_WHY_COARSE_INPUTS TM_SAY("has inputs far coarser than its output")
#define TM_WHY_PADDINGS TM_SAY("needs two constant int32 paddings a dimension")
#define TM_WHY_PADDING_VALUE TM_SAY("needs a value of its output's type and scale")
#define TM_WHY_QUANTIZE_TYPES TM_SAY("needs float32, int8, int16, int32 or uint8")
#define TM_WHY_RESHAPE_SIZE TM_SAY("needs an output of its input's type and size")
#define TM_WHY_RESIZE_SIZE TM_SAY("needs a constant size")
#define TM_WHY_RESIZE_CENTERS TM_SAY("has corners aligned and centers halved, which don't go together")
#define TM_WHY_RESIZE_BEYOND TM_SAY("has sizes with which TensorFlow Lite Micro reads beyond the input")
#define TM_WHY_BLOCKS TM_SAY("needs constant int32 blocks and paddings, or crops")
#define TM_WHY_PADDED_BLOCKS TM_SAY("pads, which TensorFlow Lite Micro does with numbers it never set")
#define TM_WHY_LSTM_KIND TM_SAY("has peepholes, a projection or normalized layers, or lacks a gate")
#define TM_WHY_LSTM_STATE TM_SAY("has a state that isn't a variable, or whose scale isn't a power of two")
#define TM_WHY_POSITIONS TM_SAY("needs int32 positions, and constant ones that its input has")
#define TM_WHY_SLICE_SIZE TM_SAY("needs a constant begin and size a dimension")
#define TM_WHY_SOFTMAX_RANK TM_SAY("needs tensors of rank 1 or more")
#define TM_WHY_SOFTMAX_TYPES TM_SAY("needs int8 to int8 or int16, or float32")
#define TM_WHY_SOFTMAX_CLASSES TM_SAY("has more than 8191 classes")
#define TM_WHY_SOFTMAX_SCALE TM_SAY("has a beta or an input scale too small")
#define TM_WHY_STRIDES TM_SAY("needs constant int32 begins, ends and strides")
#define TM_WHY_STRIDE_MASK TM_SAY("has a mask that isn't supported")
#define TM_WHY_SVDF_TENSORS TM_SAY("lacks an input or the output")
#define TM_WHY_SVDF_SHAPES TM_SAY("has tensors whose shapes don't fit together")
#define TM_WHY_SVDF_STATE TM_SAY("has a state that isn't a variable")

#endif
