// tm_dsp.h: the instructions of Armv7E-M that work on two 16-bit numbers in one register, under the
// names Arm's C Language Extensions (ACLE, "32-bit SIMD intrinsics") give them. On any other
// processor the same arithmetic is spelled out, so that kernels made of them can be tested there.
#ifndef TM_DSP_H
#define TM_DSP_H

#include <stdint.h>

// Returns the four bytes at any address; the Cortex-M4 needs no alignment.
static inline uint32_t tm_load(const void *address)
{
    uint32_t word;
    __builtin_memcpy(&word, address, sizeof word);
    return word;
}

#if defined(__ARM_FEATURE_DSP) && defined(__clang__)

// Returns sum + x.low × y.low + x.high × y.high.
static inline uint32_t tm_smlad(uint32_t x, uint32_t y, uint32_t sum)
{
    return (uint32_t)__builtin_arm_smlad((int32_t)x, (int32_t)y, (int32_t)sum);
}

// Returns bytes 0 and 2 of x, as 16-bit numbers, each added to one of `add`.
static inline uint32_t tm_sxtab16(uint32_t add, uint32_t x)
{
    return (uint32_t)__builtin_arm_sxtab16((int32_t)add, (int32_t)x);
}

#elif defined(__ARM_FEATURE_DSP)

// GCC's names for them are younger than the GCC 7 that Arduino's core for the Nano brings along.
#define TM_INSTRUCTION(text, ...)                              \
    uint32_t result;                                           \
    __asm__(text : "=r"(result) : __VA_ARGS__);                \
    return result

static inline uint32_t tm_smlad(uint32_t x, uint32_t y, uint32_t sum)
{
    TM_INSTRUCTION("smlad %0, %1, %2, %3", "r"(x), "r"(y), "r"(sum));
}

static inline uint32_t tm_sxtab16(uint32_t add, uint32_t x)
{
    TM_INSTRUCTION("sxtab16 %0, %1, %2", "r"(add), "r"(x));
}

#undef TM_INSTRUCTION

#else

static inline uint32_t tm_smlad(uint32_t x, uint32_t y, uint32_t sum)
{
    return sum + (uint32_t)((int16_t)x * (int16_t)y) +
           (uint32_t)((int16_t)(x >> 16) * (int16_t)(y >> 16));
}

static inline uint32_t tm_sxtab16(uint32_t add, uint32_t x)
{
    uint32_t low = (uint32_t)((int16_t)add + (int8_t)x);
    uint32_t high = (uint32_t)((int16_t)(add >> 16) + (int8_t)(x >> 16));
    return (low & 0xFFFF) | high << 16;
}

#endif

// Returns bytes 0 and 2 of x as 16-bit numbers.
static inline uint32_t tm_sxtb16(uint32_t x)
{
    return tm_sxtab16(0, x);
}

// Returns x rotated right by eight bits: sxtb16 of it are bytes 1 and 3. One instruction with it.
static inline uint32_t tm_odd(uint32_t x)
{
    return x >> 8 | x << 24;
}

// Returns two 16-bit numbers as one word.
static inline uint32_t tm_pair(int32_t low, int32_t high)
{
    return ((uint32_t)low & 0xFFFF) | (uint32_t)high << 16;
}

// Returns the same number in both halves of a word.
static inline uint32_t tm_twice(int32_t x)
{
    return tm_pair(x, x);
}

#endif
