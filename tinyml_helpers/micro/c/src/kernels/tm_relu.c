// RELU, RELU6 and LEAKY_RELU: cut, or flatten, what is negative, value by value.

#include "tm_requantize.h"
#include "tm_unary.h"

// From steps of the input, above or below 0, to steps of the output.
typedef struct {
    int32_t zero_in, zero_out;
    tm_factor above, below;
    bool mirrors; // whether what is below 0 comes out above 0
} rescaling;

// Returns the code of so many steps of the input.
static inline int32_t rescale(int32_t steps, rescaling r)
{
    // Wraps around if it gets too large, as int32 does.
    uint32_t code = (uint32_t)tm_requantize(steps, steps < 0 ? r.below : r.above);
    if (steps < 0 && r.mirrors)
        code = -code;
    return (int32_t)(code + (uint32_t)r.zero_out);
}

// in, out: [count] int8. Codes of the output go from `lowest` up.
static void rescale_codes(const int8_t *in, int8_t *out, int32_t count, rescaling r, int32_t lowest)
{
    for (int32_t i = 0; i < count; i++)
        out[i] = (int8_t)tm_clamp(rescale(in[i] - r.zero_in, r), lowest, INT8_MAX);
}

// The same for int16.
static void rescale_int16(const int16_t *in, int16_t *out, int32_t count, rescaling r,
                          int32_t lowest)
{
    for (int32_t i = 0; i < count; i++)
        out[i] = (int16_t)tm_clamp(rescale(in[i], r), lowest, INT16_MAX);
}

static void relu(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0), *output = tm_output(m, op, 0);
    const void *in = tm_data(m, input);
    void *out = tm_data(m, output);
    int32_t count = tm_elements(m, input);
    if (input->type == TM_INT8 || tm_is_int16(input)) {
        tm_factor factor = tm_factor_of(tm_scale(m, input), 1.0f, tm_scale(m, output));
        rescaling r = {tm_zero_point(m, input), tm_zero_point(m, output), factor, factor,
                       false};
        if (tm_is_int16(input))
            rescale_int16(in, out, count, r, 0);
        else
            rescale_codes(in, out, count, r, r.zero_out);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        float x = ((const float *)in)[i];
        ((float *)out)[i] = x < 0.0f ? 0.0f : x;
    }
}

static void relu6(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0);
    const void *in = tm_data(m, input);
    void *out = tm_data(m, tm_output(m, op, 0));
    int32_t count = tm_elements(m, input);
    if (input->type == TM_INT8) {
        // Codes stay what they are, cut to those of 0 and 6: TensorFlow Lite Micro takes for
        // granted that input and output have one scale and zero point.
        int32_t zero = tm_zero_point(m, input);
        int32_t steps = tm_round(6.0f / tm_scale(m, input));
        int32_t six = steps < INT8_MAX - zero ? zero + steps : INT8_MAX;
        if (steps == INT32_MAX)
            six = INT8_MIN; // what it gets on x86-64, where too large an int32 becomes INT32_MIN
        for (int32_t i = 0; i < count; i++) {
            int8_t code = ((const int8_t *)in)[i];
            ((int8_t *)out)[i] = (int8_t)(code > six ? six : code < zero ? zero : code);
        }
        return;
    }
    if (tm_is_int16(input)) {
        int32_t six = tm_clamp(tm_round(6.0f / tm_scale(m, input)), 0, INT16_MAX);
        for (int32_t i = 0; i < count; i++)
            ((int16_t *)out)[i] = (int16_t)tm_clamp(((const int16_t *)in)[i], 0, six);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        float x = ((const float *)in)[i];
        ((float *)out)[i] = x > 6.0f ? 6.0f : x < 0.0f ? 0.0f : x;
    }
}

static void leaky_relu(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0), *output = tm_output(m, op, 0);
    const void *in = tm_data(m, input);
    void *out = tm_data(m, output);
    int32_t count = tm_elements(m, input);
    float alpha = tm_field_f32(m, op->options, 0, 0.0f);
    if (input->type == TM_INT8 || tm_is_int16(input)) {
        float in_scale = tm_scale(m, input), out_scale = tm_scale(m, output);
        rescaling r = {tm_zero_point(m, input), tm_zero_point(m, output),
                       tm_factor_of(in_scale, 1.0f, out_scale),
                       tm_factor_of(in_scale, alpha < 0.0f ? -alpha : alpha, out_scale),
                       alpha < 0.0f};
        if (tm_is_int16(input))
            rescale_int16(in, out, count, r, INT16_MIN);
        else
            rescale_codes(in, out, count, r, INT8_MIN);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        float x = ((const float *)in)[i];
        ((float *)out)[i] = x > 0.0f ? x : x * alpha;
    }
}

const tm_kernel tm_relu = {19, 3, tm_prepare_wide_unary, relu, 1, 0};
const tm_kernel tm_relu6 = {21, 3, tm_prepare_wide_unary, relu6, 1, 0};
const tm_kernel tm_leaky_relu = {98, 2, tm_prepare_wide_unary, leaky_relu, 1, 0};
