// RESHAPE, EXPAND_DIMS and SQUEEZE: the same elements in the same order. The output's shape is in
// the model, so what the operator says about it isn't needed. Nothing moves where the output may
// lie on the input.
#include "tm_walk.h"

enum { RESHAPE = 22, SQUEEZE = 43, EXPAND_DIMS = 70 };

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0);
    if (in == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (!tm_same_elements(m, in, tm_output(m, op, 0)))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_RESHAPE_SIZE);
    op->in_place = 1;
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0);
    void *to = tm_data(m, tm_output(m, op, 0));
    if (to != tm_data(m, in))
        memcpy(to, tm_data(m, in), in->bytes);
}

const tm_kernel tm_reshape = {RESHAPE, 1, prepare, invoke, 1, 1};
const tm_kernel tm_expand_dims = {EXPAND_DIMS, 1, prepare, invoke, 1, 1};
const tm_kernel tm_squeeze = {SQUEEZE, 2, prepare, invoke, 1, 1};
