#include "tm_fixed_point.h"

#include "tm_requantize.h"

#if defined(__ARM_ARCH_6M__)
// A multiplication is fifty bytes on this processor, and this file has a dozen.
__attribute__((noinline)) static int32_t multiply_high(int32_t x, int32_t multiplier)
{
    return tm_multiply_high(x, multiplier);
}
#define tm_multiply_high multiply_high
#endif

// Returns exp(x) in Q0.31, for x in Q0.31 between -1/4 and 0: the Taylor series around -1/8,
// exp(-1/8) × (1 + y + y²/2 + y³/6 + y⁴/24) with y = x + 1/8.
static int32_t exp_of_a_quarter(int32_t x)
{
    const int32_t exp_of_minus_an_eighth = 1895147668, third = 715827883;
    int32_t y = x + (1 << 28);
    int32_t size = y < 0 ? -y : y; // tm_multiply_high takes no negative second factor
    int32_t y2 = tm_multiply_high(size, size);
    int32_t y3 = tm_multiply_high(y, y2);
    int32_t y4 = tm_multiply_high(y2, y2);
    int32_t sum = tm_multiply_high(tm_rounding_shift(y4, 2) + y3, third) + y2;
    return exp_of_minus_an_eighth +
           tm_multiply_high(y + tm_rounding_shift(sum, 1), exp_of_minus_an_eighth);
}

int32_t tm_fixed_exp(int32_t x, int32_t fraction_bits)
{
    // exp(-2^k) in Q0.31 for k = -2 to 4.
    static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308,
                                      39332535,   720401,     242};
    if (x == 0)
        return INT32_MAX;
    // x is -(a sum of powers of two, from 1/4 up) plus a rest in [-1/4, 0).
    int32_t quarter = 1 << (fraction_bits - 2);
    int32_t rest = (x & (quarter - 1)) - quarter;
    uint32_t powers = (uint32_t)rest - (uint32_t)x;
    int32_t result = exp_of_a_quarter(rest * (1 << (31 - fraction_bits)));
    for (int32_t bit = fraction_bits - 2; bit < 31; bit++)
        if (powers >> bit & 1)
            result = tm_multiply_high(result, factors[bit - (fraction_bits - 2)]);
    return result;
}

// Returns x × 2^bits, cut to 32 bits.
static int32_t shift_up(int32_t x, int32_t bits)
{
    int32_t limit = INT32_MAX >> bits;
    return x > limit ? INT32_MAX : x < -limit ? INT32_MIN : x * (1 << bits);
}

// Returns 2 / (1 + x) in Q2.29, for x in Q0.31, x >= 0: Newton's iteration z += z (1 - d z) for
// the inverse z of d = (1 + x) / 2, from the line 48/17 - 32/17 d, which is nearest to 1/d there.
static int32_t invert(int32_t x)
{
    const int32_t one = 1 << 29;
    int32_t d = (int32_t)(((uint32_t)x + (1u << 31)) >> 1);
    int32_t z = 1515870810 + tm_multiply_high(-1010580540, d);
    for (int i = 0; i < 3; i++)
        z += shift_up(tm_multiply_high(one - tm_multiply_high(d, z), z), 2);
    return z;
}

int32_t tm_one_over_one_plus(int32_t x)
{
    return shift_up(invert(x), 1);
}

int32_t tm_one_minus_over_one_plus(int32_t x)
{
    return shift_up(invert(x) - (1 << 29), 2);
}
