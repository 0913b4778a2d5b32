#include "tm_kernel.h"

tm_status tm_refuse_operator(tm_interpreter *m, const tm_operator *op, tm_status status,
                             const char *what)
{
    m->problem.operator_index = (int32_t)(op - m->operators);
    m->problem.operator_code = m->kernels[op->kernel]->code;
    m->problem.what = what;
    return status;
}

static const tm_tensor *tensor_at(tm_interpreter *m, uint32_t list, uint32_t count, uint32_t place)
{
    if (place >= count)
        return NULL;
    int32_t index = ((const int32_t *)(const void *)(m->model + list))[place];
    return index < 0 ? NULL : &m->tensors[index];
}

const tm_tensor *tm_input(tm_interpreter *m, const tm_operator *op, uint32_t place)
{
    return tensor_at(m, op->inputs, op->input_count, place);
}

const tm_tensor *tm_output(tm_interpreter *m, const tm_operator *op, uint32_t place)
{
    return tensor_at(m, op->outputs, op->output_count, place);
}

void *tm_data(const tm_interpreter *m, const tm_tensor *tensor)
{
    if (tensor == NULL || tensor->place == TM_NOWHERE)
        return NULL;
    if (tensor->place == TM_IN_MODEL)
        return (void *)(uintptr_t)(m->model + tensor->data); // read-only, as tm_kernel.h says
    return m->arena_planned ? m->arena + tensor->data : NULL;
}

void *tm_scratch(const tm_interpreter *m, const tm_operator *op)
{
    return m->arena + op->scratch;
}

const int32_t *tm_dims(const tm_interpreter *m, const tm_tensor *tensor)
{
    return (const int32_t *)(const void *)(m->model + tensor->dims);
}

int32_t tm_elements(const tm_interpreter *m, const tm_tensor *tensor)
{
    int32_t count = 1;
    for (uint32_t i = 0; i < tensor->rank; i++)
        count *= tm_dims(m, tensor)[i];
    return count;
}

uint32_t tm_type_bytes(uint8_t type)
{
    switch (type) {
    case TM_INT64:
        return 8;
    case TM_FLOAT32:
    case TM_INT32:
        return 4;
    case TM_INT16:
        return 2;
    case TM_INT8:
    case TM_UINT8:
    case TM_BOOL:
        return 1;
    default:
        return 0;
    }
}

tm_nhwc tm_nhwc_of(const tm_interpreter *m, const tm_tensor *tensor)
{
    int32_t sizes[4] = {1, 1, 1, 1};
    uint32_t rank = tensor->rank < 4 ? tensor->rank : 4;
    for (uint32_t i = 0; i < rank; i++)
        sizes[4 - rank + i] = tm_dims(m, tensor)[tensor->rank - rank + i];
    tm_nhwc shape = {sizes[0], sizes[1], sizes[2], sizes[3]};
    return shape;
}

bool tm_same_shape(const tm_interpreter *m, const tm_tensor *a, const tm_tensor *b)
{
    if (a->rank != b->rank)
        return false;
    for (uint32_t i = 0; i < a->rank; i++)
        if (tm_dims(m, a)[i] != tm_dims(m, b)[i])
            return false;
    return true;
}

const float *tm_scales(tm_interpreter *m, const tm_tensor *tensor, uint32_t *count)
{
    tm_vector scales = tm_field_vector(m, tensor->quantization, 2, 4);
    *count = scales.count;
    return scales.count == 0 ? NULL : (const float *)(const void *)(m->model + scales.at);
}

int32_t tm_quantized_dimension(tm_interpreter *m, const tm_tensor *tensor)
{
    return tm_field_i32(m, tensor->quantization, 6, 0);
}

float tm_scale(tm_interpreter *m, const tm_tensor *tensor)
{
    uint32_t count;
    const float *scales = tm_scales(m, tensor, &count);
    return count == 0 ? 0.0f : scales[0];
}

int32_t tm_zero_point(tm_interpreter *m, const tm_tensor *tensor)
{
    // An int64; every zero point of the types here fits its lower half.
    tm_vector zero_points = tm_field_vector(m, tensor->quantization, 3, 8);
    return zero_points.count == 0 ? 0 : (int32_t)tm_read(m, zero_points.at, 4);
}

bool tm_is_quantized(tm_interpreter *m, const tm_tensor *tensor)
{
    uint32_t count;
    const float *scales = tm_scales(m, tensor, &count);
    if (count != 1 || !(scales[0] > 0.0f))
        return false;
    int32_t zero = tm_zero_point(m, tensor);
    if (tensor->type == TM_INT8)
        return zero >= INT8_MIN && zero <= INT8_MAX;
    if (tensor->type == TM_INT16)
        return zero == 0;
    return tensor->type == TM_INT32 || tensor->type == TM_UINT8;
}
