// SHAPE: the dimensions of the input, as numbers. The converter uses it where a batch's size isn't
// fixed; here every size is, so it could be a constant, but the operators behind it want a tensor.
#include "tm_walk.h"

enum { SHAPE = 77 };

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    if (in == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (out->type != TM_INT32)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (out->rank != 1 || tm_dims(m, out)[0] != in->rank)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0);
    memcpy(tm_data(m, tm_output(m, op, 0)), tm_dims(m, in), in->rank * sizeof(int32_t));
}

const tm_kernel tm_shape = {SHAPE, 1, prepare, invoke, 1, 0};
