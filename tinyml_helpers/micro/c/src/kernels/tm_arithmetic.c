// ADD, SUB and MUL: element by element, with broadcasting and a fused activation.
#include "tm_sums.h"
#include "tm_broadcast.h"

enum { ADD = 0, MUL = 18, SUB = 41 };

// Sets the three factors, given the scales.
typedef void (*find_factors)(tm_scaling *s, float a, float b, float out);

// Compute with two codes less their zero points, giving a code less the output's, and with two
// numbers.
typedef int32_t (*combine_codes)(const tm_scaling *s, int32_t a, int32_t b);
typedef float (*combine_floats)(float a, float b);

static void find_sum_factors(tm_scaling *s, float a, float b, float out)
{
    float larger = a > b ? a : b;
    s->a = tm_factor_of(a, 0.5f, larger);
    s->b = tm_factor_of(b, 0.5f, larger);
    s->out = tm_factor_of(larger, 2.0f / (1 << TM_FINER_BITS), out);
}

static void find_mul_factors(tm_scaling *s, float a, float b, float out)
{
    s->out = tm_factor_of(a, b, out);
}

static int32_t add_codes(const tm_scaling *s, int32_t a, int32_t b)
{
    return tm_requantize(tm_requantize(a * (1 << TM_FINER_BITS), s->a) +
                             tm_requantize(b * (1 << TM_FINER_BITS), s->b),
                         s->out);
}

static int32_t sub_codes(const tm_scaling *s, int32_t a, int32_t b)
{
    return tm_requantize(tm_requantize(a * (1 << TM_FINER_BITS), s->a) -
                             tm_requantize(b * (1 << TM_FINER_BITS), s->b),
                         s->out);
}

static int32_t add_int16(const tm_scaling *s, int32_t a, int32_t b)
{
    return tm_requantize(tm_requantize(a * (1 << TM_FINER_BITS_INT16), s->a) +
                             tm_requantize(b * (1 << TM_FINER_BITS_INT16), s->b),
                         s->out);
}

static int32_t sub_int16(const tm_scaling *s, int32_t a, int32_t b)
{
    return tm_requantize(tm_requantize(a * (1 << TM_FINER_BITS_INT16), s->a) -
                             tm_requantize(b * (1 << TM_FINER_BITS_INT16), s->b),
                         s->out);
}

static int32_t mul_codes(const tm_scaling *s, int32_t a, int32_t b)
{
    return tm_requantize(a * b, s->out);
}

static float add_floats(float a, float b)
{
    return a + b;
}

static float sub_floats(float a, float b)
{
    return a - b;
}

static float mul_floats(float a, float b)
{
    return a * b;
}

// Returns how an operator with int8 or int16 tensors computes.
static tm_scaling find_scaling(tm_interpreter *m, const tm_operator *op, find_factors find)
{
    const tm_tensor *a = tm_input(m, op, 0), *b = tm_input(m, op, 1), *out = tm_output(m, op, 0);
    tm_scaling s;
    memset(&s, 0, sizeof s);
    s.zero_a = tm_zero_point(m, a);
    s.zero_b = tm_zero_point(m, b);
    s.zero_out = tm_zero_point(m, out);
    s.range = tm_activation_range(m, out, tm_field_i8(m, op->options, 0, TM_NO_ACTIVATION));
    float scale_out = tm_scale(m, out);
    if (tm_is_int16(out) && find == find_sum_factors)
        scale_out *= 1.0f / (1 << (TM_FINER_BITS - TM_FINER_BITS_INT16));
    find(&s, tm_scale(m, a), tm_scale(m, b), scale_out);
    return s;
}

// `adds` is true for ADD and SUB.
static tm_status prepare(tm_interpreter *m, tm_operator *op, find_factors find, bool adds)
{
    const tm_tensor *a = tm_input(m, op, 0), *b = tm_input(m, op, 1), *out = tm_output(m, op, 0);
    int32_t activation = tm_field_i8(m, op->options, 0, TM_NO_ACTIVATION);
    if (a == NULL || b == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (a->type != out->type || b->type != out->type ||
        (out->type != TM_INT8 && out->type != TM_FLOAT32 && !tm_is_int16(out)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (!tm_is_broadcast(m, a, b, out))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (activation < TM_NO_ACTIVATION || activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_ACTIVATION);
    if (out->type == TM_INT8 || tm_is_int16(out)) {
        if (!tm_is_quantized(m, a) || !tm_is_quantized(m, b) || !tm_is_quantized(m, out))
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_NO_QUANTIZATION);
        if (adds && find_scaling(m, op, find).out.shift > 0)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_COARSE_INPUTS);
    }
    // An element is read right before it is written, if the input isn't broadcast.
    op->in_place = (uint8_t)((tm_elements(m, a) == tm_elements(m, out)) |
                             (tm_elements(m, b) == tm_elements(m, out)) << 1);
    return TM_OK;
}

// All zero points are 0.
static void invoke_int16(const int16_t *a, const int16_t *b, int16_t *out, tm_walk *walk,
                         const tm_scaling *s, combine_codes combine)
{
    int32_t row = walk->loops - 1;
    do {
        for (int32_t i = 0; i < walk->size[row]; i++) {
            int32_t code = combine(s, a[walk->at[0] + i * walk->step[0][row]],
                                   b[walk->at[1] + i * walk->step[1][row]]);
            *out++ = (int16_t)tm_clamp(code, s->range.lowest, s->range.highest);
        }
    } while (tm_next_row(walk));
}

// sign: of the second code in a sum; 0 for MUL.
static void invoke(tm_interpreter *m, const tm_operator *op, find_factors find,
                   combine_codes combine, combine_codes combine_int16, combine_floats combine_float,
                   int32_t sign)
{
    const tm_tensor *a = tm_input(m, op, 0), *b = tm_input(m, op, 1), *out = tm_output(m, op, 0);
    tm_walk walk = tm_broadcast_walk(m, a, b, out);
    if (tm_is_int16(out)) {
        tm_scaling s = find_scaling(m, op, find);
        invoke_int16(tm_data(m, a), tm_data(m, b), tm_data(m, out), &walk, &s, combine_int16);
        return;
    }
    int32_t row = walk.loops - 1;
    int32_t size = walk.size[row], step_a = walk.step[0][row], step_b = walk.step[1][row];
    if (out->type == TM_INT8) {
        tm_scaling s = find_scaling(m, op, find);
        int8_t *to = tm_data(m, out);
        bool swapped = tm_scale(m, b) > tm_scale(m, a);
        bool sums = tm_can_sum(&s, sign);
        tm_summing by;
        if (sums)
            by = tm_ready_to_sum(&s, sign, swapped);
        do {
            const int8_t *from_a = (const int8_t *)tm_data(m, a) + walk.at[0];
            const int8_t *from_b = (const int8_t *)tm_data(m, b) + walk.at[1];
            if (sums) {
                tm_sum_codes(&by, swapped ? from_b : from_a, swapped ? step_b : step_a,
                          swapped ? from_a : from_b, swapped ? step_a : step_b, size, to);
                tm_clamp_codes(to, size, s.range);
                to += size;
                continue;
            }
            for (int32_t i = 0; i < size; i++) {
                int32_t code = combine(&s, from_a[i * step_a] - s.zero_a,
                                       from_b[i * step_b] - s.zero_b);
                code = (int32_t)((uint32_t)code + (uint32_t)s.zero_out);
                *to++ = (int8_t)tm_clamp(code, s.range.lowest, s.range.highest);
            }
        } while (tm_next_row(&walk));
        return;
    }
    tm_float_range range =
        tm_float_activation_range(tm_field_i8(m, op->options, 0, TM_NO_ACTIVATION));
    float *to = tm_data(m, out);
    do {
        const float *from_a = (const float *)tm_data(m, a) + walk.at[0];
        const float *from_b = (const float *)tm_data(m, b) + walk.at[1];
        for (int32_t i = 0; i < size; i++) {
            float x = combine_float(from_a[i * step_a], from_b[i * step_b]);
            *to++ = x < range.lowest ? range.lowest : x > range.highest ? range.highest : x;
        }
    } while (tm_next_row(&walk));
}

static tm_status prepare_add(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, find_sum_factors, true);
}

static void invoke_add(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, find_sum_factors, add_codes, add_int16, add_floats, 1);
}

static tm_status prepare_sub(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, find_sum_factors, true);
}

static void invoke_sub(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, find_sum_factors, sub_codes, sub_int16, sub_floats, -1);
}

static tm_status prepare_mul(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, find_mul_factors, false);
}

static void invoke_mul(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, find_mul_factors, mul_codes, mul_codes, mul_floats, 0);
}

const tm_kernel tm_add = {ADD, 5, prepare_add, invoke_add, 1, 0};
const tm_kernel tm_sub = {SUB, 5, prepare_sub, invoke_sub, 1, 0};
const tm_kernel tm_mul = {MUL, 7, prepare_mul, invoke_mul, 1, 0};
