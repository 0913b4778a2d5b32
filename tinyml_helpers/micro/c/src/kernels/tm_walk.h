// tm_walk.h: walks through two tensors at once, row by row.
//
// A walk is a nest of loops, one a dimension. Each loop has a size, and for either tensor a step:
// how far it is from one element to the next. Steps do all the work: 0 repeats a dimension
// (broadcasting), a negative one reverses it, two swapped ones transpose. Where a loop goes on
// exactly where the one inside it ends, for both tensors, the two are made one, so a walk through
// equal shapes is a single long row.
#ifndef TM_WALK_H
#define TM_WALK_H

#include "tm_kernel.h"
#include "tm_memory.h"

#define TM_MAX_LOOPS (TM_MAX_RANK + 1)

typedef struct {
    int32_t loops;                 // at least 1; the last is the row
    int32_t size[TM_MAX_LOOPS];    //
    int32_t step[2][TM_MAX_LOOPS]; // for the first and the second tensor
    int32_t index[TM_MAX_LOOPS];
    int32_t at[2]; // where the row starts in either tensor
} tm_walk;

// Starts a walk without loops, a single element at these places.
void tm_start_walk(tm_walk *walk, int32_t at_first, int32_t at_second);

// Adds a loop inside those already there. Needs: at most TM_MAX_LOOPS of them, and places that
// stay within 31 bits.
void tm_add_loop(tm_walk *walk, int32_t size, int32_t first_step, int32_t second_step);

// Goes on to the next row. Returns false after the last.
bool tm_next_row(tm_walk *walk);

// Copies bytes: those of `from` at the walk's second places to `to` at its first.
void tm_copy(uint8_t *to, const uint8_t *from, tm_walk *walk);

// Copies `count` blocks of `bytes` bytes each; from the start of one to the next it is `to_step`
// and `from_step` bytes.
static inline void tm_copy_blocks(uint8_t *to, uint32_t to_step, const uint8_t *from,
                                  uint32_t from_step, uint32_t bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        memcpy(to + i * to_step, from + i * from_step, bytes);
}

// Returns a dimension counted from the front, given one that may count from the back (-1 is the
// last); -1 if a shape of this rank has no such dimension.
static inline int32_t tm_axis(int32_t axis, int32_t rank)
{
    return axis >= -rank && axis < rank ? (axis < 0 ? axis + rank : axis) : -1;
}

// Returns the product of a tensor's dimensions in front of `axis`.
static inline uint32_t tm_rows_before(const tm_interpreter *m, const tm_tensor *tensor,
                                      int32_t axis)
{
    uint32_t count = 1;
    for (int32_t i = 0; i < axis; i++)
        count *= (uint32_t)tm_dims(m, tensor)[i];
    return count;
}

// Whether two tensors have the same type, one known here, and the same number of elements.
static inline bool tm_same_elements(const tm_interpreter *m, const tm_tensor *a,
                                    const tm_tensor *b)
{
    return a->type == b->type && tm_type_bytes(a->type) != 0 &&
           tm_elements(m, a) == tm_elements(m, b);
}

// Whether two tensors have the same shape, their sizes along one axis aside.
static inline bool tm_same_but(const tm_interpreter *m, const tm_tensor *a, const tm_tensor *b,
                               int32_t axis)
{
    bool same = a->rank == b->rank;
    for (int32_t i = 0; same && i < a->rank; i++)
        same = i == axis || tm_dims(m, a)[i] == tm_dims(m, b)[i];
    return same;
}

// Whether a tensor is a constant of type int32 with `count` elements.
static inline bool tm_is_constant_i32(const tm_interpreter *m, const tm_tensor *tensor,
                                      int32_t count)
{
    return tensor != NULL && tensor->type == TM_INT32 && tensor->place == TM_IN_MODEL &&
           tm_elements(m, tensor) == count;
}

#endif
