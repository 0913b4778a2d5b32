// RESIZE_NEAREST_NEIGHBOR: a picture made larger or smaller by repeating or leaving out pixels.
#include "tm_requantize.h"
#include "tm_walk.h"

enum { RESIZE_NEAREST_NEIGHBOR = 97 };

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *size = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    if (in == NULL || size == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || tm_type_bytes(in->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (!tm_is_constant_i32(m, size, 2))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_RESIZE_SIZE);
    const int32_t *sizes = tm_data(m, size);
    tm_nhwc from = tm_nhwc_of(m, in), to = tm_nhwc_of(m, out);
    if (in->rank != 4 || out->rank != 4 || from.batch != to.batch ||
        from.channels != to.channels || to.height != sizes[0] || to.width != sizes[1])
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    op->scratch_bytes = (uint32_t)to.width * sizeof(int32_t);
    return TM_OK;
}

// Returns the row (column) of the input that one of the output is taken from.
// In single precision, since rounding decides (TensorFlow Lite, reference/resize_nearest_neighbor).
static int32_t nearest(int32_t place, int32_t from, int32_t to, bool align_corners, bool centers)
{
    bool ends = align_corners && to > 1; // first and last of both lie on each other
    float scale = ends ? (float)(from - 1) / (float)(to - 1) : (float)from / (float)to;
    float exact = ((float)place + (centers ? 0.5f : 0.0f)) * scale;
    int32_t found = align_corners ? tm_round(exact) : (int32_t)exact;
    return found < from - 1 ? found : from - 1;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    bool align_corners = tm_field_i8(m, op->options, 0, 0) != 0;
    bool centers = tm_field_i8(m, op->options, 1, 0) != 0;
    tm_nhwc from = tm_nhwc_of(m, in), to = tm_nhwc_of(m, out); // [B, H, W, C]
    uint32_t pixel = (uint32_t)from.channels * tm_type_bytes(in->type);
    int32_t *columns = tm_scratch(m, op); // [to.width]
    for (int32_t x = 0; x < to.width; x++)
        columns[x] = nearest(x, from.width, to.width, align_corners, centers);
    uint8_t *next = tm_data(m, out);
    for (int32_t b = 0; b < to.batch; b++)
        for (int32_t y = 0; y < to.height; y++) {
            int32_t row = nearest(y, from.height, to.height, align_corners, centers);
            const uint8_t *line = (const uint8_t *)tm_data(m, in) +
                                  (uint32_t)((b * from.height + row) * from.width) * pixel;
            for (int32_t x = 0; x < to.width; x++, next += pixel)
                memcpy(next, line + (uint32_t)columns[x] * pixel, pixel);
        }
}

const tm_kernel tm_resize_nearest_neighbor = {RESIZE_NEAREST_NEIGHBOR, 4, prepare, invoke, 1, 0};
