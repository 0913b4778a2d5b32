// SPLIT and SPLIT_V: cut a tensor into several along an axis. How long each is, the outputs' shapes
// say.
#include "tm_walk.h"

enum { SPLIT = 49, SPLIT_V = 102 };

static tm_status prepare(tm_interpreter *m, tm_operator *op, const tm_tensor *in,
                         const tm_tensor *axes)
{
    if (in == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (!tm_is_constant_i32(m, axes, 1))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_AXIS);
    int32_t axis = tm_axis(*(const int32_t *)tm_data(m, axes), in->rank);
    if (axis < 0)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_AXIS);
    int64_t size = 0;
    for (uint32_t k = 0; k < op->output_count; k++) {
        const tm_tensor *out = tm_output(m, op, k);
        if (in->type != out->type || tm_type_bytes(in->type) == 0)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
        if (!tm_same_but(m, in, out, axis))
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
        size += tm_dims(m, out)[axis];
    }
    if (size != tm_dims(m, in)[axis])
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op, const tm_tensor *in,
                   const tm_tensor *axes)
{
    int32_t axis = tm_axis(*(const int32_t *)tm_data(m, axes), in->rank);
    uint32_t rows = tm_rows_before(m, in, axis);
    const uint8_t *from = tm_data(m, in);
    for (uint32_t k = 0; k < op->output_count; k++) {
        const tm_tensor *out = tm_output(m, op, k);
        uint32_t bytes = out->bytes / rows;
        tm_copy_blocks(tm_data(m, out), bytes, from, in->bytes / rows, bytes, rows);
        from += bytes;
    }
}

static tm_status prepare_split(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, tm_input(m, op, 1), tm_input(m, op, 0));
}

static void invoke_split(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, tm_input(m, op, 1), tm_input(m, op, 0));
}

static tm_status prepare_split_v(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, tm_input(m, op, 0), tm_input(m, op, 2));
}

static void invoke_split_v(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, tm_input(m, op, 0), tm_input(m, op, 2));
}

const tm_kernel tm_split = {SPLIT, 4, prepare_split, invoke_split, 0, 0};
const tm_kernel tm_split_v = {SPLIT_V, 2, prepare_split_v, invoke_split_v, 0, 0};
