// SLICE: a box cut out of a tensor.
#include "tm_walk.h"

enum { SLICE = 65 };

// Returns element i of a constant of type int32 or int64.
static int64_t element(const tm_interpreter *m, const tm_tensor *constant, int32_t i)
{
    if (constant->type == TM_INT32)
        return ((const int32_t *)tm_data(m, constant))[i];
    int64_t number; // aligned to four bytes only
    memcpy(&number, (const uint8_t *)tm_data(m, constant) + 8 * i, sizeof number);
    return number;
}

// Whether a tensor is a constant list of `count` integers.
static bool is_list(const tm_interpreter *m, const tm_tensor *tensor, int32_t count)
{
    return tensor->place == TM_IN_MODEL && (tensor->type == TM_INT32 || tensor->type == TM_INT64) &&
           tm_elements(m, tensor) == count;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    const tm_tensor *begins = tm_input(m, op, 1), *sizes = tm_input(m, op, 2);
    if (in == NULL || begins == NULL || sizes == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || tm_type_bytes(in->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (!is_list(m, begins, in->rank) || !is_list(m, sizes, in->rank) || in->rank != out->rank)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_SLICE_SIZE);
    for (int32_t i = 0; i < in->rank; i++) {
        int64_t begin = element(m, begins, i), size = element(m, sizes, i);
        int32_t all = tm_dims(m, in)[i];
        if (begin < 0 || begin >= all || size > all - begin ||
            tm_dims(m, out)[i] != (size == -1 ? all - begin : size))
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    }
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    tm_walk walk;
    tm_start_walk(&walk, 0, 0);
    int32_t to_step = (int32_t)out->bytes, from_step = (int32_t)in->bytes;
    for (int32_t i = 0; i < in->rank; i++) {
        to_step /= tm_dims(m, out)[i];
        from_step /= tm_dims(m, in)[i];
        walk.at[1] += (int32_t)element(m, tm_input(m, op, 1), i) * from_step;
        tm_add_loop(&walk, tm_dims(m, out)[i], to_step, from_step);
    }
    tm_add_loop(&walk, (int32_t)tm_type_bytes(in->type), 1, 1);
    tm_copy(tm_data(m, out), tm_data(m, in), &walk);
}

const tm_kernel tm_slice = {SLICE, 6, prepare, invoke, 1, 0};
