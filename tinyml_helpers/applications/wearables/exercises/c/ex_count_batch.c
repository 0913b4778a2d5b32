// ex_count_batch.c: what Python calls on this computer: repetitions of many samples at once.
// Not for boards.
#include "repetitions.h"

#include "tm_memory.h"

size_t ex_repetitions_bytes(void);
void ex_count_all(const ex_motion *motions, uint32_t count, uint16_t *counts, uint16_t *periods);

size_t ex_repetitions_bytes(void)
{
    return sizeof(ex_repetitions);
}

// Counts from 0. motions: [count]; counts, periods: [count], after each.
void ex_count_all(const ex_motion *motions, uint32_t count, uint16_t *counts, uint16_t *periods)
{
    ex_repetitions repetitions;
    ex_repetitions_start(&repetitions);
    for (uint32_t i = 0; i < count; i++) {
        ex_repetitions_add(&repetitions, &motions[i]);
        counts[i] = ex_repetitions_count(&repetitions);
        periods[i] = ex_repetitions_period(&repetitions);
    }
}
