#include "tm_unary.h"

#include "tm_squashing_int16.h"

tm_status tm_check_unary(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0);
    if (op->input_count != 1 || input == NULL || op->output_count != 1)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_ONE_INPUT);
    if (!tm_same_shape(m, input, tm_output(m, op, 0)))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

tm_status tm_prepare_unary(tm_interpreter *m, tm_operator *op)
{
    tm_status status = tm_check_unary(m, op);
    if (status != TM_OK)
        return status;
    const tm_tensor *input = tm_input(m, op, 0);
    const tm_tensor *output = tm_output(m, op, 0);
    if (input->type != output->type || (input->type != TM_INT8 && input->type != TM_FLOAT32))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    if (input->type == TM_INT8 && !(tm_is_quantized(m, input) && tm_is_quantized(m, output)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_NO_QUANTIZATION);
    op->in_place = 1;
    return TM_OK;
}

#ifndef TM_WITHOUT_INT16
tm_status tm_prepare_wide_unary(tm_interpreter *m, tm_operator *op)
{
    if (!tm_reads_int16(m, op))
        return tm_prepare_unary(m, op);
    tm_status status = tm_check_unary(m, op);
    if (status != TM_OK)
        return status;
    if (tm_output(m, op, 0)->type != TM_INT16)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (!tm_is_quantized(m, tm_input(m, op, 0)) || !tm_is_quantized(m, tm_output(m, op, 0)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_NO_QUANTIZATION);
    op->in_place = 1;
    return TM_OK;
}
#endif

tm_status tm_prepare_squashing(tm_interpreter *m, tm_operator *op)
{
    if (tm_reads_int16(m, op))
        return tm_prepare_squashing_int16(m, op);
    tm_status status = tm_prepare_unary(m, op);
    if (status != TM_OK || tm_input(m, op, 0)->type == TM_FLOAT32)
        return status;
    // Out of 2^-28 to 2^35, TensorFlow Lite Micro's result is undefined: it shifts by less than 0
    // or more than 62 bits.
    float scale = tm_scale(m, tm_input(m, op, 0));
    if (scale < 3.7252903e-9f || scale >= 3.4359738368e10f)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    return TM_OK;
}

static void squash_codes(tm_interpreter *m, const tm_operator *op, int32_t (*code_of)(int32_t x))
{
    const tm_tensor *input = tm_input(m, op, 0);
    const int8_t *in = tm_data(m, input);
    int8_t *out = tm_data(m, tm_output(m, op, 0));
    int32_t count = tm_elements(m, input);
    int32_t zero = tm_zero_point(m, input);
    float scale = tm_scale(m, input);
    tm_factor factor = tm_factor_of(scale, 134217728.0f, 1.0f); // steps of 2^-27
    // The code where 15 is reached, if scale were the next power of two. From a scale of 8 on, that
    // is 0, and there is nothing between the two ends.
    int32_t radius = scale < 8.0f ? (15 << 27) >> factor.shift : 0;
    for (int32_t i = 0; i < count; i++) {
        int32_t x = in[i] - zero;
        if (x <= -radius)
            out[i] = INT8_MIN;
        else if (x >= radius)
            out[i] = INT8_MAX;
        else
            out[i] = (int8_t)code_of(tm_requantize(x, factor));
    }
}

void tm_invoke_squashing(tm_interpreter *m, const tm_operator *op, int32_t (*code_of)(int32_t x),
                         float (*number_of)(float x))
{
    const tm_tensor *input = tm_input(m, op, 0);
    if (input->type == TM_INT8) {
        squash_codes(m, op, code_of);
        return;
    }
    const float *in = tm_data(m, input);
    float *out = tm_data(m, tm_output(m, op, 0));
    for (int32_t i = 0; i < tm_elements(m, input); i++)
        out[i] = number_of(in[i]);
}
