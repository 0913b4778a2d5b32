// tm_plan.h: gives every tensor that isn't in the model its place in the arena.
#ifndef TM_PLAN_H
#define TM_PLAN_H

#include "tm_kernel.h"

#define TM_ALIGNMENT 4u

// Rounds a number of bytes up to the alignment.
static inline uint32_t tm_align(uint32_t bytes)
{
    return (bytes + TM_ALIGNMENT - 1) & ~(TM_ALIGNMENT - 1);
}

// Finds between which operators each tensor must keep its value.
// Needs: every tensor and operator read. Returns TM_OK, or TM_MALFORMED for a tensor that is read
// before it is written, written twice, or both constant and written.
tm_status tm_find_lifetimes(tm_interpreter *m, bool keep_all);

// Lets an operator's output lie where an input lies that nobody needs any longer.
// Needs: lifetimes, and every operator prepared.
void tm_share_memory(tm_interpreter *m);

// Places tensors and scratch memory from `start` on, so that what must be kept at the same time
// never overlaps. Works in the arena, from `start` on: 2 bytes a place to find. Sets arena_planned,
// to false where the arena lacks these bytes.
// Returns the offset behind the last byte used; UINT32_MAX if that is too far for 32 bits.
uint32_t tm_place_tensors(tm_interpreter *m, uint32_t start);

#endif
