// tm_kernel.h: what a kernel, the code of one operator, sees of the model.
//
// A kernel is two functions. `prepare` runs once, when the model is loaded: it checks everything
// `invoke` will rely on (how many tensors, their types and shapes, the options), asks for scratch
// memory, and says whether the output may lie where an input lies. `invoke` computes, and can no
// longer fail.
#ifndef TM_KERNEL_H
#define TM_KERNEL_H

// a * b + c rounds twice everywhere, so that all computers agree. Compilers are told so by an option,
// but nobody can give one to a library of Arduino's, and GCC would take the Cortex-M4F's instruction
// that rounds once.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=off")
#endif

#include "micro.h"
#include "tm_flatbuffer.h"
#include "tm_refusals.h"

// The schema's TensorType, as far as kernels here know it.
enum { TM_FLOAT32 = 0, TM_INT32 = 2, TM_UINT8 = 3, TM_INT64 = 4, TM_BOOL = 6, TM_INT16 = 7,
       TM_INT8 = 9 };

// The schema's ActivationFunctionType.
enum { TM_NO_ACTIVATION = 0, TM_RELU = 1, TM_RELU_N1_TO_1 = 2, TM_RELU6 = 3 };

// The schema's Padding.
enum { TM_SAME = 0, TM_VALID = 1 };

#define TM_MAX_RANK 6

// Where a tensor's bytes are. Nowhere: nobody uses them, or it has no elements.
enum { TM_NOWHERE = 0, TM_IN_MODEL = 1, TM_IN_ARENA = 2, TM_VARIABLE = 3 };

typedef struct tm_tensor {
    uint32_t data;         // offset in the model or the arena, as `place` says
    uint32_t bytes;        //
    uint32_t dims;         // offset of int32[rank] in the model, every one at least 1 (0 only if nowhere)
    uint32_t quantization; // offset of its table in the model, 0 for none
    uint16_t first, last;  // the operators between which it must keep its value
    uint16_t shares;       // the tensor in whose memory it lies; itself if it has its own
    uint8_t type;
    uint8_t rank;
    uint8_t place;
} tm_tensor;

typedef struct tm_operator {
    uint32_t options;       // offset of its table in the model, 0 for none
    uint32_t inputs;        // offset of int32[input_count] in the model; -1 for one left out
    uint32_t outputs;       // offset of int32[output_count] in the model
    uint32_t scratch;       // offset in the arena
    uint32_t scratch_bytes; // asked for by prepare
    uint8_t input_count;
    uint8_t output_count;
    uint8_t kernel;   // place in the interpreter's list of kernels
    uint8_t in_place; // bit i, set by prepare: output 0 may overwrite input i
} tm_operator;

struct tm_kernel {
    int32_t code;        // the schema's BuiltinOperator
    int32_t max_version; // the newest version of the operator it computes
    // Returns TM_OK, or what `tm_refuse` returned.
    tm_status (*prepare)(tm_interpreter *m, tm_operator *op);
    void (*invoke)(tm_interpreter *m, const tm_operator *op);
    uint8_t outputs; // that it writes; 0 for as many as the operator has
    uint8_t inputs;  // that it reads, the first ones; 0 for as many as the operator has
};

// A shape of four dimensions; those a tensor lacks are 1, in front. What int8 kernels with
// pictures call [batch, height, width, channels].
typedef struct {
    int32_t batch, height, width, channels;
} tm_nhwc;

// Refuses the model: records what is wrong with this operator, a sentence of tm_refusals.h, and
// returns `status`.
tm_status tm_refuse_operator(tm_interpreter *m, const tm_operator *op, tm_status status,
                             const char *what);
static inline tm_status tm_refuse(tm_interpreter *m, const tm_operator *op, tm_status status,
                                  const char *what)
{
    TM_WHEN_CHECKED;
    return tm_refuse_operator(m, op, status, what);
}

// Return a tensor of an operator; NULL if it has no such tensor, or left it out.
TM_PURE const tm_tensor *tm_input(tm_interpreter *m, const tm_operator *op, uint32_t place);
TM_PURE const tm_tensor *tm_output(tm_interpreter *m, const tm_operator *op, uint32_t place);

// Returns a tensor's bytes; NULL for a NULL tensor. Of a constant they must not be written. During
// `prepare` only constants have bytes: of any other tensor it returns NULL.
TM_PURE void *tm_data(const tm_interpreter *m, const tm_tensor *tensor);

// Returns the operator's scratch memory, 4-byte aligned, scratch_bytes long. Not during `prepare`.
TM_PURE void *tm_scratch(const tm_interpreter *m, const tm_operator *op);

// Returns the dimensions, int32[tensor->rank].
TM_PURE const int32_t *tm_dims(const tm_interpreter *m, const tm_tensor *tensor);

// Returns the number of elements.
TM_PURE int32_t tm_elements(const tm_interpreter *m, const tm_tensor *tensor);

// Returns the bytes of an element, 0 for a type not in the list above.
TM_PURE uint32_t tm_type_bytes(uint8_t type);

// Returns the shape of a tensor of at most four dimensions.
TM_PURE tm_nhwc tm_nhwc_of(const tm_interpreter *m, const tm_tensor *tensor);

// Returns whether two tensors have the same rank and dimensions.
TM_PURE bool tm_same_shape(const tm_interpreter *m, const tm_tensor *a, const tm_tensor *b);

// Returns the scales, float[count], and their number: 1 for a tensor quantized as a whole, one a
// channel else, 0 (and NULL) if it isn't quantized. Scales of a prepared tensor are finite and not
// negative, and there are as many zero points.
const float *tm_scales(tm_interpreter *m, const tm_tensor *tensor, uint32_t *count);

// Returns the dimension along which the scales differ, if there are several.
TM_PURE int32_t tm_quantized_dimension(tm_interpreter *m, const tm_tensor *tensor);

// Return the scale and the zero point of a tensor that is quantized as a whole.
TM_PURE float tm_scale(tm_interpreter *m, const tm_tensor *tensor);
TM_PURE int32_t tm_zero_point(tm_interpreter *m, const tm_tensor *tensor);

// Returns whether a tensor is of an integer type and quantized as a whole, with a positive scale
// and a zero point its type can hold. What `prepare` asks of every quantized input and output.
TM_PURE bool tm_is_quantized(tm_interpreter *m, const tm_tensor *tensor);

#endif
