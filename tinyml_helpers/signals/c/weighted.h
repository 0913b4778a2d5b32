// weighted.h: a product that both boards' processors compute quickly.
#ifndef FE_WEIGHTED_H
#define FE_WEIGHTED_H

#include <stdint.h>

// Returns x × weight / 2^16, rounded down.
static inline int32_t weighted(int32_t x, int16_t weight)
{
#if defined(__ARM_ARCH_6M__)
    // This processor keeps only the low 32 bits of a product, so x is taken in halves.
    return (x >> 16) * weight + (((x & 0xFFFF) * weight) >> 16);
#else
    return (int32_t)(((int64_t)x * weight) >> 16); // one instruction of the Cortex-M4: SMULWB
#endif
}

#endif
