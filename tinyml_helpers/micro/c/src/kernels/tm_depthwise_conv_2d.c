// DEPTHWISE_CONV_2D: every filter sees one channel only.
// input [B, H, W, C], filter [1, FH, FW, C × D], bias [C × D] or none, output [B, OH, OW, C × D];
// D, the depth multiplier, is nearly always 1.
//
// Some output channels, four if there is room, are computed at a time. The rows they need are copied
// first: int16, less the zero point, with zeros for the padding. What is left is one plain loop. A
// band of rows is copied at a time; those that the next band needs again move to its front. And since
// no other output channel needs those inputs, and no later row those rows, an output of the same size
// may overwrite the input.

#include "filter_copies.h"
#include "filter_rows.h"
#include "filter_rows_vector.h"
#include "tm_convolution_int16.h"
#include "tm_memory.h"

#define MOST_NUMBERS (1 << 24) // in the rows: a window may reach far beyond its input
#define BAND_NUMBERS 560       // in the rows and all filters but one, if the window needs no more
#define BAND_LEAST 304         // or so many at least, even if one channel's rows are fewer
#define BAND_LEAST_THREE 360   // for filters of 3 by 3
#define BAND_SHARE 24          // of an input that is overwritten may be as many, if that is more
#define SPARE_NUMBERS 8        // behind the rows, or three steps: what is made of them isn't used

static const tm_convolution_fields fields = {4, 5, 6};

static int32_t multiplier(const tm_convolution *c)
{
    return c->output.channels / c->input.channels;
}

// A single column becomes a single row: the bytes are the same, and rows are what is quick.
static void lay_down(tm_convolution *c)
{
    tm_convolution up = *c;
    if (up.input.width != 1 || up.filter.width != 1)
        return;
    c->input.width = up.input.height;
    c->filter.width = up.filter.height;
    c->output.width = up.output.height;
    c->input.height = c->filter.height = c->output.height = 1;
    c->window = (tm_window){1, up.window.stride_y, 1, up.window.dilation_y, 0, up.window.pad_y};
}

// The most input channels that `group` output channels see, if the groups before had as many.
static int32_t lanes(const tm_convolution *c, int32_t group)
{
    int32_t depth = multiplier(c), most = depth == 1 ? group : depth % group == 0 ? 1 : 2;
    return most < c->input.channels ? most : c->input.channels;
}

// The operator's scratch memory; the factors come first. Offsets in bytes.
typedef struct {
    uint32_t filters, rows, end;
    int32_t group;          // output channels that are computed at a time
    int32_t filter_width;   // with its gaps
    int32_t filter_numbers; // of a channel
    int32_t height;         // rows from the window's first to its last
    int32_t stride;         // numbers in a row: even, and at least one to spare
    int32_t capacity;       // rows there is room for
    int32_t outputs;        // output rows made of so many
} layout;

// Divides scratch memory up. Returns false for a window that reaches too far.
// in_place: whether the output may overwrite the input.
static bool lay_out(const tm_convolution *c, bool in_place, layout *at)
{
    // These fit 31 bits: tm_window_fits_picture saw to it.
    int32_t step = c->window.stride_y, height = (c->filter.height - 1) * c->window.dilation_y + 1;
    int32_t width = (c->filter.width - 1) * c->window.dilation_x + 1;
    int32_t all = (c->output.height - 1) * step + height;
    int32_t stride = (c->output.width - 1) * c->window.stride_x + width;
    if (all > MOST_NUMBERS || stride > MOST_NUMBERS)
        return false;
    stride = (stride + 2) & ~1;
    bool three = tm_is_three(c);
    int32_t least = three ? height + step : height; // output rows are made two by two, or one by one
    if (stride > MOST_NUMBERS / (TM_GROUP * least))
        return false;
    at->filter_width = width;
    at->filter_numbers = c->filter.height * TM_FILTER_STRIDE(width);
    // A group is as large as there is room for; more rows than are needed are copied at a time if
    // one channel's rows would take as much.
    int32_t share = in_place ? c->input.height * c->input.width * c->input.channels / BAND_SHARE : 0;
    int32_t room = share > BAND_NUMBERS ? share : BAND_NUMBERS;
    int32_t group = 2 * TM_GROUP, filters, places;
    do {
        group /= 2;
        places = lanes(c, group) * stride;
        filters = (group - 1) * at->filter_numbers;
    } while (group > 1 && room < filters + least * places);
    int32_t one = all < BAND_NUMBERS / stride ? all * stride : BAND_NUMBERS;
    int32_t most = !three ? BAND_LEAST : in_place ? BAND_LEAST_THREE : BAND_NUMBERS;
    one = one < most ? most : one;
    int32_t capacity = ((share > one ? share : one) - filters) / places;
    capacity = capacity < all ? capacity : all;
    capacity = capacity < least ? least : capacity;
    at->outputs = (capacity - height) / step + 1;
    if (three) {
        at->outputs = (at->outputs + 1) & ~1;
        capacity = (at->outputs - 1) * step + height;
    }
    at->group = group;
    at->height = height;
    at->stride = stride;
    at->capacity = capacity;
    at->filters = (uint32_t)c->output.channels * (uint32_t)sizeof(tm_factor);
    at->rows = at->filters + (uint32_t)(group * at->filter_numbers) * 2;
    int32_t spare = c->output.width == 1 ? 0 : 3 * c->window.stride_x;
    spare = spare < SPARE_NUMBERS ? SPARE_NUMBERS : spare;
    at->end = at->rows + (uint32_t)(capacity * places + spare) * 2;
    return true;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_convolution c;
    layout at;
    tm_status status = tm_describe_convolution(m, op, fields, &c);
    if (status != TM_OK)
        return status;
    if (c.filter.batch != 1 || c.filter.channels != c.output.channels ||
        c.output.channels % c.input.channels != 0)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_CHANNELS);
    status = tm_check_convolution_types(m, op, &c, c.output.channels, 3);
    if (status != TM_OK || tm_is_float(c.input_tensor))
        return status;
    if (tm_is_int16(c.input_tensor))
        return tm_prepare_int16(m, op, &c, false);
    lay_down(&c);
    op->in_place = tm_same_shape(m, c.input_tensor, c.output_tensor);
    if (!lay_out(&c, op->in_place, &at))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WIDE_WINDOW);
    op->scratch_bytes = at.end;
    return TM_OK;
}

// Whether all codes of a channel are the same: that of the least sum there can be is that of the
// largest. If so, sets its code.
static bool is_constant(const tm_convolution *c, int32_t cells, tm_channel *channel)
{
    int32_t most = cells < 1 << 15 ? cells * 128 * 255 : INT32_MAX;
    if (channel->factor.shift > 0 || channel->bias > INT32_MAX - most ||
        channel->bias < INT32_MIN + most)
        return false;
    int8_t code = tm_code(channel->bias - most, channel->factor, c->zero_point, c->range);
    if (code != tm_code(channel->bias + most, channel->factor, c->zero_point, c->range))
        return false;
    channel->bias = code;
    return true;
}

// Makes a channel ready whose factor and bias are set. weights: [FH, FW, C], from the channel on.
static void prepare_channel(const tm_convolution *c, const layout *at, const int8_t *weights,
                            tm_channel *channel)
{
    int32_t cells = c->filter.height * c->filter.width, times = 1;
    channel->manner = TM_SLOWLY;
    if (tm_is_moderate(channel->factor, channel->bias, cells)) {
        channel->manner = TM_QUICKLY;
        times = TM_TIMES;
        channel->bias *= times;
        channel->multiplier = channel->factor.multiplier;
        channel->half_and_zero = tm_half_and_zero(channel->factor, c->zero_point);
        channel->bits = -channel->factor.shift;
    } else if (is_constant(c, cells, channel)) {
        channel->manner = TM_CONSTANT;
        return;
    }
#ifdef TM_PACK_THREE
    if (channel->manner == TM_QUICKLY && tm_is_three(c)) {
        tm_pack_three(c, weights, channel->filter);
        return;
    }
#endif
    int16_t *row = channel->filter;
    for (int32_t fy = 0; fy < c->filter.height; fy++, row += TM_FILTER_STRIDE(at->filter_width)) {
        const int16_t *end = row + at->filter_width;
        row[TM_FILTER_STRIDE(at->filter_width) - 1] = 0; // where a channel before had a weight, packed
        for (int16_t *to = row; to < end; to += c->window.dilation_x, weights += c->filter.channels)
            *to = (int16_t)(times * *weights);
    }
}

// Computes all rows of a group of `count` channels.
// input: [H, W, C] int8, from the first channel that they see on.
static void finish_group(const tm_convolution *c, const layout *at, const tm_copies *to,
                         const int8_t *input, tm_band *band, const tm_channel *channels,
                         int32_t count)
{
    int32_t step = c->window.stride_y, rows = 0; // that are there, from the last band
    for (int32_t y = 0; y < c->output.height; y += band->count) {
        int32_t keep = y == 0 ? 0 : rows - band->count * step, left = c->output.height - y;
        keep = keep < 0 ? 0 : keep;
        if (keep > 0)
            tm_move_rows(to, rows - keep, rows);
        band->count = at->outputs < left ? at->outputs : left;
        rows = (band->count - 1) * step + at->height;
        tm_copy_rows(c, to, input, y * step - c->window.pad_y, keep, rows);
        tm_finish_band(c, band, channels, count);
        band->output += band->count * c->output.width * c->output.channels;
    }
}

// Computes a picture. input: [H, W, C]; band: all but `output` and `count` set.
static void finish_picture(tm_interpreter *m, const tm_convolution *c, const layout *at,
                           tm_copies *to, int16_t *filters, const int8_t *input, int8_t *output,
                           tm_band *band)
{
    const int8_t *weights = tm_data(m, c->filter_tensor);
    const int32_t *bias = tm_data(m, c->bias_tensor);
    int32_t depth = multiplier(c), all = c->output.channels;
    tm_channel channels[TM_GROUP];
    for (int32_t first = 0; first < all; first += at->group) {
        int32_t count = all - first < at->group ? all - first : at->group, lane = first / depth;
        for (int32_t n = 0; n < count; n++) {
            tm_channel *channel = &channels[n];
            channel->factor = c->factors[first + n];
            channel->bias = bias == NULL ? 0 : bias[first + n];
            channel->filter = filters + n * at->filter_numbers;
            to->channels = (first + n) / depth - lane + 1;
            channel->rows = to->rows + (to->channels - 1) * to->apart;
            prepare_channel(c, at, weights + first + n, channel);
        }
        band->output = output + first;
        finish_group(c, at, to, input + lane, band, channels, count);
    }
}

// Not inlined, so that its variables aren't on the stack while others read the file.
__attribute__((noinline)) static void invoke_int8(tm_interpreter *m, const tm_operator *op,
                                                  const tm_convolution *c)
{
    layout at;
    lay_out(c, op->in_place, &at);
    uint8_t *scratch = tm_scratch(m, op);
    memset(scratch + at.filters, 0, at.end - at.filters); // gaps of filters, padding of rows
    tm_copies to = {.rows = (int16_t *)(void *)(scratch + at.rows),
                 .apart = at.capacity * at.stride,
                 .stride = at.stride,
                 .whole = at.outputs >= c->output.height};
    tm_band band = {.stride = at.stride,
                    .width = at.filter_width,
                    .zero_point = c->zero_point,
                    .range = c->range};
    const int8_t *input = tm_data(m, c->input_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        finish_picture(m, c, &at, &to, (int16_t *)(void *)(scratch + at.filters), input, output, &band);
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * c->output.width * c->output.channels;
    }
    tm_clamp_codes(tm_data(m, c->output_tensor), tm_elements(m, c->output_tensor), c->range);
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    tm_convolution c;
    tm_describe_convolution(m, op, fields, &c);
    if (tm_is_float(c.input_tensor)) {
        tm_convolve_float(m, &c, true);
    } else if (tm_is_int16(c.input_tensor)) {
        tm_convolve_int16(m, op, &c, true);
    } else {
        lay_down(&c);
        tm_start_convolution(m, op, &c);
        if (!tm_filter_in_vectors(m, &c))
            invoke_int8(m, op, &c);
    }
}

const tm_kernel tm_depthwise_conv_2d = {4, 7, prepare, invoke, 1, 0};
