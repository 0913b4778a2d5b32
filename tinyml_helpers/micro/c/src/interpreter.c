#include "tm_flatbuffer.h"
#include "tm_kernel.h"
#include "tm_memory.h"
#include "tm_model.h"
#include "tm_plan.h"

// Takes the arena's first bytes for the records of tensors and operators.
// Returns the offset behind them.
static uint32_t records_end(const tm_interpreter *m)
{
    return (uint32_t)(m->tensor_count * sizeof(tm_tensor) +
                      m->operator_count * sizeof(tm_operator));
}

static tm_status too_small(tm_interpreter *m, uint32_t needed)
{
    m->arena_needed = needed;
    if (needed <= m->arena_bytes)
        return TM_OK;
    m->problem.what = TM_WHY_LARGER_ARENA;
    m->problem.bytes = needed - m->arena_bytes;
    return TM_ARENA_TOO_SMALL;
}

static tm_status prepare(tm_interpreter *m)
{
    for (uint32_t i = 0; i < m->operator_count; i++) {
        tm_operator *op = &m->operators[i];
        const tm_kernel *kernel = m->kernels[op->kernel];
        tm_status status = kernel->prepare(m, op);
        // One more would be read as the arena was left.
        if (status == TM_OK && kernel->outputs != 0 && op->output_count > kernel->outputs)
            status = tm_refuse(m, op, TM_MALFORMED, TM_WHY_MORE_OUTPUTS);
        if (status == TM_OK && m->damaged)
            status = tm_refuse(m, op, TM_MALFORMED, TM_WHY_DAMAGED_OPTIONS);
        if (status != TM_OK)
            return status;
    }
    return TM_OK;
}

static tm_status load(tm_interpreter *m, uint32_t flags)
{
    uint32_t graph = tm_open_model(m);
    if (graph == 0)
        return TM_MALFORMED;
    uint32_t start = records_end(m);
    if (too_small(m, start) != TM_OK)
        return TM_ARENA_TOO_SMALL;
    memset(m->arena, 0, start);
    m->tensors = (tm_tensor *)(void *)m->arena;
    m->operators = (tm_operator *)(void *)(m->tensors + m->tensor_count);

    tm_status status = tm_read_tensors(m, graph);
    if (status == TM_OK)
        status = tm_read_operators(m, graph);
    if (status == TM_OK)
        status = tm_find_lifetimes(m, (flags & TM_KEEP_ALL_TENSORS) != 0);
    if (status == TM_OK)
        status = prepare(m);
    if (status != TM_OK)
        return status;
    tm_share_memory(m);
    return too_small(m, tm_place_tensors(m, start));
}

tm_status tm_init(tm_interpreter *m, const void *model, size_t model_bytes,
                  const tm_kernel *const *kernels, void *arena, size_t arena_bytes,
                  uint32_t flags)
{
    memset(m, 0, sizeof *m);
    m->problem.operator_index = m->problem.operator_code = m->problem.tensor_index = -1;
    m->model = model;
    m->model_bytes = (uint32_t)model_bytes;
    m->kernels = kernels;
    m->arena = arena;
    m->arena_bytes = arena_bytes > INT32_MAX ? INT32_MAX : (uint32_t)arena_bytes;
    if (model_bytes > INT32_MAX || (uintptr_t)model % 4 != 0 || (uintptr_t)arena % 4 != 0) {
        TM_WHEN_CHECKED;
        m->problem.what = TM_WHY_MISALIGNED;
        return TM_BAD_CALL;
    }
    tm_status status = load(m, flags);
    m->ready = status == TM_OK;
    if (m->ready)
        tm_reset(m);
    return status;
}

// Never inlined, so that a debugger, or an emulator that counts, can stop at every operator.
__attribute__((noinline)) tm_status tm_invoke_operator(tm_interpreter *m, uint32_t index)
{
    if (!m->ready || index >= m->operator_count)
        return TM_BAD_CALL;
    const tm_operator *op = &m->operators[index];
    m->kernels[op->kernel]->invoke(m, op);
    return TM_OK;
}

tm_status tm_invoke(tm_interpreter *m)
{
    if (!m->ready)
        return TM_BAD_CALL;
    for (uint32_t i = 0; i < m->operator_count; i++)
        tm_invoke_operator(m, i);
    return TM_OK;
}

void tm_reset(tm_interpreter *m)
{
    for (uint32_t i = 0; m->ready && i < m->tensor_count; i++) {
        tm_tensor *tensor = &m->tensors[i];
        if (tensor->place != TM_VARIABLE)
            continue;
        int32_t zero = tensor->type == TM_INT8 ? tm_zero_point(m, tensor) : 0;
        memset(m->arena + tensor->data, zero, tensor->bytes);
    }
}

// Returns the tensor at a place of the model's list of inputs or outputs.
static const tm_tensor *listed(const tm_interpreter *m, uint32_t list, uint32_t count,
                               uint32_t place)
{
    if (!m->ready || place >= count)
        return NULL;
    return &m->tensors[((const int32_t *)(const void *)(m->model + list))[place]];
}

void *tm_input_data(const tm_interpreter *m, uint32_t place)
{
    return tm_data(m, listed(m, m->inputs, m->input_count, place));
}

uint32_t tm_input_bytes(const tm_interpreter *m, uint32_t place)
{
    const tm_tensor *tensor = listed(m, m->inputs, m->input_count, place);
    return tensor == NULL ? 0 : tensor->bytes;
}

const void *tm_output_data(const tm_interpreter *m, uint32_t place)
{
    return tm_data(m, listed(m, m->outputs, m->output_count, place));
}

uint32_t tm_output_bytes(const tm_interpreter *m, uint32_t place)
{
    const tm_tensor *tensor = listed(m, m->outputs, m->output_count, place);
    return tensor == NULL ? 0 : tensor->bytes;
}

tm_tensor_place tm_tensor_at(const tm_interpreter *m, uint32_t index)
{
    tm_tensor_place found = {false, 0, 0, 0, 0};
    if (m->ready && index < m->tensor_count && m->tensors[index].place != TM_NOWHERE) {
        const tm_tensor *tensor = &m->tensors[index];
        found.in_arena = tensor->place != TM_IN_MODEL;
        found.offset = tensor->data;
        found.bytes = tensor->bytes;
        found.first = tensor->first;
        found.last = tensor->last;
    }
    return found;
}

tm_tensor_place tm_scratch_at(const tm_interpreter *m, uint32_t index)
{
    tm_tensor_place found = {false, 0, 0, 0, 0};
    if (m->ready && index < m->operator_count && m->operators[index].scratch_bytes != 0) {
        found.in_arena = true;
        found.offset = m->operators[index].scratch;
        found.bytes = m->operators[index].scratch_bytes;
        found.first = found.last = (uint16_t)index;
    }
    return found;
}
