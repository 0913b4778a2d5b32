// PACK stacks tensors of one shape along a new axis; UNPACK takes such a stack apart.
#include "tm_walk.h"

enum { PACK = 83, UNPACK = 88 };

// Returns the axis of the parts, -1 if the stack has no such axis.
static int32_t axis_of(tm_interpreter *m, const tm_operator *op, const tm_tensor *stack)
{
    return tm_axis(tm_field_i32(m, op->options, 1, 0), stack->rank);
}

// Checks a stack of `count` parts, and one of them.
static tm_status check(tm_interpreter *m, const tm_operator *op, const tm_tensor *stack,
                       uint32_t count, const tm_tensor *part)
{
    if (stack == NULL || part == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (part->type != stack->type || tm_type_bytes(stack->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    int32_t axis = axis_of(m, op, stack);
    bool fits = axis >= 0 && part->rank == stack->rank - 1 &&
                tm_dims(m, stack)[axis] == (int32_t)count;
    for (int32_t i = 0; fits && i < part->rank; i++)
        fits = tm_dims(m, part)[i] == tm_dims(m, stack)[i + (i >= axis)];
    return fits ? TM_OK : tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
}

static tm_status prepare_pack(tm_interpreter *m, tm_operator *op)
{
    tm_status status = check(m, op, tm_output(m, op, 0), op->input_count, tm_input(m, op, 0));
    for (uint32_t k = 1; status == TM_OK && k < op->input_count; k++)
        status = check(m, op, tm_output(m, op, 0), op->input_count, tm_input(m, op, k));
    return status;
}

static void invoke_pack(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *stack = tm_output(m, op, 0);
    uint32_t rows = tm_rows_before(m, stack, axis_of(m, op, stack));
    uint32_t stack_step = stack->bytes / rows, bytes = stack_step / op->input_count;
    uint8_t *to = tm_data(m, stack);
    for (uint32_t k = 0; k < op->input_count; k++)
        tm_copy_blocks(to + k * bytes, stack_step, tm_data(m, tm_input(m, op, k)), bytes, bytes,
                       rows);
}

static tm_status prepare_unpack(tm_interpreter *m, tm_operator *op)
{
    tm_status status = TM_OK;
    for (uint32_t k = 0; status == TM_OK && k < op->output_count; k++)
        status = check(m, op, tm_input(m, op, 0), op->output_count, tm_output(m, op, k));
    return status;
}

static void invoke_unpack(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *stack = tm_input(m, op, 0);
    uint32_t rows = tm_rows_before(m, stack, axis_of(m, op, stack));
    uint32_t stack_step = stack->bytes / rows, bytes = stack_step / op->output_count;
    const uint8_t *from = tm_data(m, stack);
    for (uint32_t k = 0; k < op->output_count; k++)
        tm_copy_blocks(tm_data(m, tm_output(m, op, k)), bytes, from + k * bytes, stack_step, bytes,
                       rows);
}

const tm_kernel tm_pack = {PACK, 4, prepare_pack, invoke_pack, 1, 0};
const tm_kernel tm_unpack = {UNPACK, 4, prepare_unpack, invoke_unpack, 0, 0};
