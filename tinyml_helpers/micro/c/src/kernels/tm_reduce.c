// MEAN and REDUCE_MAX along any set of axes.
#include "tm_requantize.h"
#include "tm_walk.h"

enum { MEAN = 40, REDUCE_MAX = 82 };

// Returns the axes as a set (bit i for axis i), 0 if there are none or one isn't the input's.
static uint32_t find_axes(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *axes = tm_input(m, op, 1);
    const int32_t *axis = tm_data(m, axes);
    uint32_t set = 0;
    for (int32_t i = 0; i < tm_elements(m, axes); i++) {
        int32_t at = tm_axis(axis[i], in->rank);
        if (at < 0)
            return 0;
        set |= 1u << at;
    }
    return set;
}

// Whether the output has the input's shape without those axes, or with 1 for them.
static bool fits(tm_interpreter *m, const tm_operator *op, uint32_t axes)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    bool keeps = tm_field_i8(m, op->options, 0, 0) != 0;
    int32_t place = 0;
    for (int32_t i = 0; i < in->rank; i++) {
        bool reduced = (axes >> i & 1) != 0;
        if (reduced && !keeps)
            continue;
        if (place >= out->rank ||
            tm_dims(m, out)[place++] != (reduced ? 1 : tm_dims(m, in)[i]))
            return false;
    }
    return place == out->rank;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *axes = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    if (in == NULL || axes == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type ||
        (in->type != TM_INT8 && in->type != TM_FLOAT32 && !tm_is_int16(in)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (axes->type != TM_INT32 || axes->place != TM_IN_MODEL || find_axes(m, op) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_AXIS);
    if (!fits(m, op, find_axes(m, op)))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (in->type != TM_FLOAT32 && (!tm_is_quantized(m, in) || !tm_is_quantized(m, out)))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_NO_QUANTIZATION);
    return TM_OK;
}

// Codes are passed on as they are, so they must mean the same.
static tm_status prepare_max(tm_interpreter *m, tm_operator *op)
{
    tm_status status = prepare(m, op);
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    if (status == TM_OK && tm_is_int16(in))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (status == TM_OK && in->type == TM_INT8 &&
        (tm_scale(m, in) != tm_scale(m, out) || tm_zero_point(m, in) != tm_zero_point(m, out)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_ONE_QUANTIZATION);
    return status;
}

// Returns factor / count, in the steps of TensorFlow Lite (reference/reduce.h): the multiplier is
// first made larger by the count's leading power of two, so that dividing it costs no precision.
static tm_factor divide(tm_factor factor, uint32_t count)
{
    uint32_t quotient = (uint32_t)factor.multiplier / count;
    uint32_t rest = (uint32_t)factor.multiplier % count;
    for (uint32_t power = count; power > 1 && factor.shift > -31; power >>= 1) {
        // Long division by hand, a bit at a time: chips don't divide 64 bits.
        quotient <<= 1;
        rest <<= 1;
        if (rest >= count) {
            rest -= count;
            quotient |= 1;
        }
        factor.shift--;
    }
    factor.multiplier = (int32_t)quotient;
    return factor;
}

// Return the sum of the cells of one output, whose first is at `in`. Sums of codes wrap.
static uint32_t sum_codes(const int8_t *in, tm_walk *cells)
{
    int32_t row = cells->loops - 1;
    uint32_t sum = 0;
    do {
        const int8_t *from = in + cells->at[0];
        for (int32_t i = 0; i < cells->size[row]; i++)
            sum += (uint32_t)(int32_t)from[i * cells->step[0][row]];
    } while (tm_next_row(cells));
    return sum;
}

static uint32_t sum_int16(const int16_t *in, tm_walk *cells)
{
    int32_t row = cells->loops - 1;
    uint32_t sum = 0;
    do {
        const int16_t *from = in + cells->at[0];
        for (int32_t i = 0; i < cells->size[row]; i++)
            sum += (uint32_t)(int32_t)from[i * cells->step[0][row]];
    } while (tm_next_row(cells));
    return sum;
}

static float sum_floats(const float *in, tm_walk *cells)
{
    int32_t row = cells->loops - 1;
    float sum = 0.0f;
    do {
        const float *from = in + cells->at[0];
        for (int32_t i = 0; i < cells->size[row]; i++)
            sum += from[i * cells->step[0][row]];
    } while (tm_next_row(cells));
    return sum;
}

// Returns the largest of the cells of one output, whose first is at `in`.
static int8_t largest_code(const int8_t *in, tm_walk *cells)
{
    int32_t row = cells->loops - 1;
    int8_t largest = INT8_MIN;
    do {
        const int8_t *from = in + cells->at[0];
        for (int32_t i = 0; i < cells->size[row]; i++)
            if (from[i * cells->step[0][row]] > largest)
                largest = from[i * cells->step[0][row]];
    } while (tm_next_row(cells));
    return largest;
}

static float largest_float(const float *in, tm_walk *cells)
{
    int32_t row = cells->loops - 1;
    float largest = -3.40282347e38f;
    do {
        const float *from = in + cells->at[0];
        for (int32_t i = 0; i < cells->size[row]; i++)
            if (from[i * cells->step[0][row]] > largest)
                largest = from[i * cells->step[0][row]];
    } while (tm_next_row(cells));
    return largest;
}

// Starts two walks over the input: one through the outputs, and for each of them one through its
// cells, which ends where it started. Returns the cells of an output.
static int32_t start_walks(tm_interpreter *m, const tm_operator *op, tm_walk *outputs,
                           tm_walk *cells)
{
    const tm_tensor *in = tm_input(m, op, 0);
    uint32_t axes = find_axes(m, op);
    tm_start_walk(outputs, 0, 0);
    tm_start_walk(cells, 0, 0);
    int32_t step = tm_elements(m, in);
    for (int32_t i = 0; i < in->rank; i++) {
        int32_t size = tm_dims(m, in)[i];
        step /= size;
        tm_add_loop((axes >> i & 1) != 0 ? cells : outputs, size, step, 0);
    }
    return tm_elements(m, in) / tm_elements(m, tm_output(m, op, 0));
}

static void invoke_mean(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    tm_walk outputs, cells;
    int32_t count = start_walks(m, op, &outputs, &cells);
    int32_t row = outputs.loops - 1;

    if (in->type == TM_FLOAT32) {
        float *to = tm_data(m, out);
        do {
            const float *from = (const float *)tm_data(m, in) + outputs.at[0];
            for (int32_t i = 0; i < outputs.size[row]; i++)
                *to++ = sum_floats(from + i * outputs.step[0][row], &cells) / (float)count;
        } while (tm_next_row(&outputs));
        return;
    }
    // The sum of codes less their zero points is worth (input scale / count) a step.
    tm_factor factor = divide(tm_factor_of(tm_scale(m, in), 1.0f, tm_scale(m, out)),
                              (uint32_t)count);
    if (tm_is_int16(in)) {
        int16_t *to = tm_data(m, out);
        do {
            const int16_t *from = (const int16_t *)tm_data(m, in) + outputs.at[0];
            for (int32_t i = 0; i < outputs.size[row]; i++) {
                uint32_t sum = sum_int16(from + i * outputs.step[0][row], &cells);
                int32_t code = tm_requantize((int32_t)sum, factor);
                *to++ = (int16_t)tm_clamp(code, INT16_MIN, INT16_MAX);
            }
        } while (tm_next_row(&outputs));
        return;
    }
    uint32_t zeros = (uint32_t)tm_zero_point(m, in) * (uint32_t)count;
    uint32_t zero_out = (uint32_t)tm_zero_point(m, out);
    int8_t *to = tm_data(m, out);
    do {
        const int8_t *from = (const int8_t *)tm_data(m, in) + outputs.at[0];
        for (int32_t i = 0; i < outputs.size[row]; i++) {
            uint32_t sum = sum_codes(from + i * outputs.step[0][row], &cells) - zeros;
            uint32_t code = (uint32_t)tm_requantize((int32_t)sum, factor) + zero_out;
            *to++ = (int8_t)tm_clamp((int32_t)code, INT8_MIN, INT8_MAX);
        }
    } while (tm_next_row(&outputs));
}

static void invoke_max(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0);
    tm_walk outputs, cells;
    start_walks(m, op, &outputs, &cells);
    int32_t row = outputs.loops - 1;
    void *out = tm_data(m, tm_output(m, op, 0));
    int8_t *codes = out;
    float *floats = out;
    do {
        for (int32_t i = 0; i < outputs.size[row]; i++) {
            int32_t at = outputs.at[0] + i * outputs.step[0][row];
            if (in->type == TM_INT8)
                *codes++ = largest_code((const int8_t *)tm_data(m, in) + at, &cells);
            else
                *floats++ = largest_float((const float *)tm_data(m, in) + at, &cells);
        }
    } while (tm_next_row(&outputs));
}

const tm_kernel tm_mean = {MEAN, 3, prepare, invoke_mean, 1, 0};
const tm_kernel tm_reduce_max = {REDUCE_MAX, 3, prepare_max, invoke_max, 1, 0};
