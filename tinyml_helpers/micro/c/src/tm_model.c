#include "tm_model.h"

#define IDENTIFIER 0x334C4654u // "TFL3"
#define INFINITE 0x7F800000u   // a float's bits
#define CUSTOM 32              // the schema's BuiltinOperator of all that it has no name for
#define MOST_THINGS 16000u     // tensors or operators; their places must fit 16 bits

static tm_status refuse(tm_interpreter *m, tm_status status, const char *what)
{
    TM_WHEN_CHECKED;
    m->problem.what = what;
    return status;
}

static tm_status malformed(tm_interpreter *m)
{
    return refuse(m, TM_MALFORMED, TM_WHY_DAMAGED);
}

// Whether every place in a vector of int32 is that of a tensor, or -1 where that is allowed.
static bool are_tensors(const tm_interpreter *m, tm_vector places, int32_t lowest)
{
    const int32_t *place = (const int32_t *)(const void *)(m->model + places.at);
    for (uint32_t i = 0; i < places.count; i++)
        if (place[i] < lowest || place[i] >= m->tensor_count)
            return false;
    return true;
}

static uint32_t no_model(tm_interpreter *m, const char *what)
{
    refuse(m, TM_MALFORMED, what);
    return 0;
}

uint32_t tm_open_model(tm_interpreter *m)
{
    uint32_t root = tm_root(m, IDENTIFIER);
    if (m->damaged)
        return no_model(m, TM_WHY_NO_TFLITE);
    int32_t version = tm_field_i32(m, root, 0, 0);
    tm_vector graphs = tm_field_vector(m, root, 2, 4);
    if (m->damaged || version != 3 || graphs.count == 0)
        return no_model(m, TM_WHY_NO_SUBGRAPH);
    uint32_t graph = tm_table_at(m, graphs, 0);
    tm_vector tensors = tm_field_vector(m, graph, 0, 4);
    tm_vector inputs = tm_field_vector(m, graph, 1, 4);
    tm_vector outputs = tm_field_vector(m, graph, 2, 4);
    tm_vector operators = tm_field_vector(m, graph, 3, 4);
    bool fits = tensors.count <= MOST_THINGS && operators.count <= MOST_THINGS &&
                inputs.count <= MOST_THINGS && outputs.count <= MOST_THINGS;
    m->tensor_count = (uint16_t)tensors.count;
    m->operator_count = (uint16_t)operators.count;
    m->input_count = (uint16_t)inputs.count;
    m->output_count = (uint16_t)outputs.count;
    m->inputs = inputs.at;
    m->outputs = outputs.at;
    if (m->damaged || !fits || !are_tensors(m, inputs, 0) || !are_tensors(m, outputs, 0))
        return no_model(m, TM_WHY_DAMAGED);
    return graph;
}

// Reads shape and type, and from them the bytes: 0 for a tensor without elements, such as the shape
// of a scalar. A -1 (any batch) stands in another field than this.
static tm_status read_shape(tm_interpreter *m, uint32_t table, tm_tensor *tensor)
{
    tm_vector dims = tm_field_vector(m, table, 0, 4);
    tensor->type = (uint8_t)tm_field_i8(m, table, 1, TM_FLOAT32);
    if (m->damaged)
        return malformed(m);
    if (dims.count > TM_MAX_RANK)
        return refuse(m, TM_UNSUPPORTED, TM_WHY_TOO_MANY_DIMENSIONS);
    tensor->dims = dims.at;
    tensor->rank = (uint8_t)dims.count;
    uint32_t size = tm_type_bytes(tensor->type);
    uint64_t bytes = size == 0 ? 1 : size; // of an unknown type the dimensions are still bounded
    for (uint32_t i = 0; i < dims.count; i++) {
        int32_t dim = tm_dims(m, tensor)[i];
        if (dim < 0)
            return refuse(m, TM_UNSUPPORTED, TM_WHY_EMPTY_DIMENSION);
        bytes *= (uint32_t)dim;
        if (bytes > INT32_MAX / 2)
            return refuse(m, TM_UNSUPPORTED, TM_WHY_TOO_LARGE);
    }
    tensor->bytes = (uint32_t)bytes;
    return TM_OK;
}

// Finds the constant's bytes, if it is one.
static tm_status read_data(tm_interpreter *m, uint32_t table, tm_tensor *tensor, tm_vector buffers)
{
    uint32_t place = (uint32_t)tm_field_i32(m, table, 2, 0);
    uint32_t buffer = tm_table_at(m, buffers, place);
    tm_vector data = tm_field_vector(m, buffer, 0, 1);
    bool variable = tm_field_i8(m, table, 5, 0) != 0;
    if (m->damaged)
        return malformed(m);
    if (data.count == 0) {
        if (tm_field(m, buffer, 1, 8) != 0)
            return refuse(m, TM_UNSUPPORTED, TM_WHY_STORED_OUTSIDE);
        if (tensor->bytes != 0) // TM_NOWHERE else
            tensor->place = variable ? TM_VARIABLE : TM_IN_ARENA;
        return TM_OK;
    }
    uint32_t size = tm_type_bytes(tensor->type);
    uint32_t alignment = size > 4 ? 4 : size;
    if (tensor->bytes == 0)
        return refuse(m, TM_MALFORMED, TM_WHY_WRONG_DATA);
    if (size != 0 && (data.count != tensor->bytes || (data.at & (alignment - 1)) != 0))
        return refuse(m, TM_MALFORMED, TM_WHY_WRONG_DATA);
    tensor->place = TM_IN_MODEL;
    tensor->data = data.at;
    tensor->bytes = data.count;
    return TM_OK;
}

// Checks scales and zero points: as many of the one as of the other, and none that isn't a number.
static tm_status read_quantization(tm_interpreter *m, uint32_t table, tm_tensor *tensor)
{
    tensor->quantization = tm_field_table(m, table, 4);
    uint32_t count;
    const float *scales = tm_scales(m, tensor, &count);
    tm_vector zero_points = tm_field_vector(m, tensor->quantization, 3, 8);
    if (m->damaged)
        return malformed(m);
    if (count != 0 && zero_points.count != count)
        return refuse(m, TM_MALFORMED, TM_WHY_WRONG_ZERO_POINTS);
    // Read as integers, floats from 0 to infinity are in order; all others lie beyond.
    const uint32_t *bits = (const uint32_t *)(const void *)scales;
    for (uint32_t i = 0; i < count; i++)
        if (bits[i] >= INFINITE)
            return refuse(m, TM_MALFORMED, TM_WHY_WRONG_SCALE);
    return TM_OK;
}

tm_status tm_read_tensors(tm_interpreter *m, uint32_t graph)
{
    uint32_t root = tm_root(m, IDENTIFIER);
    tm_vector buffers = tm_field_vector(m, root, 4, 4);
    tm_vector tables = tm_field_vector(m, graph, 0, 4);
    for (uint32_t i = 0; i < tables.count; i++) {
        tm_tensor *tensor = &m->tensors[i];
        uint32_t table = tm_table_at(m, tables, i);
        tm_status status = read_shape(m, table, tensor);
        if (status == TM_OK)
            status = read_data(m, table, tensor, buffers);
        if (status == TM_OK)
            status = read_quantization(m, table, tensor);
        if (status != TM_OK) {
            m->problem.tensor_index = (int32_t)i;
            return status;
        }
    }
    return TM_OK;
}

#ifndef TM_WITHOUT_CHECKS // compilers don't leave out a loop
// Whether an operator code of CUSTOM is that of the one custom operator there is a kernel for.
static bool is_decode(tm_interpreter *m, uint32_t code_table)
{
    static const char name[] = "TFLM_DECODE";
    tm_vector text = tm_field_vector(m, code_table, 1, 1);
    bool same = text.count == sizeof name - 1;
    for (uint32_t i = 0; same && i < text.count; i++)
        same = m->model[text.at + i] == name[i];
    return same;
}
#endif

// Finds the kernel of an operator code among those that are linked.
static tm_status find_kernel(tm_interpreter *m, tm_operator *op, uint32_t code_table)
{
    // Codes up to 127 are in a byte that was there first; the larger of the two counts.
    int32_t code = tm_field_i32(m, code_table, 3, 0);
    int32_t old = tm_field_i8(m, code_table, 0, 0);
    int32_t version = tm_field_i32(m, code_table, 2, 1);
    code = code > old ? code : old;
    m->problem.operator_code = code;
    if (m->damaged)
        return malformed(m);
    for (uint32_t i = 0; i < UINT8_MAX && m->kernels[i] != NULL; i++) {
        if (m->kernels[i]->code != code)
            continue;
#ifndef TM_WITHOUT_CHECKS
        if (code == CUSTOM && !is_decode(m, code_table))
            return refuse(m, TM_UNSUPPORTED, TM_WHY_NO_KERNEL);
#endif
        if (version > m->kernels[i]->max_version)
            return refuse(m, TM_UNSUPPORTED, TM_WHY_NEWER_VERSION);
        op->kernel = (uint8_t)i;
        m->problem.operator_code = -1;
        return TM_OK;
    }
    return refuse(m, TM_UNSUPPORTED, TM_WHY_NO_KERNEL);
}

static tm_status read_operator(tm_interpreter *m, uint32_t table, tm_operator *op, tm_vector codes)
{
    uint32_t code = tm_table_at(m, codes, (uint32_t)tm_field_i32(m, table, 0, 0));
    tm_vector inputs = tm_field_vector(m, table, 1, 4);
    tm_vector outputs = tm_field_vector(m, table, 2, 4);
    op->options = tm_field_table(m, table, 4);
    if (m->damaged || !are_tensors(m, inputs, -1) || !are_tensors(m, outputs, 0))
        return malformed(m);
    if (inputs.count > UINT8_MAX || outputs.count > UINT8_MAX || outputs.count == 0)
        return refuse(m, TM_UNSUPPORTED, TM_WHY_NO_OUTPUTS);
    op->inputs = inputs.at;
    op->input_count = (uint8_t)inputs.count;
    op->outputs = outputs.at;
    op->output_count = (uint8_t)outputs.count;
    return find_kernel(m, op, code);
}

tm_status tm_read_operators(tm_interpreter *m, uint32_t graph)
{
    tm_vector codes = tm_field_vector(m, tm_root(m, IDENTIFIER), 1, 4);
    tm_vector tables = tm_field_vector(m, graph, 3, 4);
    for (uint32_t i = 0; i < tables.count; i++) {
        tm_status status = read_operator(m, tm_table_at(m, tables, i), &m->operators[i], codes);
        if (status != TM_OK) {
            m->problem.operator_index = (int32_t)i;
            return status;
        }
    }
    return TM_OK;
}
