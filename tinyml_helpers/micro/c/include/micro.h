// micro.h: runs a TensorFlow Lite model on a microcontroller, in memory the caller owns.
//
//     static const union { uint8_t bytes[MODEL_BYTES]; uint32_t aligned; } model = {{MODEL}};
//     static uint32_t arena[5000]; // 20,000 bytes
//     static tm_interpreter interpreter;
//     if (tm_init(&interpreter, model.bytes, MODEL_BYTES, kernels,
//                 arena, sizeof arena, 0) != TM_OK)
//         stop(&interpreter.problem); // it says what is wrong, and where
//     memcpy(tm_input_data(&interpreter, 0), samples, tm_input_bytes(&interpreter, 0));
//     tm_invoke(&interpreter);
//     const int8_t *scores = tm_output_data(&interpreter, 0);
//
// MODEL: the bytes of a .tflite file, with commas between them. Model and arena must be 4-byte
// aligned: an array of uint8_t may lie anywhere, so the arena is one of uint32_t, and the model
// shares a union with one.
//
// The model is read in place, from flash. It may come from anywhere: every offset, length and
// index in it is checked before use. Nothing is allocated and nothing is kept outside the arena
// and the tm_interpreter, so several models can run side by side, each with its own.
//
// Records in the arena hold offsets, never pointers: a model needs exactly as many bytes on a
// 32-bit chip as on a 64-bit computer.
#ifndef TM_MICRO_H
#define TM_MICRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a call returns: TM_OK, or what went wrong.
typedef enum {
    TM_OK = 0,
    TM_MALFORMED = -1,       // the bytes are no sound model
    TM_UNSUPPORTED = -2,     // a sound model that asks for what isn't here
    TM_ARENA_TOO_SMALL = -3, // problem.bytes more are needed
    TM_BAD_CALL = -4,        // the caller broke a rule of this header
} tm_status;

// What went wrong, and where. `what` is a sentence without its subject, in static memory.
typedef struct {
    const char *what;
    int32_t operator_index; // place in the model's list of operators, or -1
    int32_t operator_code;  // the schema's BuiltinOperator, or -1
    int32_t tensor_index;   // place in the model's list of tensors, or -1
    uint32_t bytes;         // TM_ARENA_TOO_SMALL: bytes missing (at least, if !arena_planned)
} tm_problem;

// The operators a program can run: a list of pointers that ends with NULL. What isn't in the list
// isn't linked. Their names are in kernels.h.
typedef struct tm_kernel tm_kernel;

// Flags of tm_init.
enum {
    TM_KEEP_ALL_TENSORS = 1, // no memory is used twice, so that every tensor can be read
};

struct tm_tensor;
struct tm_operator;

// A loaded model. Owned by the caller; `problem` and the counts are for reading, the rest is
// private.
typedef struct {
    tm_problem problem;
    uint16_t tensor_count;
    uint16_t operator_count;
    uint16_t input_count;
    uint16_t output_count;
    uint32_t arena_needed; // bytes; exact once arena_planned, else at least
    bool arena_planned;

    bool damaged; // a check on the flatbuffer failed
    bool ready;
    const uint8_t *model;
    uint32_t model_bytes;
    uint8_t *arena;
    uint32_t arena_bytes;
    const tm_kernel *const *kernels;
    struct tm_tensor *tensors;     // [tensor_count], in the arena
    struct tm_operator *operators; // [operator_count], in the arena
    uint32_t inputs;               // offset of int32[input_count] in the model
    uint32_t outputs;              // offset of int32[output_count] in the model
} tm_interpreter;

// Loads a model: checks it, plans the arena, sets the model's state to its start.
// Needs: model 4-byte aligned and alive as long as the interpreter is used; arena 4-byte aligned,
// arena_bytes long; kernels, a list that ends with NULL; flags, a sum of the flags above or 0.
// Returns TM_OK, or an error told by interpreter->problem. After TM_ARENA_TOO_SMALL,
// interpreter->arena_needed is what a next try must bring.
tm_status tm_init(tm_interpreter *interpreter, const void *model, size_t model_bytes,
                  const tm_kernel *const *kernels, void *arena, size_t arena_bytes,
                  uint32_t flags);

// Runs the model once, on what lies in its inputs. An input's memory may be used again for other
// tensors: write all inputs before every call.
// Returns TM_OK, or TM_BAD_CALL if tm_init hasn't succeeded.
tm_status tm_invoke(tm_interpreter *interpreter);

// Runs one operator of the model: what tm_invoke does for 0 to operator_count - 1, in order.
tm_status tm_invoke_operator(tm_interpreter *interpreter, uint32_t index);

// Sets the model's state (its variable tensors) to what it was after tm_init.
void tm_reset(tm_interpreter *interpreter);

// The memory and the bytes of the model's input or output at a place, NULL and 0 if there is none.
void *tm_input_data(const tm_interpreter *interpreter, uint32_t place);
uint32_t tm_input_bytes(const tm_interpreter *interpreter, uint32_t place);
const void *tm_output_data(const tm_interpreter *interpreter, uint32_t place);
uint32_t tm_output_bytes(const tm_interpreter *interpreter, uint32_t place);

// Where a tensor lies, for those who want to read it.
typedef struct {
    bool in_arena;        // else in the model, or nowhere if bytes is 0
    uint32_t offset;      // bytes from the start of the arena, or of the model
    uint32_t bytes;       //
    uint16_t first, last; // the operators between which its memory is taken; with operator_count
                          // for what outlives them all
} tm_tensor_place;

// Returns where tensor `index` lies; all zero if there is no such tensor.
tm_tensor_place tm_tensor_at(const tm_interpreter *interpreter, uint32_t index);

// Returns where operator `index` has its scratch memory; bytes is 0 if it has none.
tm_tensor_place tm_scratch_at(const tm_interpreter *interpreter, uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
