// CONCATENATION: tensors side by side along an axis. Codes are copied as they are, whatever their
// scale, as TensorFlow Lite Micro does.
#include "tm_walk.h"

enum { CONCATENATION = 2 };

// Returns the axis, -1 if the output has no such axis.
static int32_t axis_of(tm_interpreter *m, const tm_operator *op)
{
    return tm_axis(tm_field_i32(m, op->options, 0, 0), tm_output(m, op, 0)->rank);
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *out = tm_output(m, op, 0);
    int32_t axis = axis_of(m, op);
    if (axis < 0)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_AXIS);
    if (tm_field_i8(m, op->options, 1, TM_NO_ACTIVATION) != TM_NO_ACTIVATION)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_ACTIVATION);
    int64_t size = 0;
    for (uint32_t k = 0; k < op->input_count; k++) {
        const tm_tensor *in = tm_input(m, op, k);
        if (in == NULL)
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
        if (in->type != out->type || tm_type_bytes(in->type) == 0)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
        if (!tm_same_but(m, in, out, axis))
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
        size += tm_dims(m, in)[axis];
    }
    if (size != tm_dims(m, out)[axis])
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *out = tm_output(m, op, 0);
    uint32_t rows = tm_rows_before(m, out, axis_of(m, op));
    uint8_t *to = tm_data(m, out);
    for (uint32_t k = 0; k < op->input_count; k++) {
        const tm_tensor *in = tm_input(m, op, k);
        uint32_t bytes = in->bytes / rows;
        tm_copy_blocks(to, out->bytes / rows, tm_data(m, in), bytes, bytes, rows);
        to += bytes;
    }
}

const tm_kernel tm_concatenation = {CONCATENATION, 4, prepare, invoke, 1, 0};
