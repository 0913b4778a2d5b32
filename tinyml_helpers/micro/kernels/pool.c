// AVERAGE_POOL_2D and MAX_POOL_2D: a window slides over the picture, each channel for itself.
// Cells that fall off the picture don't count.
#include "../requantize.h"
#include "walk.h"
#include "window.h"

enum { AVERAGE_POOL_2D = 1, MAX_POOL_2D = 17 };

typedef struct {
    tm_nhwc input, output; // [B, H, W, C]
    tm_window window;
    int32_t height, width; // of the window
    int32_t activation;
} pooling;

// The part of the picture under a window: the place of its first element in the tensor, its
// rows and columns, and the elements from one row and from one column to the next.
typedef struct {
    int32_t first;
    int32_t rows, columns;
    int32_t row_step, column_step;
} patch;

// Returns all of an operator but its padding.
static pooling describe(tm_interpreter *m, const tm_operator *op)
{
    pooling p;
    memset(&p, 0, sizeof p);
    p.input = tm_nhwc_of(m, tm_input(m, op, 0));
    p.output = tm_nhwc_of(m, tm_output(m, op, 0));
    p.window.dilation_y = p.window.dilation_x = 1;
    p.window.stride_x = tm_field_i32(m, op->options, 1, 0);
    p.window.stride_y = tm_field_i32(m, op->options, 2, 0);
    p.width = tm_field_i32(m, op->options, 3, 0);
    p.height = tm_field_i32(m, op->options, 4, 0);
    p.activation = tm_field_i8(m, op->options, 5, TM_NO_ACTIVATION);
    return p;
}

// Sets the padding too. Returns false if the output has another shape than the windows give.
static bool fits(tm_interpreter *m, const tm_operator *op, pooling *p)
{
    return p->input.batch == p->output.batch && p->input.channels == p->output.channels &&
           tm_window_fits_picture(&p->window, tm_field_i8(m, op->options, 0, TM_SAME), p->input,
                                  p->output, p->height, p->width);
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    if (in == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WRONG_COUNT);
    if (in->type != out->type || (in->type != TM_INT8 && !tm_is_float(in)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WRONG_TYPES);
    pooling p = describe(m, op);
    if (in->rank != 4 || out->rank != 4 || !fits(m, op, &p))
        return tm_refuse(m, op, TM_MALFORMED, TM_WRONG_SHAPE);
    if (p.activation < TM_NO_ACTIVATION || p.activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WRONG_ACTIVATION);
    if (tm_is_float(in))
        return TM_OK;
    if (!tm_is_quantized(m, in) || !tm_is_quantized(m, out))
        return tm_refuse(m, op, TM_MALFORMED, "has tensors without scale or zero point");
    // Codes are passed on as they are.
    if (tm_scale(m, in) != tm_scale(m, out) || tm_zero_point(m, in) != tm_zero_point(m, out))
        return tm_refuse(m, op, TM_UNSUPPORTED, "needs one scale and zero point for both tensors");
    return TM_OK;
}

// Cuts one axis of a window at the picture's edges. Sets the first cell within, returns how many.
static int32_t cut(int32_t place, int32_t stride, int32_t pad, int32_t filter, int32_t size,
                   int32_t *first)
{
    int32_t start = place * stride - pad;
    int32_t end = start + filter < size ? start + filter : size;
    *first = start < 0 ? 0 : start;
    return end - *first;
}

// Goes on to the next cell of a patch, given the place of one and its column, which moves on too.
static inline int32_t next_cell(const patch *p, int32_t place, int32_t *column)
{
    if (++*column < p->columns)
        return place + p->column_step;
    *column = 0;
    return place + p->row_step - (p->columns - 1) * p->column_step;
}

// Return the average or the largest of a patch, of int8 codes or of numbers.
static int8_t average_codes(const int8_t *in, const patch *p)
{
    // Only a window of millions of cells could overflow; then sums wrap, as everywhere.
    uint32_t sum = 0;
    int32_t cells = p->rows * p->columns, place = p->first, column = 0;
    for (int32_t i = 0; i < cells; i++, place = next_cell(p, place, &column))
        sum += (uint32_t)(int32_t)in[place];
    uint32_t half = (uint32_t)(cells / 2); // rounds to nearest, ties away from zero
    return (int8_t)((int32_t)((int32_t)sum > 0 ? sum + half : sum - half) / cells);
}

static int8_t largest_code(const int8_t *in, const patch *p)
{
    int8_t largest = INT8_MIN;
    int32_t cells = p->rows * p->columns, place = p->first, column = 0;
    for (int32_t i = 0; i < cells; i++, place = next_cell(p, place, &column))
        largest = largest < in[place] ? in[place] : largest;
    return largest;
}

static float average_float(const float *in, const patch *p)
{
    float sum = 0.0f;
    int32_t cells = p->rows * p->columns, place = p->first, column = 0;
    for (int32_t i = 0; i < cells; i++, place = next_cell(p, place, &column))
        sum += in[place];
    return sum / (float)cells;
}

static float largest_float(const float *in, const patch *p)
{
    float largest = -3.40282347e38f;
    int32_t cells = p->rows * p->columns, place = p->first, column = 0;
    for (int32_t i = 0; i < cells; i++, place = next_cell(p, place, &column))
        largest = largest < in[place] ? in[place] : largest;
    return largest;
}

// Slides the window over the picture; the two functions make an output of what is under it.
static void invoke(tm_interpreter *m, const tm_operator *op,
                   int8_t (*pool_codes)(const int8_t *, const patch *),
                   float (*pool_floats)(const float *, const patch *))
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    pooling p = describe(m, op);
    fits(m, op, &p);
    bool is_float = tm_is_float(in);
    tm_range range = {0, 0};
    tm_float_range float_range = tm_float_activation_range(p.activation);
    if (!is_float)
        range = tm_activation_range(m, out, p.activation);
    const void *data = tm_data(m, in);
    int8_t *codes = tm_data(m, out);
    float *numbers = tm_data(m, out);
    int32_t channels = p.input.channels, to = 0;
    patch at = {0, 0, 0, p.input.width * channels, channels};
    for (int32_t b = 0; b < p.output.batch; b++)
        for (int32_t y = 0; y < p.output.height; y++)
            for (int32_t x = 0; x < p.output.width; x++) {
                int32_t first_y, first_x;
                at.rows = cut(y, p.window.stride_y, p.window.pad_y, p.height, p.input.height,
                              &first_y);
                at.columns = cut(x, p.window.stride_x, p.window.pad_x, p.width, p.input.width,
                                 &first_x);
                at.first = ((b * p.input.height + first_y) * p.input.width + first_x) * channels;
                for (int32_t c = 0; c < channels; c++, at.first++, to++) {
                    if (is_float) {
                        float number = pool_floats(data, &at);
                        numbers[to] = number < float_range.lowest    ? float_range.lowest
                                      : number > float_range.highest ? float_range.highest
                                                                     : number;
                    } else {
                        int8_t code = pool_codes(data, &at);
                        codes[to] = (int8_t)tm_clamp(code, range.lowest, range.highest);
                    }
                }
            }
}

static void invoke_average(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, average_codes, average_float);
}

static void invoke_max(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, largest_code, largest_float);
}

const tm_kernel tm_average_pool_2d = {AVERAGE_POOL_2D, 3, prepare, invoke_average};
const tm_kernel tm_max_pool_2d = {MAX_POOL_2D, 3, prepare, invoke_max};
