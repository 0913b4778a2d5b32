// LOGISTIC: out = 1 / (1 + exp(-in)), value by value.

#include "tm_fixed_point.h"
#include "tm_float_math.h"
#include "tm_requantize.h"
#include "tm_squashing_int16.h"
#include "tm_unary.h"

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_status status = tm_prepare_squashing(m, op);
    if (status != TM_OK || tm_input(m, op, 0)->type == TM_FLOAT32 || tm_reads_int16(m, op))
        return status;
    // The zero point must be that of the results; the scale is taken to be theirs, 1/256, whatever
    // the model says, as in TensorFlow Lite Micro.
    if (tm_zero_point(m, tm_output(m, op, 0)) != INT8_MIN)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    return TM_OK;
}

// Returns the code of logistic(x), in steps of 1/256 from -128, for x in Q4.27.
static int32_t code_of(int32_t x)
{
    // Of -|x|, since exp takes no positive numbers; logistic(-x) = 1 - logistic(x).
    int32_t result = tm_one_over_one_plus(tm_fixed_exp(x < 0 ? x : -x, 27));
    if (x == 0)
        result = 1 << 30; // a half
    else if (x < 0)
        result = INT32_MAX - result;
    return tm_clamp(tm_rounding_shift(result, 23) - 128, INT8_MIN, INT8_MAX);
}

static float logistic(float x)
{
    // Beyond these ends TensorFlow Lite Micro takes 1, which is exact for floats, and e^x, which at
    // -9 is off by 1/8000 of itself.
    if (x > 16.619047164916992188f)
        return 1.0f;
    if (x < -9.0f)
        return tm_exp(x);
    return 1.0f / (1.0f + tm_exp(-x));
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    if (tm_reads_int16(m, op))
        tm_invoke_squashing_int16(m, op, false);
    else
        tm_invoke_squashing(m, op, code_of, logistic);
}

const tm_kernel tm_logistic = {14, 3, prepare, invoke, 1, 0};
