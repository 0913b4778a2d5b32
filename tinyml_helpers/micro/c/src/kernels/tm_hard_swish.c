// HARD_SWISH: out = in × relu6(in + 3) / 6, value by value.

#include "tm_requantize.h"
#include "tm_unary.h"

// The int8 kernel computes with int16, in steps 128 times finer than the input's:
//
//     out = x × gate,    gate = (x / 3 + 1) / 2 cut to [0, 1]
//
// Rounding and overflow follow TensorFlow Lite Micro's reference kernel.
typedef struct {
    int16_t multiplier; // of 2^15
    int32_t shift;      // to the left if positive
} short_factor;

// Returns a × b / c as a factor: one of 31 bits, rounded to 15.
static short_factor short_factor_of(float a, float b, float c)
{
    tm_factor factor = tm_factor_of(a, b, c);
    int64_t rounded = ((int64_t)factor.multiplier + (1 << 15)) >> 16;
    short_factor shortened = {rounded > INT16_MAX ? INT16_MAX : (int16_t)rounded, factor.shift};
    return shortened;
}

static short_factor output_factor(tm_interpreter *m, const tm_operator *op)
{
    return short_factor_of(tm_scale(m, tm_input(m, op, 0)), 1.0f / 128,
                           tm_scale(m, tm_output(m, op, 0)));
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_status status = tm_prepare_unary(m, op);
    if (status == TM_OK && tm_input(m, op, 0)->type == TM_INT8 && output_factor(m, op).shift > 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    return status;
}

// Returns x × multiplier / 2^15, rounded to nearest, ties upwards.
static int32_t multiply_high(int32_t x, int16_t multiplier)
{
    return (x * multiplier + (1 << 14)) >> 15;
}

// Returns x × 2^bits, cut to 16 bits. Needs bits <= 31.
static int32_t shift_up(int32_t x, int32_t bits)
{
    int64_t shifted = (int64_t)x * (1ll << bits);
    return shifted > INT16_MAX ? INT16_MAX : shifted < INT16_MIN ? INT16_MIN : (int32_t)shifted;
}

// Returns x / 2^bits for an int16 x, rounded to nearest, ties away from zero. From 16 bits on, the
// mask that picks the fraction overflows to -1, and the result is 1 or -1.
static int32_t shift_down(int32_t x, int32_t bits)
{
    int32_t mask = (int16_t)((1u << bits) - 1);
    int32_t half = (mask >> 1) + (x < 0);
    return (x >> bits) + ((x & mask) > half);
}

// Returns x / 3 in Q0.15, cut to [-1, 1), for an x of fine steps; to_thirds has the scale.
static int32_t thirds(int32_t x, short_factor to_thirds)
{
    // To the left the last bit is shifted after multiplying, so that cutting comes last.
    int32_t bits = to_thirds.shift;
    x = multiply_high(bits > 0 ? shift_up(x, bits - 1) : x, to_thirds.multiplier);
    return bits > 0 ? shift_up(x, 1) : shift_down(x, -bits);
}

// in, out: [count] int8
static void hard_swish_of_codes(tm_interpreter *m, const tm_operator *op, const int8_t *in,
                                int8_t *out, int32_t count)
{
    int32_t zero_in = tm_zero_point(m, tm_input(m, op, 0));
    int32_t zero_out = tm_zero_point(m, tm_output(m, op, 0));
    // scale / 128 over 3 / 2^15
    short_factor to_thirds = short_factor_of(tm_scale(m, tm_input(m, op, 0)), 256.0f, 3.0f);
    short_factor to_output = output_factor(m, op);
    for (int32_t i = 0; i < count; i++) {
        int32_t x = (in[i] - zero_in) * 128;
        int32_t gate = (thirds(x, to_thirds) + (1 << 15)) >> 1;
        // Rounded towards zero here, which makes up for what the roundings above add.
        int32_t product = gate * multiply_high(x, to_output.multiplier) / (1 << 15);
        int32_t code = (int16_t)(shift_down(product, -to_output.shift) + zero_out);
        out[i] = (int8_t)tm_clamp(code, INT8_MIN, INT8_MAX);
    }
}

static float hard_swish(float x)
{
    float gate = x + 3.0f;
    gate = gate > 0.0f ? gate : 0.0f;
    return x * (gate < 6.0f ? gate : 6.0f) / 6.0f;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0);
    void *in = tm_data(m, input), *out = tm_data(m, tm_output(m, op, 0));
    int32_t count = tm_elements(m, input);
    if (input->type == TM_INT8) {
        hard_swish_of_codes(m, op, in, out, count);
        return;
    }
    for (int32_t i = 0; i < count; i++)
        ((float *)out)[i] = hard_swish(((const float *)in)[i]);
}

const tm_kernel tm_hard_swish = {117, 1, prepare, invoke, 1, 0};
