// TANH: out = tanh(in), value by value.

#include "tm_fixed_point.h"
#include "tm_float_math.h"
#include "tm_requantize.h"
#include "tm_squashing_int16.h"
#include "tm_unary.h"

// Returns the code of tanh(x), in steps of 1/128 from 0, for x in Q4.27. The output's scale and
// zero point are these whatever the model says, as in TensorFlow Lite Micro.
static int32_t code_of(int32_t x)
{
    if (x == 0)
        return 0;
    // tanh(x) = (1 - exp(-2x)) / (1 + exp(-2x)) for x > 0, and tanh(-x) = -tanh(x). The bits of x
    // in Q4.27 are those of 2x in Q5.26.
    int32_t result = tm_one_minus_over_one_plus(tm_fixed_exp(x < 0 ? x : -x, 26));
    result = tm_rounding_shift(x < 0 ? -result : result, 24);
    return tm_clamp(result, INT8_MIN, INT8_MAX);
}

// Returns tanh(x), within 2 units of the last place.
static float tanh_of(float x)
{
    float size = x < 0.0f ? -x : x;
    if (size < 0.625f) {
        // Lambert's continued fraction x / (1 + s/(3 + s/(5 + s/(7 + s/9)))) with s = x², written
        // as x less what is small.
        float s = x * x;
        return x - x * (s * (14.0f * s + 315.0f) / ((15.0f * s + 420.0f) * s + 945.0f));
    }
    float result = 1.0f - 2.0f / (tm_exp(2.0f * size) + 1.0f);
    return x < 0.0f ? -result : result;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    if (tm_reads_int16(m, op))
        tm_invoke_squashing_int16(m, op, true);
    else
        tm_invoke_squashing(m, op, code_of, tanh_of);
}

const tm_kernel tm_tanh = {28, 3, tm_prepare_squashing, invoke, 1, 0};
