// PRELU: out = in where that is 0 or more, in × alpha elsewhere. alpha [1, 1, C] is broadcast.
#include "tm_broadcast.h"
#include "tm_requantize.h"

enum { PRELU = 54 };

// From steps of the input, and from products of steps of input and alpha, to steps of the output.
typedef struct {
    int32_t zero_in, zero_alpha, zero_out;
    tm_factor above, below;
} rescaling;

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *alpha = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    if (in == NULL || alpha == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    bool is_codes = in->type == TM_INT8 || tm_is_int16(in);
    if (in->type != out->type || (!is_codes && !tm_is_float(in)) ||
        alpha->type != (is_codes ? TM_INT8 : TM_FLOAT32))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (out->rank > 4 || !tm_is_broadcast(m, in, alpha, out))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (is_codes && (!tm_is_quantized(m, in) || !tm_is_quantized(m, alpha) ||
                     !tm_is_quantized(m, out)))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_NO_QUANTIZATION);
    // An element is read right before it is written, if the input isn't broadcast.
    op->in_place = tm_elements(m, in) == tm_elements(m, out);
    return TM_OK;
}

static inline int32_t code_of(int32_t in, int32_t alpha, const rescaling *r)
{
    int32_t steps = in - r->zero_in;
    int32_t code = steps >= 0 ? tm_requantize(steps, r->above)
                              : tm_requantize(steps * (alpha - r->zero_alpha), r->below);
    return (int32_t)((uint32_t)code + (uint32_t)r->zero_out);
}

static rescaling rescaling_of(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *alpha = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    float scale_in = tm_scale(m, in), scale_out = tm_scale(m, out);
    rescaling r = {tm_zero_point(m, in), tm_zero_point(m, alpha), tm_zero_point(m, out),
                   tm_factor_of(scale_in, 1.0f, scale_out),
                   tm_factor_of(scale_in, tm_scale(m, alpha), scale_out)};
    return r;
}

static void invoke_codes(tm_interpreter *m, const tm_operator *op, tm_walk *walk)
{
    const int8_t *in = tm_data(m, tm_input(m, op, 0)), *alpha = tm_data(m, tm_input(m, op, 1));
    int8_t *out = tm_data(m, tm_output(m, op, 0));
    rescaling r = rescaling_of(m, op);
    int32_t row = walk->loops - 1;
    do {
        for (int32_t i = 0; i < walk->size[row]; i++) {
            int32_t code = code_of(in[walk->at[0] + i * walk->step[0][row]],
                                   alpha[walk->at[1] + i * walk->step[1][row]], &r);
            *out++ = (int8_t)tm_clamp(code, INT8_MIN, INT8_MAX);
        }
    } while (tm_next_row(walk));
}

static void invoke_int16(tm_interpreter *m, const tm_operator *op, tm_walk *walk)
{
    const int16_t *in = tm_data(m, tm_input(m, op, 0));
    const int8_t *alpha = tm_data(m, tm_input(m, op, 1));
    int16_t *out = tm_data(m, tm_output(m, op, 0));
    rescaling r = rescaling_of(m, op);
    int32_t row = walk->loops - 1;
    do {
        for (int32_t i = 0; i < walk->size[row]; i++) {
            int32_t code = code_of(in[walk->at[0] + i * walk->step[0][row]],
                                   alpha[walk->at[1] + i * walk->step[1][row]], &r);
            *out++ = (int16_t)tm_clamp(code, INT16_MIN, INT16_MAX);
        }
    } while (tm_next_row(walk));
}

static void invoke_floats(tm_interpreter *m, const tm_operator *op, tm_walk *walk)
{
    const float *in = tm_data(m, tm_input(m, op, 0)), *alpha = tm_data(m, tm_input(m, op, 1));
    float *out = tm_data(m, tm_output(m, op, 0));
    int32_t row = walk->loops - 1;
    do {
        for (int32_t i = 0; i < walk->size[row]; i++) {
            float x = in[walk->at[0] + i * walk->step[0][row]];
            *out++ = x >= 0.0f ? x : x * alpha[walk->at[1] + i * walk->step[1][row]];
        }
    } while (tm_next_row(walk));
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0);
    tm_walk walk = tm_broadcast_walk(m, in, tm_input(m, op, 1), tm_output(m, op, 0));
    if (tm_is_float(in))
        invoke_floats(m, op, &walk);
    else if (tm_is_int16(in))
        invoke_int16(m, op, &walk);
    else
        invoke_codes(m, op, &walk);
}

const tm_kernel tm_prelu = {PRELU, 2, prepare, invoke, 1, 2};
