// places.h: a model whose bytes are being changed, and the places in it that mean something.
#ifndef TM_FUZZ_PLACES_H
#define TM_FUZZ_PLACES_H

#include <stdint.h>
#include <string.h>

// What a place holds. DISTANCE: to a table or vector. COUNT: of a vector.
typedef enum {
    DISTANCE, COUNT, VTABLE_ENTRY, DIMENSION, TENSOR, CODE, TYPE, SCALE, ZERO_POINT, NUMBER, OPTION,
    DATA, KINDS
} kind;

static const uint8_t kind_bytes[KINDS] = {4, 4, 2, 4, 4, 1, 1, 4, 8, 4, 1, 1};

// The bytes under change, and two places of the wanted kind, each picked at random.
typedef struct {
    uint8_t *bytes;
    uint32_t count;
    uint32_t random;
    kind wanted;
    uint32_t seen, place, other;
} file;

static inline uint32_t below(file *f, uint32_t limit)
{
    f->random = f->random * 1664525u + 1013904223u;
    return limit == 0 ? 0 : (f->random >> 8) % limit;
}

static inline uint32_t any_word(file *f)
{
    return below(f, 1u << 16) << 16 | below(f, 1u << 16);
}

static inline uint32_t get(const file *f, uint32_t at, uint32_t bytes)
{
    uint32_t value = 0;
    if (at <= f->count && bytes <= f->count - at)
        memcpy(&value, f->bytes + at, bytes);
    return value;
}

static inline void put(file *f, uint32_t at, uint32_t bytes, uint64_t value)
{
    if (at <= f->count && bytes <= f->count - at)
        memcpy(f->bytes + at, &value, bytes);
}

// Walks the file as a .tflite and leaves in `place` and `other` two places of the kind `wanted`,
// each picked at random, and in `seen` how many there are. Those three must be 0 before.
void tm_fuzz_walk(file *f);

#endif
