// CONV_2D: every filter looks at all channels under the window.
// input [B, H, W, C], filter [N, FH, FW, C], bias [N] or none, output [B, OH, OW, N].

#include "columns.h"
#include "convolution.h"

#define MOST_NUMBERS (1 << 24) // in a column

static const tm_convolution_fields fields = {3, 4, 5};

// Numbers in a column: the inputs under the window.
static int32_t column_length(const tm_convolution *c)
{
    return c->filter.height * c->filter.width * c->filter.channels;
}

static uint32_t factors_bytes(const tm_convolution *c)
{
    return (uint32_t)c->output.channels * (uint32_t)sizeof(tm_factor);
}

// Whether output pixel i needs no input but pixel i, so that it may be written over it: the
// columns were copied, and those of later pixels lie behind.
static bool can_overwrite(const tm_convolution *c)
{
    return c->filter.height == 1 && c->filter.width == 1 && c->window.stride_y == 1 &&
           c->window.stride_x == 1 && c->output.channels <= c->input.channels;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_convolution c;
    tm_status status = tm_describe_convolution(m, op, fields, &c);
    if (status != TM_OK)
        return status;
    if (c.filter.channels != c.input.channels || c.filter.batch != c.output.channels)
        return tm_refuse(m, op, TM_UNSUPPORTED, "has groups, or channels that don't fit its filter");
    status = tm_check_convolution_types(m, op, &c, c.output.channels, 0);
    if (status != TM_OK || c.input_tensor->type == TM_FLOAT32)
        return status;
    if (column_length(&c) > MOST_NUMBERS)
        return tm_refuse(m, op, TM_UNSUPPORTED, "has a filter that is too large");
    op->scratch_bytes = factors_bytes(&c) + tm_columns_bytes((uint32_t)column_length(&c));
    op->in_place = can_overwrite(&c);
    return TM_OK;
}

// Copies what the window sees at one output pixel into a column.
// input: [H, W, C] int8.
static void gather(const tm_convolution *c, const int8_t *input, int32_t offset, int32_t pixel,
                   int16_t *columns, int32_t column)
{
    int32_t y = pixel / c->output.width * c->window.stride_y - c->window.pad_y;
    int32_t x = pixel % c->output.width * c->window.stride_x - c->window.pad_x;
    int32_t length = column_length(c), channels = c->input.channels, k = 0;
    for (int32_t fy = 0; fy < c->filter.height; fy++, y += c->window.dilation_y) {
        int32_t width = c->filter.width, at = x;
        if (y < 0 || y >= c->input.height) {
            tm_fill_zeros(columns, length, column, k, width * channels);
            k += width * channels;
            continue;
        }
        // Without dilation, the part of a row that is on the picture lies in one piece.
        int32_t piece = c->window.dilation_x == 1 ? width : 1;
        for (int32_t fx = 0; fx < width; fx += piece, at += piece * c->window.dilation_x) {
            int32_t before = at < 0 ? (-at < piece ? -at : piece) : 0;
            int32_t end = c->input.width - at < piece ? c->input.width - at : piece;
            int32_t inside = end > before ? end - before : 0;
            int32_t after = piece - before - inside;
            tm_fill_zeros(columns, length, column, k, before * channels);
            k += before * channels;
            tm_fill(columns, length, column, k,
                    input + ((int64_t)y * c->input.width + at + before) * channels,
                    inside * channels, offset);
            k += inside * channels;
            tm_fill_zeros(columns, length, column, k, after * channels);
            k += after * channels;
        }
    }
}

// Multiplies the columns by every filter and writes `pixels` output pixels.
// filter: [N, length] int8. output: [pixels, N] int8.
static void multiply_all(const int8_t *filter, const int32_t *bias, const tm_factor *factors,
                         int32_t channels, int32_t length, const int16_t *columns,
                         tm_rescale rescale, int32_t pixels, int8_t *output)
{
    for (int32_t left = channels; left > 0; left -= 2) {
        int32_t rows = left < 2 ? 1 : 2;
        uint32_t sums[2 * TM_PIXELS];
        for (int32_t row = 0; row < rows; row++) {
            uint32_t start = bias == NULL ? 0 : (uint32_t)*bias++;
            for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
                sums[row * TM_PIXELS + pixel] = start;
        }
        tm_multiply(filter, rows, length, columns, sums);
        filter += rows * length;
        for (int32_t row = 0; row < rows; row++) {
            rescale.factor = *factors++;
            tm_write_codes(sums + row * TM_PIXELS, pixels, rescale, output++, channels);
        }
    }
}

static void invoke_int8(tm_interpreter *m, const tm_operator *op, const tm_convolution *c)
{
    tm_factor *factors = tm_scratch(m, op);
    int16_t *columns = (int16_t *)(void *)((uint8_t *)tm_scratch(m, op) + factors_bytes(c));
    int32_t channels = c->output.channels, pixels = c->output.height * c->output.width;
    tm_convolution_factors(m, c->input_tensor, c->filter_tensor, c->output_tensor, channels,
                           factors);
    const int8_t *input = tm_data(m, c->input_tensor), *filter = tm_data(m, c->filter_tensor);
    const int32_t *bias = tm_data(m, c->bias_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    int32_t input_offset = -tm_zero_point(m, c->input_tensor);
    tm_rescale rescale = {{0, 0},
                          tm_zero_point(m, c->output_tensor),
                          tm_activation_range(m, c->output_tensor, c->activation)};
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        for (int32_t first = 0; first < pixels; first += TM_PIXELS) {
            int32_t count = pixels - first < TM_PIXELS ? pixels - first : TM_PIXELS;
            for (int32_t i = 0; i < count; i++)
                gather(c, input, input_offset, first + i, columns, i);
            multiply_all(filter, bias, factors, channels, column_length(c), columns, rescale,
                         count, output);
            output += count * channels;
        }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
    }
}

// The sum of one output: filter [FH, FW, C] over input [H, W, C] at the window's place.
static float sum_float(const tm_convolution *c, const float *input, const float *filter, int32_t y,
                       int32_t x)
{
    float sum = 0.0f;
    for (int32_t fy = 0; fy < c->filter.height; fy++) {
        int32_t row = y + fy * c->window.dilation_y;
        for (int32_t fx = 0; fx < c->filter.width; fx++) {
            int32_t column = x + fx * c->window.dilation_x;
            if (row < 0 || row >= c->input.height || column < 0 || column >= c->input.width)
                continue;
            const float *in = input + ((int64_t)row * c->input.width + column) * c->input.channels;
            const float *weights = filter + (fy * c->filter.width + fx) * c->input.channels;
            for (int32_t i = 0; i < c->input.channels; i++)
                sum += in[i] * weights[i];
        }
    }
    return sum;
}

static void invoke_float(tm_interpreter *m, const tm_convolution *c)
{
    const float *input = tm_data(m, c->input_tensor), *filter = tm_data(m, c->filter_tensor);
    const float *bias = tm_data(m, c->bias_tensor);
    float *output = tm_data(m, c->output_tensor);
    tm_float_range range = tm_float_activation_range(c->activation);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        for (int32_t y = 0; y < c->output.height; y++)
            for (int32_t x = 0; x < c->output.width; x++)
                for (int32_t n = 0; n < c->output.channels; n++) {
                    float sum = sum_float(c, input, filter + (int64_t)n * column_length(c),
                                          y * c->window.stride_y - c->window.pad_y,
                                          x * c->window.stride_x - c->window.pad_x);
                    sum += bias == NULL ? 0.0f : bias[n];
                    sum = sum < range.lowest ? range.lowest : sum;
                    *output++ = sum > range.highest ? range.highest : sum;
                }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    tm_convolution c;
    tm_describe_convolution(m, op, fields, &c);
    if (c.input_tensor->type == TM_INT8)
        invoke_int8(m, op, &c);
    else
        invoke_float(m, &c);
}

const tm_kernel tm_conv_2d = {3, 8, prepare, invoke};
