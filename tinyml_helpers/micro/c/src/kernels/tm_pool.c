// AVERAGE_POOL_2D and MAX_POOL_2D: a window slides over the picture, each channel for itself.
// Cells that fall off the picture don't count.
#include "tm_requantize.h"
#include "tm_walk.h"
#include "tm_window.h"

enum { AVERAGE_POOL_2D = 1, MAX_POOL_2D = 17 };

typedef struct {
    tm_nhwc input, output; // [B, H, W, C]
    tm_window window;
    int32_t height, width; // of the window
    int32_t activation;
} pooling;

// The part of the picture under a window: its first cell, as a place in the tensor, how many rows
// and columns it has, and the elements from one row and from one column to the next.
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
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || (in->type != TM_INT8 && !tm_is_float(in) && !tm_is_int16(in)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    pooling p = describe(m, op);
    if (in->rank != 4 || out->rank != 4 || !fits(m, op, &p))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (p.activation < TM_NO_ACTIVATION || p.activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_ACTIVATION);
    if (tm_is_float(in))
        return TM_OK;
    if (!tm_is_quantized(m, in) || !tm_is_quantized(m, out))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_NO_QUANTIZATION);
    // Codes are passed on as they are.
    if (tm_scale(m, in) != tm_scale(m, out) || tm_zero_point(m, in) != tm_zero_point(m, out))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_ONE_QUANTIZATION);
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

// Returns the patch under the window of output (b, y, x).
static patch patch_at(const pooling *p, int32_t b, int32_t y, int32_t x)
{
    int32_t channels = p->input.channels, first_y, first_x;
    patch at = {0, 0, 0, p->input.width * channels, channels};
    at.rows = cut(y, p->window.stride_y, p->window.pad_y, p->height, p->input.height, &first_y);
    at.columns = cut(x, p->window.stride_x, p->window.pad_x, p->width, p->input.width, &first_x);
    at.first = ((b * p->input.height + first_y) * p->input.width + first_x) * channels;
    return at;
}

// Returns sum / cells, rounded to nearest, ties away from zero.
static int32_t divide(uint32_t sum, int32_t cells)
{
    // Only a window of millions of cells could overflow; then sums wrap, as everywhere.
    uint32_t half = (uint32_t)(cells / 2);
    return (int32_t)((int32_t)sum > 0 ? sum + half : sum - half) / cells;
}

// Write the averages, or the largest, of all channels of a patch. in: the tensor; out: [C].
static void average_codes(const int8_t *in, patch at, int32_t channels, int8_t *out)
{
    for (in += at.first; channels > 0; channels--, in++) {
        uint32_t sum = 0;
        const int8_t *row = in;
        for (int32_t y = 0; y < at.rows; y++, row += at.row_step)
            for (int32_t x = 0; x < at.columns; x++)
                sum += (uint32_t)(int32_t)row[x * at.column_step];
        *out++ = (int8_t)divide(sum, at.rows * at.columns);
    }
}

static void average_int16(const int16_t *in, patch at, int32_t channels, int16_t *out)
{
    for (in += at.first; channels > 0; channels--, in++) {
        uint32_t sum = 0;
        const int16_t *row = in;
        for (int32_t y = 0; y < at.rows; y++, row += at.row_step)
            for (int32_t x = 0; x < at.columns; x++)
                sum += (uint32_t)(int32_t)row[x * at.column_step];
        *out++ = (int16_t)divide(sum, at.rows * at.columns);
    }
}

static void average_floats(const float *in, patch at, int32_t channels, float *out)
{
    for (in += at.first; channels > 0; channels--, in++) {
        float sum = 0.0f;
        const float *row = in;
        for (int32_t y = 0; y < at.rows; y++, row += at.row_step)
            for (int32_t x = 0; x < at.columns; x++)
                sum += row[x * at.column_step];
        *out++ = sum / (float)(at.rows * at.columns);
    }
}

static void largest_codes(const int8_t *in, patch at, int32_t channels, int8_t *out)
{
    for (int32_t c = 0; c < channels; c++)
        out[c] = INT8_MIN;
    for (in += at.first; at.rows > 0; at.rows--, in += at.row_step) {
        const int8_t *cell = in;
        for (int32_t x = 0; x < at.columns; x++, cell += at.column_step)
            for (int32_t c = 0; c < channels; c++)
                if (cell[c] > out[c])
                    out[c] = cell[c];
    }
}

static void largest_int16(const int16_t *in, patch at, int32_t channels, int16_t *out)
{
    for (int32_t c = 0; c < channels; c++)
        out[c] = INT16_MIN;
    for (in += at.first; at.rows > 0; at.rows--, in += at.row_step) {
        const int16_t *cell = in;
        for (int32_t x = 0; x < at.columns; x++, cell += at.column_step)
            for (int32_t c = 0; c < channels; c++)
                if (cell[c] > out[c])
                    out[c] = cell[c];
    }
}

static void largest_floats(const float *in, patch at, int32_t channels, float *out)
{
    for (int32_t c = 0; c < channels; c++)
        out[c] = -3.40282347e38f;
    for (in += at.first; at.rows > 0; at.rows--, in += at.row_step) {
        const float *cell = in;
        for (int32_t x = 0; x < at.columns; x++, cell += at.column_step)
            for (int32_t c = 0; c < channels; c++)
                if (cell[c] > out[c])
                    out[c] = cell[c];
    }
}

// The same as invoke for int16.
static void invoke_int16(tm_interpreter *m, const tm_operator *op, const pooling *p, bool averages)
{
    const tm_tensor *out = tm_output(m, op, 0);
    int16_t *codes = tm_data(m, out);
    for (int32_t b = 0; b < p->output.batch; b++)
        for (int32_t y = 0; y < p->output.height; y++)
            for (int32_t x = 0; x < p->output.width; x++) {
                patch at = patch_at(p, b, y, x);
                (averages ? average_int16 : largest_int16)(tm_data(m, tm_input(m, op, 0)), at,
                                                           p->output.channels, codes);
                codes += p->output.channels;
            }
    tm_range range = tm_activation_range(m, out, p->activation);
    codes = tm_data(m, out);
    for (int32_t i = 0; i < tm_elements(m, out); i++)
        codes[i] = (int16_t)tm_clamp(codes[i], range.lowest, range.highest);
}

// Slides the window over the picture, and cuts what the activation cuts.
static void invoke(tm_interpreter *m, const tm_operator *op, bool averages)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    pooling p = describe(m, op);
    fits(m, op, &p);
    if (tm_is_int16(in)) {
        invoke_int16(m, op, &p, averages);
        return;
    }
    bool is_float = tm_is_float(in);
    int32_t channels = p.output.channels;
    const void *data = tm_data(m, in);
    int8_t *codes = tm_data(m, out);
    float *numbers = tm_data(m, out);
    for (int32_t b = 0; b < p.output.batch; b++)
        for (int32_t y = 0; y < p.output.height; y++)
            for (int32_t x = 0; x < p.output.width; x++) {
                patch at = patch_at(&p, b, y, x);
                if (is_float) {
                    (averages ? average_floats : largest_floats)(data, at, channels, numbers);
                    numbers += channels;
                } else {
                    (averages ? average_codes : largest_codes)(data, at, channels, codes);
                    codes += channels;
                }
            }
    if (p.activation == TM_NO_ACTIVATION)
        return;
    int32_t count = tm_elements(m, out);
    if (is_float) {
        tm_float_range range = tm_float_activation_range(p.activation);
        for (float *x = tm_data(m, out); count > 0; count--, x++)
            *x = *x < range.lowest ? range.lowest : *x > range.highest ? range.highest : *x;
    } else {
        tm_clamp_codes(tm_data(m, out), count, tm_activation_range(m, out, p.activation));
    }
}

static void invoke_average(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, true);
}

static void invoke_max(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, false);
}

const tm_kernel tm_average_pool_2d = {AVERAGE_POOL_2D, 3, prepare, invoke_average, 1, 0};
const tm_kernel tm_max_pool_2d = {MAX_POOL_2D, 3, prepare, invoke_max, 1, 0};
