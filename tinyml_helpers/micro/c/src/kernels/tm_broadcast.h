// tm_broadcast.h: two inputs, element by element, the one stretched to the shape of the other.
#ifndef TM_BROADCAST_H
#define TM_BROADCAST_H

#include "tm_walk.h"

// Returns a tensor's dimension, counted from the last (0); 1 where it has none.
static inline int32_t tm_dim_from_last(const tm_interpreter *m, const tm_tensor *tensor, int32_t i)
{
    return i < tensor->rank ? tm_dims(m, tensor)[tensor->rank - 1 - i] : 1;
}

// Whether the output has the shape of the inputs, those dimensions stretched that are 1.
static inline bool tm_is_broadcast(const tm_interpreter *m, const tm_tensor *a, const tm_tensor *b,
                                   const tm_tensor *out)
{
    if (out->rank != (a->rank > b->rank ? a->rank : b->rank))
        return false;
    for (int32_t i = 0; i < out->rank; i++) {
        int32_t size_a = tm_dim_from_last(m, a, i), size_b = tm_dim_from_last(m, b, i);
        if ((size_a != size_b && size_a != 1 && size_b != 1) ||
            tm_dim_from_last(m, out, i) != (size_a == 1 ? size_b : size_a))
            return false;
    }
    return true;
}

// Returns the walk through both inputs, in the order of the output's elements.
static inline tm_walk tm_broadcast_walk(const tm_interpreter *m, const tm_tensor *a,
                                        const tm_tensor *b, const tm_tensor *out)
{
    tm_walk walk;
    tm_start_walk(&walk, 0, 0);
    int32_t step_a = tm_elements(m, a), step_b = tm_elements(m, b);
    for (int32_t i = out->rank - 1; i >= 0; i--) {
        int32_t size_a = tm_dim_from_last(m, a, i), size_b = tm_dim_from_last(m, b, i);
        step_a /= size_a;
        step_b /= size_b;
        tm_add_loop(&walk, tm_dim_from_last(m, out, i), size_a == 1 ? 0 : step_a,
                    size_b == 1 ? 0 : step_b);
    }
    return walk;
}

#endif
