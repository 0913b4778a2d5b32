#include "requantize.h"

#include "memory.h"

// x = mantissa × 2^exponent with 2^23 <= mantissa < 2^24. Needs x > 0.
static uint32_t take_apart(float x, int32_t *exponent)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t mantissa = bits & 0x7FFFFF;
    *exponent = (int32_t)(bits >> 23 & 0xFF) - 150;
    if (bits >> 23 == 0) { // subnormal
        *exponent += 1;
        for (; mantissa < 1u << 23; mantissa <<= 1)
            *exponent -= 1;
        return mantissa;
    }
    return mantissa | 1u << 23;
}

static tm_factor make_factor(uint32_t significand, int32_t shift)
{
    tm_factor none = {0, 0};
    if (significand == 1u << 31) { // rounding carried over
        significand >>= 1;
        shift += 1;
    }
    if (shift < -31)
        return none;
    tm_factor factor = {(int32_t)significand, shift > 30 ? 30 : shift};
    return factor;
}

tm_factor tm_factor_of(float a, float b, float c)
{
    tm_factor none = {0, 0};
    if (!(a > 0.0f) || !(b > 0.0f) || !(c > 0.0f))
        return none;
    int32_t exponent_a, exponent_b, exponent_c;
    uint32_t mantissa_a = take_apart(a, &exponent_a);
    uint32_t mantissa_b = take_apart(b, &exponent_b);
    uint32_t divisor = take_apart(c, &exponent_c);
    int32_t shift = exponent_a + exponent_b - exponent_c + 24;

    // The product of two floats is exact in double. Made to have 48 bits, the first 24 are of the
    // same size as the divisor, and the quotient of the two is 0 or 1.
    uint64_t product = (uint64_t)mantissa_a * mantissa_b;
    if (product >> 47 == 0) {
        product <<= 1;
        shift -= 1;
    }
    uint32_t high = (uint32_t)(product >> 24);
    uint32_t low = (uint32_t)product << 8;
    uint32_t whole = high >= divisor;
    uint32_t rest = high - (whole ? divisor : 0);

    // Long division by hand, eight bits at a time: 32 bits behind the point.
    uint32_t fraction = 0;
    for (int i = 0; i < 4; i++) {
        rest = rest << 8 | low >> 24;
        low <<= 8;
        fraction = fraction << 8 | rest / divisor;
        rest %= divisor;
    }

    // 31 bits stay. The quotient in double has 22 bits more and is rounded there first, a tie to
    // even; then those 31 bits are, a tie upwards. Both together round up from half - 2^-23 on.
    uint32_t dropped_bits = whole ? 2 : 1;
    uint32_t significand = fraction >> dropped_bits | (whole << 30);
    uint64_t dropped = fraction & ((1u << dropped_bits) - 1);
    uint64_t numerator = (dropped * divisor + rest) << 23;
    uint64_t threshold = ((uint64_t)divisor * ((1u << 22) - 1)) << dropped_bits;
    return make_factor(significand + (numerator >= threshold), shift + (int32_t)whole);
}

tm_factor tm_factor_of_double(double real)
{
    tm_factor none = {0, 0};
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    int32_t exponent = (int32_t)(bits >> 52 & 0x7FF) - 1022;
    if (!(real > 0.0) || exponent < -31)
        return none;
    uint64_t mantissa = (bits & 0xFFFFFFFFFFFFF) | 1ull << 52;
    return make_factor((uint32_t)((mantissa + (1u << 21)) >> 22), exponent);
}

int32_t tm_round(float x)
{
    if (x >= 2147483647.0f)
        return INT32_MAX;
    if (!(x > -2147483648.0f))
        return INT32_MIN;
    int32_t whole = (int32_t)x;
    float rest = x - (float)whole;
    return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

// Returns the code of a real number, however far out of the type's range.
static int32_t code_of(float real, float scale, int32_t zero_point)
{
    int64_t code = (int64_t)tm_round(real / scale) + zero_point;
    return code > INT32_MAX ? INT32_MAX : code < INT32_MIN ? INT32_MIN : (int32_t)code;
}

tm_range tm_activation_range(tm_interpreter *m, const tm_tensor *output, int32_t activation)
{
    tm_range range = {INT8_MIN, INT8_MAX};
    tm_range empty = {1, 0};
    float scale = tm_scale(m, output);
    int32_t zero_point = tm_zero_point(m, output);
    if (output->type == TM_INT16) {
        range.lowest = INT16_MIN;
        range.highest = INT16_MAX;
    }
    if (activation == TM_NO_ACTIVATION)
        return range;
    if (activation < TM_RELU || activation > TM_RELU6)
        return empty;
    tm_float_range real = tm_float_activation_range(activation);
    int32_t lowest = code_of(real.lowest, scale, zero_point);
    if (range.lowest < lowest)
        range.lowest = lowest;
    if (activation != TM_RELU) {
        int32_t highest = code_of(real.highest, scale, zero_point);
        if (range.highest > highest)
            range.highest = highest;
    }
    return range;
}

tm_float_range tm_float_activation_range(int32_t activation)
{
    // Not INFINITY: there is no math.h on a chip. The largest float does the same.
    tm_float_range range = {-3.40282347e38f, 3.40282347e38f};
    if (activation == TM_RELU || activation == TM_RELU6)
        range.lowest = 0.0f;
    if (activation == TM_RELU6)
        range.highest = 6.0f;
    if (activation == TM_RELU_N1_TO_1) {
        range.lowest = -1.0f;
        range.highest = 1.0f;
    }
    return range;
}
