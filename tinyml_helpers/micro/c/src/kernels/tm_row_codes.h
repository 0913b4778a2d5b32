// tm_row_codes.h: the codes of FULLY_CONNECTED's sums, each with a factor of its own.
//
// Weights quantized per output need a factor for every output, and use it once: the division in
// tm_factor_of would take as long as a hundred multiplications. But the factors differ by the
// weights' scale alone, so the ratio input scale / output scale is computed once. Times a scale it
// is nearly the factor, and a sum times that is nearly the code before it is rounded. Where it lies
// so near to the middle between two codes that the error could decide, the code is in doubt, and
// is computed exactly, as tm_requantize.h says. That happens a few times in a hundred.
#ifndef TM_ROW_CODES_H
#define TM_ROW_CODES_H

#include "tm_memory.h"
#include "tm_requantize.h"

// What the codes of an operator have in common.
typedef struct {
    float input_scale, output_scale;
    int32_t zero_point;
    tm_range range;
    // Set by tm_find_ratio.
    uint32_t multiplier; // of input scale / output scale; 2^30 to 2^31
    int32_t bits;        // to shift by, for a scale of the weights whose exponent field is 0
} tm_codes;

static inline void tm_find_ratio(tm_codes *codes)
{
    tm_factor ratio = tm_factor_of(codes->input_scale, 1.0f, codes->output_scale);
    bool helps = ratio.multiplier != 0 && ratio.shift < 29; // neither too large nor too small
    codes->multiplier = (uint32_t)ratio.multiplier;
    codes->bits = helps ? 125 - ratio.shift : INT16_MIN;
}

// A sum is made larger by TM_SPARE_BITS first, since errors below are then smaller beside it, if
// its own 26 bits and its sign say all of it. TM_MOST_BITS: to shift by; a code that is shifted so
// far to the left still fits 32 bits.
#define TM_SPARE_BITS 4
#define TM_MOST_BITS 22

// The significand of a scale, given by its bits: 2^31 to 2^32. A scale that is 0 or subnormal is
// taken for a larger one, which is next to nothing still.
static inline uint32_t tm_significand(uint32_t scale)
{
    return scale << 8 | 1u << 31;
}

// tm_near: returns sum × significand × multiplier / 2^64 × 2^TM_NEAR_BITS, nearly.
// tm_doubt: how far it is, at most, from the number that is rounded to a code, if it has `bits` bits
// behind the point, TM_LEAST_BITS or more, and that is a number of 9 bits.
#if defined(__ARM_ARCH_6M__)

#define TM_NEAR_BITS 1
#define TM_LEAST_BITS 7

static inline int32_t tm_near(int32_t sum, uint32_t scale, uint32_t multiplier)
{
    // This processor multiplies 32 bits by 32 and keeps the lower 32, so numbers of 16 are used.
    uint32_t factor = ((tm_significand(scale) >> 16) * (multiplier >> 15) + (1 << 15)) >> 16;
    return (sum >> 16) * (int32_t)factor + (int32_t)(((uint32_t)sum & 0xFFFF) * factor >> 16);
}

static inline int32_t tm_doubt(int32_t bits)
{
    return (3 << (bits - 7)) + 10;
}

#else

#define TM_NEAR_BITS 0
#define TM_LEAST_BITS (1 + TM_SPARE_BITS)

static inline int32_t tm_near(int32_t sum, uint32_t scale, uint32_t multiplier)
{
    uint64_t factor = (uint64_t)tm_significand(scale) * multiplier >> 32;
    return (int32_t)((int64_t)sum * (int32_t)factor >> 32);
}

static inline int32_t tm_doubt(int32_t bits)
{
    (void)bits;
    return 8;
}

#endif

static inline bool tm_is_in_doubt(int32_t x, int32_t bits, int32_t doubt)
{
    return (uint32_t)((x + doubt) ^ (x - doubt)) >> bits != 0;
}

static inline bool tm_has_room(int32_t sum)
{
    return sum >= -(1 << 26) && sum < 1 << 26;
}

// Returns the code of a sum that is too large to be made larger, whose factor is next to nothing, as
// training leaves some, or whose code was in doubt.
__attribute__((noinline)) static int32_t tm_seldom_code(const tm_codes *codes, int32_t sum,
                                                        const uint32_t *scale)
{
    int32_t significand = (int32_t)(tm_significand(*scale) >> 1);
    int32_t factor = tm_multiply_high(significand, (int32_t)codes->multiplier) >> 1;
    int32_t bits = codes->bits - (int32_t)(*scale >> 23), larger = sum;
    if (bits > TM_MOST_BITS) {
        factor = bits - TM_MOST_BITS > 30 ? 0 : factor >> (bits - TM_MOST_BITS);
        bits = TM_MOST_BITS;
    } else if (bits <= TM_MOST_BITS - TM_SPARE_BITS && tm_has_room(sum)) {
        larger = (int32_t)((uint32_t)sum << TM_SPARE_BITS);
        bits += TM_SPARE_BITS;
    }
    if (bits > 0) {
        int32_t x = tm_multiply_high(larger, factor) +
                    (int32_t)((uint32_t)(2 * codes->zero_point + 1) << (bits - 1));
        if (!tm_is_in_doubt(x, bits, 8))
            return tm_clamp(x >> bits, codes->range.lowest, codes->range.highest);
    }
    float weights_scale;
    memcpy(&weights_scale, scale, sizeof weights_scale);
    return tm_code(sum, tm_factor_of(codes->input_scale, weights_scale, codes->output_scale),
                   codes->zero_point, codes->range);
}

// Writes the codes of sums: what tm_code makes of each with the factor of its scale.
// sums: [count]. scales: their bits, [count], or one for all if step is 0, not 1. Not inlined, so
// that what the loop needs fits the registers there are.
__attribute__((noinline)) static void tm_write_codes(const tm_codes *codes, const uint32_t *sums,
                                                     const uint32_t *scales, int32_t step,
                                                     int32_t count, int8_t *output)
{
    const uint32_t multiplier = codes->multiplier;
    const uint32_t two_zeros = (uint32_t)(2 * codes->zero_point + 1);
    const int32_t most_bits = codes->bits + TM_SPARE_BITS + TM_NEAR_BITS;
    for (int32_t i = 0; i < count; i++, scales += step) {
        int32_t sum = (int32_t)sums[i], code;
        int32_t bits = most_bits - (int32_t)(*scales >> 23);
        bool usual = bits >= TM_LEAST_BITS && bits <= TM_MOST_BITS &&
                     tm_has_room(sum);
        if (usual) {
            int32_t larger = (int32_t)((uint32_t)sum << TM_SPARE_BITS);
            int32_t x = tm_near(larger, *scales, multiplier) + (int32_t)(two_zeros << (bits - 1));
            usual = !tm_is_in_doubt(x, bits, tm_doubt(bits));
            code = tm_clamp(x >> bits, INT8_MIN, INT8_MAX);
        }
        if (!usual)
            code = tm_seldom_code(codes, sum, scales);
        output[i] = (int8_t)code;
    }
    tm_clamp_codes(output, count, codes->range);
}

#endif
