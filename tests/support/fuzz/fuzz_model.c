// fuzz_model.c: libFuzzer gives bytes, the micro-interpreter loads and runs them as a model.
//
// An input is the bytes of a .tflite file and one byte more: bit 0 moves model and arena four bytes
// off a multiple of 16, the rest seeds the numbers in the model's inputs. Model and arena are heap
// blocks of exactly the bytes they may use, so that AddressSanitizer sees a step over the edge; and
// while an operator runs, all of the arena but its own tensors is poisoned. Beyond that it must
// hold that
// - an arena of arena_needed bytes is enough, and one of a byte less isn't,
// - the model is only read, and the records at the arena's start stay as they are,
// - outputs don't depend on what was in the arena before, nor on whether memory is used twice,
// - tm_reset makes a model do again what it did first.
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tm_kernel.h"

#define MOST_ARENA (1u << 20) // bytes; a larger one only costs time
#define MOST_WORK (1u << 21)  // multiplications of an operator, about
#define MOST_PLANNED 1500u    // tensors; planning takes their number's square and more

extern const tm_kernel *const tm_kernel_list[];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

// A model in memory, and how it is run.
typedef struct {
    const uint8_t *model;
    size_t model_bytes;
    size_t shift;  // bytes by which the arena misses a multiple of 16
    uint32_t seed; // of the numbers in the inputs
} job;

static void expect(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "FINDING: %s\n", what);
    abort();
}

// Returns a block of exactly `bytes` bytes, `shift` behind a multiple of 16; *block is to be freed.
static uint8_t *exact_block(size_t bytes, size_t shift, void **block)
{
    *block = malloc(bytes + shift);
    expect((uintptr_t)*block % 16 == 0 && *block != NULL, "there is memory");
    return (uint8_t *)*block + shift;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

// Tries a model with an arena of exactly `bytes` bytes.
static tm_status try_init(tm_interpreter *m, const job *j, uint32_t bytes, uint32_t flags)
{
    void *block;
    uint8_t *arena = exact_block(bytes, j->shift, &block);
    memset(arena, 0xA5, bytes);
    tm_status status = tm_init(m, j->model, j->model_bytes, tm_kernel_list, arena, bytes, flags);
    expect(status <= TM_OK && status > TM_BAD_CALL, "tm_init returns a known status");
    expect(status == TM_OK || m->problem.what != NULL, "an error says what is wrong");
    if (status != TM_OK) {
        expect(tm_invoke(m) == TM_BAD_CALL, "a model that isn't loaded doesn't run");
        expect(tm_input_data(m, 0) == NULL && tm_output_data(m, 0) == NULL, "nor has data");
        tm_reset(m);
    }
    free(block);
    return status;
}

// Returns the arena's bytes the model needs, 0 if it is refused or needs too many.
static uint32_t find_arena(const job *j, uint32_t flags)
{
    tm_interpreter m;
    uint32_t bytes = 0;
    for (int tries = 0; tries < 3; tries++) {
        if (try_init(&m, j, bytes, flags) != TM_ARENA_TOO_SMALL)
            return 0;
        expect(m.arena_needed > bytes, "too small an arena needs more");
        expect(m.problem.bytes == m.arena_needed - bytes, "an error says how much is missing");
        bytes = m.arena_needed;
        if (bytes > MOST_ARENA || m.tensor_count > MOST_PLANNED)
            return 0;
        if (!m.arena_planned)
            continue;
        expect(try_init(&m, j, bytes - 1, flags) == TM_ARENA_TOO_SMALL, "a byte less is too small");
        expect(m.problem.bytes == 1, "and a byte is missing");
        return bytes;
    }
    expect(0, "the bytes needed are planned at the second try");
    return 0;
}

// Returns an upper bound, about, of what an operator multiplies.
static uint64_t work_of(tm_interpreter *m, const tm_operator *op)
{
    uint64_t places = 1, largest = 1;
    for (uint32_t i = 0; i < (uint32_t)op->input_count + op->output_count; i++) {
        bool is_output = i >= op->input_count;
        const tm_tensor *tensor =
            is_output ? tm_output(m, op, i - op->input_count) : tm_input(m, op, i);
        if (tensor == NULL || tensor->rank == 0)
            continue;
        uint64_t rows = 1;
        for (int32_t k = 0; k < tensor->rank - 1; k++)
            rows *= (uint64_t)tm_dims(m, tensor)[k];
        uint64_t elements = rows * (uint64_t)tm_dims(m, tensor)[tensor->rank - 1];
        places = rows > places ? rows : places;
        largest = !is_output && elements > largest ? elements : largest;
    }
    return places * largest;
}

// Whether an operator looks at several inputs for one output.
static bool multiplies(int32_t code)
{
    return code == 1 || code == 3 || code == 4 || code == 9 || code == 17 || code == 27 ||
           code == 67;
}

static bool takes_too_long(tm_interpreter *m)
{
    for (uint32_t i = 0; i < m->operator_count; i++)
        if (multiplies(tm_kernel_list[m->operators[i].kernel]->code) &&
            work_of(m, &m->operators[i]) > MOST_WORK)
            return true;
    return m->operator_count > 64;
}

static void fill_inputs(tm_interpreter *m, const job *j, uint32_t seed)
{
    seed = seed * 2654435761u + j->seed;
    for (uint32_t i = 0; i < m->input_count; i++) {
        uint8_t *data = tm_input_data(m, i);
        uint32_t bytes = tm_input_bytes(m, i), from = next_random(&seed);
        for (uint32_t k = 0; k < bytes; k++)
            data[k] = j->model[(from + k) % j->model_bytes] ^ (uint8_t)next_random(&seed);
    }
}

// Returns a number that differs where outputs do.
static uint64_t hash_outputs(const tm_interpreter *m)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (uint32_t i = 0; i < m->output_count; i++) {
        const uint8_t *data = tm_output_data(m, i);
        for (uint32_t k = 0; k < tm_output_bytes(m, i); k++)
            hash = (hash ^ data[k]) * 0x100000001B3u;
    }
    return hash;
}

static void allow(const tm_interpreter *m, const tm_tensor *tensor)
{
    if (tensor != NULL && (tensor->place == TM_IN_ARENA || tensor->place == TM_VARIABLE))
        ASAN_UNPOISON_MEMORY_REGION(m->arena + tensor->data, tensor->bytes);
}

// Runs the model once, letting each operator touch nothing but its own tensors.
static void invoke_watched(tm_interpreter *m, uint32_t arena_bytes)
{
    uint32_t records = (uint32_t)(m->tensor_count * sizeof(tm_tensor) +
                                  m->operator_count * sizeof(tm_operator));
    uint8_t *kept = malloc(records + 1);
    memcpy(kept, m->arena, records);
    for (uint32_t i = 0; i < m->operator_count; i++) {
        const tm_operator *op = &m->operators[i];
        ASAN_POISON_MEMORY_REGION(m->arena + records, arena_bytes - records);
        for (uint32_t k = 0; k < op->input_count; k++)
            allow(m, tm_input(m, op, k));
        for (uint32_t k = 0; k < op->output_count; k++)
            allow(m, tm_output(m, op, k));
        ASAN_UNPOISON_MEMORY_REGION(m->arena + op->scratch, op->scratch_bytes);
        expect(tm_invoke_operator(m, i) == TM_OK, "an operator runs");
    }
    ASAN_UNPOISON_MEMORY_REGION(m->arena, arena_bytes);
    expect(memcmp(kept, m->arena, records) == 0, "the arena's records stay as they are");
    free(kept);
}

// Whether every tensor and all scratch memory lies in the arena, behind the records, or the model.
static void check_places(const tm_interpreter *m, uint32_t arena_bytes)
{
    for (uint32_t i = 0; i < (uint32_t)m->tensor_count + m->operator_count; i++) {
        tm_tensor_place place = i < m->tensor_count ? tm_tensor_at(m, i)
                                                    : tm_scratch_at(m, i - m->tensor_count);
        size_t all = place.in_arena ? arena_bytes : m->model_bytes;
        expect(place.offset <= all && place.bytes <= all - place.offset, "tensors lie in memory");
    }
}

// Runs the model three times in an arena of its own. Returns a number that says what came out, 0 if
// it doesn't run.
static uint64_t run(const job *j, uint32_t flags, int filling)
{
    uint32_t bytes = find_arena(j, flags);
    if (bytes == 0)
        return 0;
    void *block;
    uint8_t *arena = exact_block(bytes, j->shift, &block);
    memset(arena, filling, bytes);
    tm_interpreter m;
    tm_status status =
        tm_init(&m, j->model, j->model_bytes, tm_kernel_list, arena, bytes, flags);
    expect(status == TM_OK && m.arena_needed == bytes, "the bytes it needs are enough");
    check_places(&m, bytes);
    uint64_t result = 0;
    if (!takes_too_long(&m)) {
        fill_inputs(&m, j, 1);
        invoke_watched(&m, bytes);
        uint64_t first = hash_outputs(&m);
        fill_inputs(&m, j, 2);
        expect(tm_invoke(&m) == TM_OK, "a loaded model runs");
        result = first * 31 + hash_outputs(&m);
        tm_reset(&m);
        fill_inputs(&m, j, 1);
        tm_invoke(&m);
        expect(hash_outputs(&m) == first, "after tm_reset all is as at first");
    }
    free(block);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (count < 2)
        return 0;
    job j = {NULL, count - 1, (bytes[count - 1] & 1) * 4u, bytes[count - 1] >> 1};
    void *block;
    uint8_t *model = exact_block(j.model_bytes, j.shift, &block);
    memcpy(model, bytes, j.model_bytes);
    j.model = model;
    uint64_t packed = run(&j, 0, 0x5A);
    uint64_t apart = run(&j, TM_KEEP_ALL_TENSORS, 0xC3);
    expect(packed == apart || packed == 0 || apart == 0, "outputs don't depend on the plan");
    expect(memcmp(model, bytes, j.model_bytes) == 0, "the model is only read");
    free(block);
    return 0;
}
