// tm_requantize.h: from the wide sum of an integer kernel back to a code of its output.
//
// A sum of products of codes is worth (input scale × weight scale) a step, an output code (output
// scale) a step. The ratio of the two is the real factor each sum is multiplied by, and chips
// without floating point do it with an integer multiplier of 31 bits and a shift:
//
//     factor = multiplier / 2^31 × 2^shift,    2^30 <= multiplier < 2^31
//
// Rounding follows gemmlowp's double rounding (fixedpoint.h), as TensorFlow Lite Micro does: the
// product's high half is rounded, then the shift is. Every bit counts: another way to round would
// be as good, and differ.
#ifndef TM_REQUANTIZE_H
#define TM_REQUANTIZE_H

#include "tm_kernel.h"

typedef struct {
    int32_t multiplier;
    int32_t shift; // to the left if positive
} tm_factor;

// The quotient of two scales, ready to be multiplied: a division takes as long as a hundred
// multiplications, and a layer asks for a factor for each of its channels.
typedef struct {
    uint32_t mantissa, divisor; // of a and c, 1 <= mantissa / divisor < 2
    uint32_t quotient;          // of the two × 2^31, rounded down; 0 if there is none
    int32_t exponent;           // a / c = mantissa / divisor × 2^exponent
} tm_ratio;

tm_ratio tm_ratio_of(float a, float c);

// Returns a × b / c as a factor, rounded as if product and quotient were computed in double: 0 if
// one of them isn't positive. Computes with integers only, for chips without double precision.
tm_factor tm_factor_by(const tm_ratio *ratio, float b);
tm_factor tm_factor_of(float a, float b, float c);

// Returns a real number as a factor, for what tm_factor_of can't express. Brings the compiler's
// double arithmetic into the program.
tm_factor tm_factor_of_double(double real);

// Returns x × multiplier / 2^31, rounded to nearest, ties upwards. Needs multiplier >= 0.
static inline int32_t tm_multiply_high(int32_t x, int32_t multiplier)
{
#if defined(__ARM_ARCH_6M__)
    // This processor keeps only the low half of a product, so halves are multiplied with halves:
    // (xh 2^16 + xl) (mh 2^16 + ml) + 2^30, of which the bits from 16 on are enough.
    uint32_t xl = (uint32_t)x & 0xFFFF, ml = (uint32_t)multiplier & 0xFFFF;
    int32_t xh = x >> 16, mh = multiplier >> 16;
    uint32_t first = xl * (uint32_t)mh;
    int32_t second = xh * (int32_t)ml;
    uint32_t low = (xl * ml >> 16) + (first & 0xFFFF) + ((uint32_t)second & 0xFFFF) + 0x4000;
    uint32_t high = (uint32_t)(xh * mh) + (first >> 16) + (uint32_t)(second >> 16) + (low >> 16);
    return (int32_t)(high << 1 | (low >> 15 & 1));
#else
    return (int32_t)(((int64_t)x * multiplier + (1 << 30)) >> 31);
#endif
}

// Returns x × multiplier / 2^32, rounded to nearest, ties upwards: tm_multiply_high of half of x.
// Needs an even x and multiplier >= 0.
static inline int32_t tm_multiply_half(int32_t x, int32_t multiplier)
{
#if defined(__ARM_ARCH_6M__)
    return tm_multiply_high(x >> 1, multiplier);
#else
    return (int32_t)(((int64_t)x * multiplier + (1ll << 31)) >> 32); // SMMULR on a Cortex-M4
#endif
}

// Returns x / 2^bits for bits 0 to 31, rounded to nearest, ties away from zero.
static inline int32_t tm_rounding_shift(int32_t x, int32_t bits)
{
    int32_t mask = (int32_t)((1u << bits) - 1);
    int32_t half = (mask >> 1) + (x < 0);
    return (x >> bits) + ((x & mask) > half);
}

// Returns x × factor.
static inline int32_t tm_requantize(int32_t x, tm_factor factor)
{
    if (factor.shift > 0)
        return tm_multiply_high((int32_t)((uint32_t)x << factor.shift), factor.multiplier);
    return tm_rounding_shift(tm_multiply_high(x, factor.multiplier), -factor.shift);
}

static inline int32_t tm_clamp(int32_t x, int32_t lowest, int32_t highest)
{
    return x < lowest ? lowest : x > highest ? highest : x;
}

// The codes, or the numbers, an output may have: those of its type, less what its activation cuts.
typedef struct {
    int32_t lowest, highest;
} tm_range;

typedef struct {
    float lowest, highest;
} tm_float_range;

// Whether a tensor is of float32. A program whose model has no such tensor can be compiled with
// TM_WITHOUT_FLOAT: kernels then leave out their half for float32.
static inline bool tm_is_float(const tm_tensor *tensor)
{
#ifdef TM_WITHOUT_FLOAT
    (void)tensor;
    return false;
#else
    return tensor->type == TM_FLOAT32;
#endif
}

// Whether a tensor is of int16. A program whose operators read no such tensors can be compiled with
// TM_WITHOUT_INT16: kernels then leave out their part for int16.
static inline bool tm_is_int16(const tm_tensor *tensor)
{
#ifdef TM_WITHOUT_INT16
    (void)tensor;
    return false;
#else
    return tensor->type == TM_INT16;
#endif
}

// Returns the codes an int8 or int16 output may have after a fused activation. The range is empty
// (lowest > highest) for an activation it doesn't know.
tm_range tm_activation_range(tm_interpreter *m, const tm_tensor *output, int32_t activation);

// The same for float32.
tm_float_range tm_float_activation_range(int32_t activation);

// Returns the code of a sum: rescaled, shifted by the output's zero point, cut to a range.
int8_t tm_code(int32_t sum, tm_factor factor, int32_t zero_point, tm_range range);

// Whether all sums of a bias and `length` products, as for tm_is_moderate, give one code: that of the
// least sum is that of the greatest. So it is in channels that training let die. Sets the code.
bool tm_is_constant(int32_t bias, int32_t length, tm_factor factor, int32_t zero_point,
                    tm_range range, int8_t *code);

// Cuts codes to a range narrower than int8.
void tm_clamp_codes(int8_t *codes, int32_t count, tm_range range);

// Whether tm_quick_code is exact for all sums of a bias and `length` products of an int8 weight
// and an input less its zero point (at most 128 × 255): the sum stays below 2^29, and what is
// shifted below 2^31.
static inline bool tm_is_moderate(tm_factor factor, int32_t bias, int32_t length)
{
    int32_t most = 1 << 28;
    return factor.shift < 0 && factor.shift >= -22 && bias > -most && bias < most &&
           length <= most / (128 * 255);
}

// Returns what tm_quick_code adds before it shifts: half a step, and the output's zero point.
static inline int32_t tm_half_and_zero(tm_factor factor, int32_t zero_point)
{
    return (int32_t)((uint32_t)(2 * zero_point + 1) << (-factor.shift - 1));
}

// Returns the code of a sum, not cut to a range yet: tm_requantize in fewer steps, for where most
// of the time goes. A tie goes away from zero: up, once a negative sum is made smaller by the least
// step.
static inline int32_t tm_quick_code(int32_t sum, tm_factor factor, int32_t half_and_zero)
{
    int32_t high = tm_multiply_high(sum, factor.multiplier);
    return (high + (sum >> 31) + half_and_zero) >> -factor.shift;
}

// Returns a real number rounded to the nearest integer, ties away from zero, cut to 32 bits.
int32_t tm_round(float x);

// Returns how many steps of a scale a real number is: tm_round of the float real / scale, but from 2^29
// on some number above that. Needs real > 0.
int32_t tm_steps(float real, float scale);

#endif
