// tm_sums.h: sums of two int8 codes, for ADD and SUB, in as few steps as there are.
#ifndef TM_SUMS_H
#define TM_SUMS_H

#include "tm_requantize.h"

// Codes are brought to a common scale before they are added: twice the larger of the two inputs'
// scales, and 20 bits finer, so that the sums keep within 31 bits. (TensorFlow Lite, kernels/add.)
// Codes of int16 are made 15 bits finer.
#define TM_FINER_BITS 20
#define TM_FINER_BITS_INT16 15

// How int8 and int16 codes are computed with.
typedef struct {
    int32_t zero_a, zero_b, zero_out;
    tm_factor a, b; // to the common scale; unused by MUL
    tm_factor out;  // from there to the output's
    tm_range range;
} tm_scaling;

// The same for sums of two codes, ready for a loop: the code of
//
//     sum = coarse × coarse_by + (fine × fine_by + fine_start) reduced + coarse_start
//
// Of the two inputs the one with the larger scale is `coarse`: its factor is a half, a shift. All
// numbers are doubled, which turns the high half of a product by 31 bits into that by 32.
typedef struct {
    int32_t coarse_by, coarse_start, fine_by, fine_start;
    int32_t fine_multiplier, fine_half, fine_bits;
    int32_t multiplier, half_and_zero, bits;
} tm_summing;

// Whether tm_sum_codes may be used: the output's zero point can be shifted.
static bool tm_can_sum(const tm_scaling *s, int32_t sign)
{
#ifdef TM_READABLE
    return false;
#endif
    return sign != 0 && s->out.shift < 0 && s->out.shift >= -22;
}

// Returns how a loop sums; sign: -1 for SUB. `fine` is b, or a if `swapped`. For tm_can_sum.
static tm_summing tm_ready_to_sum(const tm_scaling *s, int32_t sign, bool swapped)
{
    tm_summing by;
    int32_t fine_sign = swapped ? 1 : sign, coarse_sign = swapped ? sign : 1;
    by.coarse_by = coarse_sign * (1 << TM_FINER_BITS);
    by.coarse_start = -by.coarse_by * (swapped ? s->zero_b : s->zero_a);
    tm_factor fine = swapped ? s->a : s->b;
    if (fine.shift == 0) { // for a step to have a half, twice as many of half the size
        fine.shift = -1;
        fine_sign *= 2;
    }
    by.fine_by = fine_sign * (1 << (TM_FINER_BITS + 1));
    by.fine_start = -by.fine_by * (swapped ? s->zero_a : s->zero_b);
    by.fine_multiplier = fine.multiplier;
    by.fine_half = tm_half_and_zero(fine, 0);
    by.fine_bits = -fine.shift;
    by.multiplier = s->out.multiplier;
    by.half_and_zero = tm_half_and_zero(s->out, s->zero_out);
    by.bits = -s->out.shift;
    return by;
}

// Writes `count` codes, not cut to a range narrower than int8 yet; rounds as tm_quick_code.
__attribute__((noinline)) static void tm_sum_codes(const tm_summing *by, const int8_t *coarse,
                                                   int32_t coarse_step, const int8_t *fine,
                                                   int32_t fine_step, int32_t count, int8_t *to)
{
    const tm_summing s = *by;
    for (int8_t *end = to + count; to < end; coarse += coarse_step, fine += fine_step) {
        int32_t x = *fine * s.fine_by + s.fine_start;
        x = (tm_multiply_half(x, s.fine_multiplier) + (x >> 31) + s.fine_half) >> s.fine_bits;
        x = 2 * x + (*coarse * s.coarse_by + s.coarse_start);
        x = (tm_multiply_half(x, s.multiplier) + (x >> 31) + s.half_and_zero) >> s.bits;
        *to++ = (int8_t)tm_clamp(x, INT8_MIN, INT8_MAX);
    }
}

#endif
