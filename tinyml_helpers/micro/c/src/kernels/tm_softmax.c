// SOFTMAX: along the last dimension, out = exp(beta in) / sum of exp(beta in).

#include "tm_fixed_point.h"
#include "tm_float_math.h"
#include "tm_requantize.h"
#include "tm_softmax_int16.h"
#include "tm_unary.h"

// The sum of exponentials is kept in Q12.19. More than 8191 of them might not fit 32 bits.
#define SUM_INTEGER_BITS 12
#define MOST_CLASSES 8191

static float beta_of(tm_interpreter *m, const tm_operator *op)
{
    return tm_field_f32(m, op->options, 0, 0.0f);
}

// Returns the factor from a difference of input codes to the argument of exp, in Q5.26. A shift of
// 31 or more is told as 31: then only a difference of 0 is near enough to count.
static tm_factor factor_of(tm_interpreter *m, const tm_operator *op)
{
    tm_factor factor = tm_factor_of(beta_of(m, op), tm_scale(m, tm_input(m, op, 0)), 1.0f);
    factor.shift = factor.shift + 26 > 31 ? 31 : factor.shift + 26;
    return factor;
}

// Whether the output has the one scale and zero point the kernel computes: probabilities from 0 to
// 1 in steps of 1/256 (int8) or, to a thousandth, 1/65536 (int16).
static bool holds_probabilities(tm_interpreter *m, const tm_tensor *output)
{
    uint32_t count;
    const float *scales = tm_scales(m, output, &count);
    int32_t zero = tm_zero_point(m, output);
    if (count != 1)
        return false;
    if (output->type == TM_INT8)
        return zero == INT8_MIN && scales[0] == 1.0f / 256;
    return output->type == TM_INT16 && zero == INT16_MIN && scales[0] >= 0.999f / 65536 &&
           scales[0] <= 1.001f / 65536;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_status status = tm_check_unary(m, op);
    if (status != TM_OK)
        return status;
    const tm_tensor *input = tm_input(m, op, 0);
    const tm_tensor *output = tm_output(m, op, 0);
    if (input->rank == 0)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_SOFTMAX_RANK);
    if (input->type == output->type)
        op->in_place = 1;
    if (tm_is_float(input) && tm_is_float(output))
        return TM_OK;
    if (tm_is_int16(input))
        return tm_prepare_softmax_int16(m, op);
    if (input->type != TM_INT8 || (output->type != TM_INT8 && output->type != TM_INT16))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_SOFTMAX_TYPES);
    if (!tm_is_quantized(m, input) || !holds_probabilities(m, output))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    if (tm_dims(m, input)[input->rank - 1] > MOST_CLASSES)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_SOFTMAX_CLASSES);
    tm_factor factor = factor_of(m, op);
    if (factor.multiplier == 0 || factor.shift < 1)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_SOFTMAX_SCALE);
    return TM_OK;
}

// Returns exp of a difference of codes (0 or less) in Q0.31; 0 if it is too far from 0 to count.
static int32_t exp_of(int32_t difference, tm_factor factor)
{
    int32_t farthest = (31 << 26) >> factor.shift; // so that the argument stays above -31
    if (difference < -farthest)
        return 0;
    return tm_fixed_exp(tm_requantize(difference, factor), 26);
}

// in: [depth] int8; out: [depth] int8 or int16, as `bits` says
static void softmax_of_codes(const int8_t *in, void *out, int32_t depth, tm_factor factor,
                             int32_t bits)
{
    int8_t largest = INT8_MIN;
    for (int32_t i = 0; i < depth; i++)
        if (in[i] > largest)
            largest = in[i];
    uint32_t sum = 0;
    for (int32_t i = 0; i < depth; i++)
        sum += (uint32_t)tm_rounding_shift(exp_of(in[i] - largest, factor), SUM_INTEGER_BITS);

    // 1 / sum, from sum = (1 + x) × 2^(12 - headroom).
    int32_t headroom = 0;
    for (; sum >> 31 == 0; sum <<= 1)
        headroom++;
    int32_t inverse = tm_one_over_one_plus((int32_t)(sum - (1u << 31)));
    int32_t shift = SUM_INTEGER_BITS - headroom + 31 - bits;
    if (shift > 31) {
        // So many classes that each share is under half a code.
        shift = 31;
        inverse = 0;
    }

    int32_t lowest = -(1 << (bits - 1));
    for (int32_t i = 0; i < depth; i++) {
        int32_t share = tm_multiply_high(inverse, exp_of(in[i] - largest, factor));
        int32_t code = tm_rounding_shift(share, shift) + lowest;
        code = tm_clamp(code, lowest, -lowest - 1);
        if (bits == 8)
            ((int8_t *)out)[i] = (int8_t)code;
        else
            ((int16_t *)out)[i] = (int16_t)code;
    }
}

// in, out: [depth] float32
static void softmax_of_floats(const float *in, float *out, int32_t depth, float beta)
{
    // exp(x) / sum = exp(x - largest) / sum of exp(x - largest), which can't overflow.
    float largest = -3.40282347e38f;
    for (int32_t i = 0; i < depth; i++)
        if (largest < in[i])
            largest = in[i];
    float sum = 0.0f;
    for (int32_t i = 0; i < depth; i++) {
        out[i] = tm_exp((in[i] - largest) * beta);
        sum += out[i];
    }
    for (int32_t i = 0; i < depth; i++)
        out[i] /= sum;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0);
    if (tm_is_int16(input)) {
        tm_invoke_softmax_int16(m, op);
        return;
    }
    const tm_tensor *output = tm_output(m, op, 0);
    const int8_t *in = tm_data(m, input);
    int8_t *out = tm_data(m, output);
    int32_t depth = tm_dims(m, input)[input->rank - 1];
    int32_t rows = tm_elements(m, input) / depth;
    float beta = beta_of(m, op);
    tm_factor factor = {0, 0};
    if (input->type == TM_INT8)
        factor = factor_of(m, op);
    uint32_t in_bytes = input->bytes / (uint32_t)rows;
    uint32_t out_bytes = output->bytes / (uint32_t)rows;
    for (int32_t row = 0; row < rows; row++) {
        if (tm_is_float(input))
            softmax_of_floats((const float *)(const void *)in, (float *)(void *)out, depth, beta);
        else
            softmax_of_codes(in, out, depth, factor, output->type == TM_INT8 ? 8 : 16);
        in += in_bytes;
        out += out_bytes;
    }
}

const tm_kernel tm_softmax = {25, 3, prepare, invoke, 1, 0};
