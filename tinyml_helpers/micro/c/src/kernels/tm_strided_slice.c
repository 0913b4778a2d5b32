// STRIDED_SLICE: tensor[begin:end:stride, ...] as in NumPy.
#include "tm_walk.h"

enum { STRIDED_SLICE = 45 };

// How one dimension is cut.
typedef struct {
    int32_t begin, stride, count;
    bool shrinks; // to a single element, and the output lacks the dimension
} cut;

// Returns a place counted from the front, cut to lowest...highest, given one that may count from
// the back.
static int32_t place(int32_t index, int32_t size, int32_t lowest, int32_t highest)
{
    if (index < 0)
        index += size;
    return index < lowest ? lowest : index > highest ? highest : index;
}

// Returns how dimension i is cut; count is 0 if nothing remains. Dimensions the lists
// don't name stay whole. Bit i of begin_mask (end_mask) says to ignore the begin (end).
static cut cut_of(tm_interpreter *m, const tm_operator *op, int32_t i)
{
    const tm_tensor *begins = tm_input(m, op, 1);
    int32_t size = tm_dims(m, tm_input(m, op, 0))[i];
    cut c = {0, 1, size, false};
    if (i >= tm_elements(m, begins))
        return c;
    int32_t begin_mask = tm_field_i32(m, op->options, 0, 0);
    int32_t end_mask = tm_field_i32(m, op->options, 1, 0);
    c.shrinks = (tm_field_i32(m, op->options, 4, 0) >> i & 1) != 0;
    c.stride = ((const int32_t *)tm_data(m, tm_input(m, op, 3)))[i];
    // Going backwards all places are one lower: from the last element to just before the first.
    int32_t lowest = c.stride > 0 ? 0 : -1, highest = c.stride > 0 ? size : size - 1;
    c.begin = c.stride > 0 ? lowest : highest;
    int32_t end = c.stride > 0 ? highest : lowest;
    if ((begin_mask >> i & 1) == 0)
        c.begin = place(((const int32_t *)tm_data(m, begins))[i], size, lowest, highest);
    if ((end_mask >> i & 1) == 0)
        end = place(((const int32_t *)tm_data(m, tm_input(m, op, 2)))[i], size, lowest, highest);
    int32_t length = c.stride > 0 ? end - c.begin : c.begin - end;
    uint32_t step = c.stride > 0 ? (uint32_t)c.stride : 0u - (uint32_t)c.stride;
    if (c.shrinks)
        c.count = c.stride > 0 && c.begin < size;
    else
        c.count = step != 0 && length > 0 ? (int32_t)((uint32_t)(length - 1) / step + 1) : 0;
    return c;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    if (in == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || tm_type_bytes(in->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    const tm_tensor *begins = tm_input(m, op, 1);
    if (begins == NULL || begins->rank != 1 || tm_dims(m, begins)[0] > in->rank ||
        !tm_is_constant_i32(m, begins, tm_dims(m, begins)[0]) ||
        !tm_is_constant_i32(m, tm_input(m, op, 2), tm_dims(m, begins)[0]) ||
        !tm_is_constant_i32(m, tm_input(m, op, 3), tm_dims(m, begins)[0]))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_STRIDES);
    // An ellipsis, a new axis, or ends that count from the begins.
    if (tm_field_i32(m, op->options, 2, 0) != 0 || tm_field_i32(m, op->options, 3, 0) != 0 ||
        tm_field_i8(m, op->options, 5, 0) != 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_STRIDE_MASK);
    int32_t dim = 0;
    for (int32_t i = 0; i < in->rank; i++) {
        cut c = cut_of(m, op, i);
        if (c.count < 1 ||
            (!c.shrinks && (dim >= out->rank || tm_dims(m, out)[dim++] != c.count)))
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    }
    if (dim != out->rank)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    tm_walk walk;
    tm_start_walk(&walk, 0, 0);
    int32_t to_step = (int32_t)out->bytes, from_step = (int32_t)in->bytes;
    for (int32_t i = 0; i < in->rank; i++) {
        cut c = cut_of(m, op, i);
        to_step /= c.count;
        from_step /= tm_dims(m, in)[i];
        walk.at[1] += c.begin * from_step;
        // A single element may have any stride.
        tm_add_loop(&walk, c.count, to_step, c.count == 1 ? 0 : c.stride * from_step);
    }
    tm_add_loop(&walk, (int32_t)tm_type_bytes(in->type), 1, 1);
    tm_copy(tm_data(m, out), tm_data(m, in), &walk);
}

const tm_kernel tm_strided_slice = {STRIDED_SLICE, 8, prepare, invoke, 1, 0};
