#include "tm_requantize.h"

#include "tm_memory.h"

// Bits of a quotient found at once: as many as 32 bits leave room for, or one where the processor
// can't divide.
#if defined(__ARM_ARCH_6M__)
#define DIGIT 1
#else
#define DIGIT 8
#endif

static uint32_t bits_of(float x)
{
    union {
        float number;
        uint32_t bits;
    } both = {x};
    return both.bits;
}

// x = mantissa × 2^exponent with 2^23 <= mantissa < 2^24; the mantissa is 0 unless x > 0. Without the
// compiler's soft float, where floats are soft.
static uint32_t take_apart(float x, int32_t *exponent)
{
    uint32_t bits = bits_of(x), mantissa = bits & 0x7FFFFF;
    if (bits - 1 >= 0x7F800000)
        return 0;
    *exponent = (int32_t)(bits >> 23) - 150;
    if (bits >> 23 != 0)
        return mantissa | 1u << 23;
    *exponent += 1; // subnormal
    for (; mantissa < 1u << 23; mantissa <<= 1)
        *exponent -= 1;
    return mantissa;
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

tm_ratio tm_ratio_of(float a, float c)
{
    tm_ratio ratio = {0, 0, 0, 0};
    int32_t exponent_a, exponent_c;
    uint32_t mantissa = take_apart(a, &exponent_a), divisor = take_apart(c, &exponent_c);
    if (mantissa == 0 || divisor == 0)
        return ratio;
    int32_t below = mantissa < divisor;
    mantissa <<= below; // so that the quotient is 1 or more, and less than 2
    ratio.mantissa = mantissa;
    ratio.divisor = divisor;
    ratio.exponent = exponent_a - exponent_c - below;
    uint32_t rest = mantissa >> 1, low = mantissa << 31;
    for (int32_t i = 0; i < 32; i += DIGIT) {
        rest = rest << DIGIT | low >> (32 - DIGIT);
        low <<= DIGIT;
        uint32_t digit = DIGIT == 1 ? rest >= divisor : rest / divisor;
        rest -= digit * divisor;
        ratio.quotient = ratio.quotient << DIGIT | digit;
    }
    return ratio;
}

tm_factor tm_factor_by(const tm_ratio *ratio, float b)
{
    tm_factor none = {0, 0};
    int32_t exponent;
    uint32_t mantissa = take_apart(b, &exponent), divisor = ratio->divisor;
    if (mantissa == 0 || ratio->quotient == 0)
        return none;
    int32_t shift = ratio->exponent + exponent + 24;

    // The quotient of a and c lacks less than its last bit, so this lacks 1 or nothing. What is left
    // of the division tells; it is small, so that its low 32 bits are enough.
    uint32_t significand = (uint32_t)((uint64_t)ratio->quotient * mantissa >> 24);
    uint32_t rest = (ratio->mantissa * mantissa << 7) - significand * divisor;
    if (rest >= divisor) {
        rest -= divisor;
        significand++;
    }
    // 31 bits stay. The quotient in double has 22 bits more and is rounded there first, a tie to
    // even; then those 31 bits are, a tie upwards. Both together round up from half - 2^-23 on.
    if (significand >> 31 != 0) {
        rest += (significand & 1) != 0 ? divisor : 0;
        divisor <<= 1;
        significand >>= 1;
        shift++;
    }
    return make_factor(significand + ((int32_t)(divisor - 2 * rest) <= (int32_t)(divisor >> 22)),
                       shift);
}

tm_factor tm_factor_of(float a, float b, float c)
{
    tm_ratio ratio = tm_ratio_of(a, c);
    return tm_factor_by(&ratio, b);
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

int8_t tm_code(int32_t sum, tm_factor factor, int32_t zero_point, tm_range range)
{
    int32_t code = (int32_t)((uint32_t)tm_requantize(sum, factor) + (uint32_t)zero_point);
    return (int8_t)tm_clamp(code, range.lowest, range.highest);
}

bool tm_is_constant(int32_t bias, int32_t length, tm_factor factor, int32_t zero_point,
                    tm_range range, int8_t *code)
{
    int32_t most = length < 1 << 15 ? length * 128 * 255 : INT32_MAX;
    // To the left a sum may be shifted out, and then a greater one gives a smaller code.
    if (factor.shift > 0 || bias > INT32_MAX - most || bias < INT32_MIN + most)
        return false;
    *code = tm_code(bias - most, factor, zero_point, range);
    return *code == tm_code(bias + most, factor, zero_point, range);
}

void tm_clamp_codes(int8_t *codes, int32_t count, tm_range range)
{
    if (range.lowest > INT8_MIN || range.highest < INT8_MAX)
        for (int32_t i = 0; i < count; i++)
            codes[i] = (int8_t)tm_clamp(codes[i], range.lowest, range.highest);
}

// Returns mantissa × 2^exponent rounded to nearest, ties upwards, for a mantissa up to 2^24 and an
// exponent up to 7.
static int32_t round_parts(uint32_t mantissa, int32_t exponent)
{
    if (exponent < -24)
        return 0;
    int32_t whole = (int32_t)mantissa;
    return exponent < 0 ? (whole + (1 << (-exponent - 1))) >> -exponent : whole << exponent;
}

int32_t tm_round(float x)
{
    // In integers, for chips where floats are soft.
    uint32_t bits = bits_of(x);
    int32_t exponent = (int32_t)(bits >> 23 & 0xFF) - 150; // x = mantissa × 2^exponent
    bool negative = bits >> 31 != 0, is_number = (bits & 0x7FFFFFFF) <= 0x7F800000;
    if (exponent > 7)
        return negative || !is_number ? INT32_MIN : INT32_MAX;
    int32_t whole = round_parts((bits & 0x7FFFFF) | 0x800000, exponent);
    return negative ? -whole : whole;
}

int32_t tm_steps(float real, float scale)
{
#if defined(__ARM_FP)
    // Where floats are soft, their division is half a kilobyte of code.
    return tm_clamp(tm_round(real / scale), 0, 1 << 30);
#else
    int32_t exponent = 0, exponent_of_scale;
    uint32_t rest = take_apart(real, &exponent), divisor = take_apart(scale, &exponent_of_scale);
    if (divisor == 0)
        return 1 << 30;
    exponent -= exponent_of_scale + 23;
    if (rest < divisor) {
        rest <<= 1;
        exponent--;
    }
    uint32_t quotient = 0;
    for (int i = 0; i < 24; i++, rest <<= 1) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    quotient += rest > divisor || (rest == divisor && (quotient & 1) != 0); // a tie to even
    return exponent > 5 ? 1 << 30 : round_parts(quotient, exponent);
#endif
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
    int32_t steps = 0;
    if (activation != TM_RELU)
        steps = tm_steps(activation == TM_RELU6 ? 6.0f : 1.0f, scale);
    int32_t lowest = activation == TM_RELU_N1_TO_1 ? zero_point - steps : zero_point;
    if (range.lowest < lowest)
        range.lowest = lowest;
    if (activation != TM_RELU && range.highest > zero_point + steps)
        range.highest = zero_point + steps;
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
