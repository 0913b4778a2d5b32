// TRANSPOSE: dimensions in another order.
#include "tm_walk.h"

enum { TRANSPOSE = 39 };

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *order = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    if (in == NULL || order == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || tm_type_bytes(in->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (!tm_is_constant_i32(m, order, in->rank) || in->rank != out->rank)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_AXIS);
    const int32_t *axis = tm_data(m, order);
    uint32_t seen = 0;
    for (int32_t i = 0; i < in->rank; i++) {
        if (axis[i] < 0 || axis[i] >= in->rank || (seen >> axis[i] & 1) != 0)
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_AXIS);
        seen |= 1u << axis[i];
        if (tm_dims(m, out)[i] != tm_dims(m, in)[axis[i]])
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    }
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    const int32_t *axis = tm_data(m, tm_input(m, op, 1));
    int32_t from_steps[TM_MAX_RANK];
    int32_t step = (int32_t)tm_type_bytes(in->type);
    for (int32_t i = in->rank - 1; i >= 0; i--) {
        from_steps[i] = step;
        step *= tm_dims(m, in)[i];
    }
    tm_walk walk;
    tm_start_walk(&walk, 0, 0);
    step = (int32_t)out->bytes;
    for (int32_t i = 0; i < out->rank; i++) {
        step /= tm_dims(m, out)[i];
        tm_add_loop(&walk, tm_dims(m, out)[i], step, from_steps[axis[i]]);
    }
    tm_add_loop(&walk, (int32_t)tm_type_bytes(in->type), 1, 1);
    tm_copy(tm_data(m, out), tm_data(m, in), &walk);
}

const tm_kernel tm_transpose = {TRANSPOSE, 6, prepare, invoke, 1, 0};
