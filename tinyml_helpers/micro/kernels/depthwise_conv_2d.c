// DEPTHWISE_CONV_2D: every filter looks at one channel only.
// input [B, H, W, C], filter [1, FH, FW, C × D], bias [C × D] or none, output [B, OH, OW, C × D];
// D, the depth multiplier, is nearly always 1.
//
// The rows of a channel that the window covers are copied first: int16, less the zero point, with
// zeros for the padding. What is left is one plain loop. And since no other output channel needs
// that channel, and no later row those rows, an output of the same size may overwrite the input.

#include "filter_rows.h"

#define MOST_NUMBERS (1 << 24) // in the rows: a window may reach far beyond its input

static const tm_convolution_fields fields = {4, 5, 6};

static int32_t multiplier(const tm_convolution *c)
{
    return c->output.channels / c->input.channels;
}

// The operator's scratch memory: offsets in bytes.
typedef struct {
    uint32_t filter, rows, sums, end; // the factors come first
} layout;

// Sets the sizes of `channel`, and where things are in scratch memory.
// Returns false for a window that reaches too far.
static bool lay_out(const tm_convolution *c, tm_channel *channel, layout *at)
{
    const tm_window *w = &c->window;
    int64_t height = (int64_t)(c->filter.height - 1) * w->dilation_y + 1;
    int64_t width = (int64_t)(c->output.width - 1) * w->stride_x +
                    (int64_t)(c->filter.width - 1) * w->dilation_x + 1;
    int64_t stride = (width + 2) & ~1; // even, and at least one number to spare
    if (height > MOST_NUMBERS || stride > MOST_NUMBERS || height * stride > MOST_NUMBERS ||
        c->output.channels > MOST_NUMBERS)
        return false;
    channel->height = (int32_t)height;
    channel->width = (int32_t)width;
    channel->stride = (int32_t)stride;
    uint32_t numbers = (uint32_t)(c->filter.height * TM_FILTER_STRIDE(c->filter.width));
    at->filter = (uint32_t)c->output.channels * (uint32_t)sizeof(tm_factor);
    at->rows = at->filter + numbers * 2;
    at->sums = at->rows + (uint32_t)(height * stride) * 2;
    at->end = at->sums + (uint32_t)c->output.width * 4;
    return true;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_convolution c;
    tm_channel channel;
    layout at;
    tm_status status = tm_describe_convolution(m, op, fields, &c);
    if (status != TM_OK)
        return status;
    if (c.filter.batch != 1 || c.filter.channels != c.output.channels ||
        c.output.channels % c.input.channels != 0)
        return tm_refuse(m, op, TM_MALFORMED, "has channels that don't fit its filter");
    status = tm_check_convolution_types(m, op, &c, c.output.channels, 3);
    if (status != TM_OK || c.input_tensor->type == TM_FLOAT32)
        return status;
    if (!lay_out(&c, &channel, &at))
        return tm_refuse(m, op, TM_UNSUPPORTED, "has a window that reaches too far");
    op->scratch_bytes = at.end;
    op->in_place = tm_same_shape(m, c.input_tensor, c.output_tensor);
    return TM_OK;
}

// Copies a row of one channel. input: [H, W, C] int8, from the channel on; y: of the input, or
// beyond it.
static void copy_row(const tm_convolution *c, const int8_t *input, int32_t offset, int32_t y,
                     int32_t width, int16_t *to)
{
    int32_t channels = c->input.channels;
    int16_t *end = to + width, *start = to + c->window.pad_x;
    int16_t *inside = end - start > c->input.width ? start + c->input.width : end;
    if (y < 0 || y >= c->input.height || start > end)
        start = inside = end;
    while (to < start)
        *to++ = 0;
    for (input += (int64_t)y * c->input.width * channels; to < inside; input += channels)
        *to++ = (int16_t)(*input + offset);
    while (to < end)
        *to++ = 0;
}

// Copies the rows the window covers at output row y; of all but the first, the old ones stay.
static void move_window(const tm_convolution *c, const int8_t *input, int32_t offset, int32_t y,
                        tm_channel *channel)
{
    int32_t stride = c->window.stride_y, height = channel->height;
    int32_t fresh = y == 0 || stride > height ? height : stride; // rows to copy
    int32_t row = y * stride - c->window.pad_y + height - fresh;
    int32_t slot = y == 0 || fresh == height ? 0 : channel->first;
    for (int32_t i = 0; i < fresh; i++, row++) {
        copy_row(c, input, offset, row, channel->width, channel->rows + slot * channel->stride);
        slot = slot + 1 == height ? 0 : slot + 1;
    }
    channel->first = slot;
}

static void pack_filter(const tm_convolution *c, const int8_t *filter, int16_t *to)
{
    for (int32_t fy = 0; fy < c->filter.height; fy++) {
        for (int32_t fx = 0; fx < c->filter.width; fx++, filter += c->filter.channels)
            *to++ = *filter;
        if ((c->filter.width & 1) != 0)
            *to++ = 0;
    }
}

static void invoke_int8(tm_interpreter *m, const tm_operator *op, const tm_convolution *c)
{
    int32_t channels = c->output.channels, width = c->output.width, depth = multiplier(c);
    tm_channel channel;
    layout at;
    lay_out(c, &channel, &at);
    uint8_t *scratch = tm_scratch(m, op);
    tm_factor *factors = (tm_factor *)(void *)scratch;
    channel.filter = (int16_t *)(void *)(scratch + at.filter);
    channel.rows = (int16_t *)(void *)(scratch + at.rows);
    uint32_t *sums = (uint32_t *)(void *)(scratch + at.sums);
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
        for (int32_t n = 0; n < channels; n++) {
            pack_filter(c, filter + n, channel.filter);
            rescale.factor = factors[n];
            uint32_t start = bias == NULL ? 0 : (uint32_t)bias[n];
            int8_t *to = output + n;
            for (int32_t y = 0; y < c->output.height; y++, to += width * channels) {
                move_window(c, input + n / depth, input_offset, y, &channel);
                tm_sum_rows(c, &channel, start, sums);
                tm_write_codes(sums, width, rescale, to, channels);
            }
        }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * width * channels;
    }
}

// The sum of one output of one channel; input and filter from that channel on.
static float sum_float(const tm_convolution *c, const float *input, const float *filter, int32_t y,
                       int32_t x)
{
    float sum = 0.0f;
    for (int32_t fy = 0; fy < c->filter.height; fy++) {
        int32_t row = y + fy * c->window.dilation_y;
        for (int32_t fx = 0; fx < c->filter.width; fx++, filter += c->filter.channels) {
            int32_t column = x + fx * c->window.dilation_x;
            if (row >= 0 && row < c->input.height && column >= 0 && column < c->input.width)
                sum += input[((int64_t)row * c->input.width + column) * c->input.channels] *
                       *filter;
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
                    float sum = sum_float(c, input + n / multiplier(c), filter + n,
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

const tm_kernel tm_depthwise_conv_2d = {4, 7, prepare, invoke};
