// GATHER: slices of a tensor along an axis, picked by their positions.
// input [batches, rows, N, slice], positions [batches, K], output [batches, rows, K, slice]; all but
// N may be several dimensions, or none.
#include "tm_requantize.h"
#include "tm_walk.h"

enum { GATHER = 36 };

typedef struct {
    int32_t axis, batch_dims;
    uint32_t batches, rows, count, picked; // count: N, picked: K
    uint32_t bytes;                        // of a slice
} gathering;

// Sets all of an operator. Returns false if its shapes don't fit together.
static bool describe(tm_interpreter *m, const tm_operator *op, gathering *g)
{
    const tm_tensor *in = tm_input(m, op, 0), *positions = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    g->axis = tm_axis(tm_field_i32(m, op->options, 0, 0), in->rank);
    g->batch_dims = tm_field_i32(m, op->options, 1, 0);
    g->batch_dims += g->batch_dims < 0 ? positions->rank : 0;
    if (g->axis < 0 || g->batch_dims < 0 || g->batch_dims > g->axis ||
        g->batch_dims > positions->rank ||
        out->rank != in->rank + positions->rank - 1 - g->batch_dims)
        return false;
    const int32_t *from = tm_dims(m, in), *at = tm_dims(m, positions), *to = tm_dims(m, out);
    for (int32_t i = 0; i < g->batch_dims; i++)
        if (from[i] != at[i])
            return false;
    for (int32_t i = 0; i < out->rank; i++) {
        // The axis becomes those of the positions; the axes behind it follow.
        int32_t more = positions->rank - g->batch_dims;
        int32_t size = i < g->axis          ? from[i]
                       : i < g->axis + more ? at[i - g->axis + g->batch_dims]
                                            : from[i - more + 1];
        if (to[i] != size)
            return false;
    }
    g->batches = tm_rows_before(m, in, g->batch_dims);
    g->rows = tm_rows_before(m, in, g->axis) / g->batches;
    g->count = (uint32_t)from[g->axis];
    g->picked = (uint32_t)tm_elements(m, positions) / g->batches;
    g->bytes = in->bytes / (g->batches * g->rows * g->count);
    return true;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *positions = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    if (in == NULL || positions == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || tm_type_bytes(in->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (positions->type != TM_INT32)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_POSITIONS);
    gathering g;
    if (!describe(m, op, &g))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    const int32_t *position = tm_data(m, positions);
    for (int32_t i = 0; position != NULL && i < tm_elements(m, positions); i++)
        if (position[i] < 0 || (uint32_t)position[i] >= g.count)
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_POSITIONS);
    return TM_OK;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const uint8_t *from = tm_data(m, tm_input(m, op, 0));
    const int32_t *position = tm_data(m, tm_input(m, op, 1));
    uint8_t *to = tm_data(m, tm_output(m, op, 0));
    gathering g;
    describe(m, op, &g);
    for (uint32_t batch = 0; batch < g.batches; batch++, position += g.picked)
        for (uint32_t row = 0; row < g.rows; row++, from += g.count * g.bytes)
            for (uint32_t k = 0; k < g.picked; k++, to += g.bytes) {
                // Positions that are computed may be any: the nearest that there is is taken.
                int32_t place = tm_clamp(position[k], 0, (int32_t)g.count - 1);
                memcpy(to, from + (uint32_t)place * g.bytes, g.bytes);
            }
}

const tm_kernel tm_gather = {GATHER, 7, prepare, invoke, 1, 2};
