// MAXIMUM and MINIMUM: the larger, or the smaller, of two tensors' elements, with broadcasting.
#include "tm_broadcast.h"
#include "tm_requantize.h"

enum { MAXIMUM = 55, MINIMUM = 57 };

// Codes are compared and passed on as they are, so they must mean the same in all tensors.
static bool has_one_meaning(tm_interpreter *m, const tm_tensor *in, const tm_tensor *out)
{
    return tm_scale(m, in) == tm_scale(m, out) && tm_zero_point(m, in) == tm_zero_point(m, out);
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *a = tm_input(m, op, 0), *b = tm_input(m, op, 1), *out = tm_output(m, op, 0);
    if (a == NULL || b == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    bool is_number = out->type == TM_INT32 || tm_is_float(out);
    if (a->type != out->type || b->type != out->type ||
        (!is_number && out->type != TM_INT8 && !tm_is_int16(out)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (out->rank > 5 || !tm_is_broadcast(m, a, b, out))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (!is_number && (!has_one_meaning(m, a, out) || !has_one_meaning(m, b, out)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_ONE_QUANTIZATION);
    // An element is read right before it is written, if the input isn't broadcast.
    op->in_place = (uint8_t)((tm_elements(m, a) == tm_elements(m, out)) |
                             (tm_elements(m, b) == tm_elements(m, out)) << 1);
    return TM_OK;
}

// Integers of any size, as int32.
static int32_t read_integer(const void *numbers, uint8_t type, int32_t place)
{
    if (type == TM_INT8)
        return ((const int8_t *)numbers)[place];
    if (type == TM_INT16)
        return ((const int16_t *)numbers)[place];
    return ((const int32_t *)numbers)[place];
}

static void write_integer(void *numbers, uint8_t type, int32_t place, int32_t number)
{
    if (type == TM_INT8)
        ((int8_t *)numbers)[place] = (int8_t)number;
    else if (type == TM_INT16)
        ((int16_t *)numbers)[place] = (int16_t)number;
    else
        ((int32_t *)numbers)[place] = number;
}

static void invoke(tm_interpreter *m, const tm_operator *op, bool wants_larger)
{
    const tm_tensor *a = tm_input(m, op, 0), *b = tm_input(m, op, 1), *out = tm_output(m, op, 0);
    const void *first = tm_data(m, a), *second = tm_data(m, b);
    void *to = tm_data(m, out);
    tm_walk walk = tm_broadcast_walk(m, a, b, out);
    int32_t row = walk.loops - 1, place = 0;
    do {
        for (int32_t i = 0; i < walk.size[row]; i++, place++) {
            int32_t at_a = walk.at[0] + i * walk.step[0][row];
            int32_t at_b = walk.at[1] + i * walk.step[1][row];
            if (tm_is_float(out)) {
                float x = ((const float *)first)[at_a], y = ((const float *)second)[at_b];
                ((float *)to)[place] = (wants_larger ? x > y : x < y) ? x : y;
            } else {
                int32_t x = read_integer(first, out->type, at_a);
                int32_t y = read_integer(second, out->type, at_b);
                write_integer(to, out->type, place, (x > y) == wants_larger ? x : y);
            }
        }
    } while (tm_next_row(&walk));
}

static void invoke_maximum(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, true);
}

static void invoke_minimum(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, false);
}

const tm_kernel tm_maximum = {MAXIMUM, 4, prepare, invoke_maximum, 1, 2};
const tm_kernel tm_minimum = {MINIMUM, 4, prepare, invoke_minimum, 1, 2};
