// PAD and PADV2: elements around a tensor, in any dimension. PAD gives them the value 0 (for
// quantized tensors the zero point), PADV2 that of a third input.
#include "tm_walk.h"

enum { PAD = 34, PADV2 = 60 };

// Whether padding is quantized as the output is.
static bool same_quantization(tm_interpreter *m, const tm_tensor *value, const tm_tensor *out)
{
    return out->type != TM_INT8 || (tm_scale(m, value) == tm_scale(m, out) &&
                                    tm_zero_point(m, value) == tm_zero_point(m, out));
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *paddings = tm_input(m, op, 1);
    const tm_tensor *value = tm_input(m, op, 2), *out = tm_output(m, op, 0);
    if (in == NULL || paddings == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || tm_type_bytes(in->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (!tm_is_constant_i32(m, paddings, 2 * in->rank) || in->rank != out->rank)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_PADDINGS);
    const int32_t *padding = tm_data(m, paddings); // [rank, 2]: before and after
    for (int32_t i = 0; i < in->rank; i++) {
        int64_t size = (int64_t)tm_dims(m, in)[i] + padding[2 * i] + padding[2 * i + 1];
        if (padding[2 * i] < 0 || padding[2 * i + 1] < 0 || tm_dims(m, out)[i] != size)
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    }
    if (value != NULL && (value->type != out->type || tm_elements(m, value) != 1 ||
                          !same_quantization(m, value, out)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_PADDING_VALUE);
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *value = tm_input(m, op, 2);
    const tm_tensor *out = tm_output(m, op, 0);
    const int32_t *padding = tm_data(m, tm_input(m, op, 1));
    uint32_t bytes = tm_type_bytes(in->type);
    uint8_t *to = tm_data(m, out);

    // Padding everywhere first, the input on top of it.
    if (value == NULL)
        memset(to, bytes == 1 ? tm_zero_point(m, out) : 0, out->bytes);
    else
        tm_copy_blocks(to, bytes, tm_data(m, value), 0, bytes, out->bytes / bytes);
    tm_walk walk;
    tm_start_walk(&walk, 0, 0);
    int32_t to_step = (int32_t)out->bytes, from_step = (int32_t)in->bytes;
    for (int32_t i = 0; i < in->rank; i++) {
        to_step /= tm_dims(m, out)[i];
        from_step /= tm_dims(m, in)[i];
        walk.at[0] += padding[2 * i] * to_step;
        tm_add_loop(&walk, tm_dims(m, in)[i], to_step, from_step);
    }
    tm_add_loop(&walk, (int32_t)bytes, 1, 1);
    tm_copy(to, tm_data(m, in), &walk);
}

const tm_kernel tm_pad = {PAD, 4, prepare, invoke, 1, 0};
const tm_kernel tm_padv2 = {PADV2, 4, prepare, invoke, 1, 0};
