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
#include "filter_layout.h"
#include "filter_rows.h"
#include "filter_rows_vector.h"
#include "tm_convolution_int16.h"
#include "tm_memory.h"

// Not inlined, so that its variables aren't on the stack while others run.
#define SEPARATE __attribute__((noinline))

static const tm_convolution_fields fields = {4, 5, 6};

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

// What is known while the operator is computed. The channels are in scratch memory, since stacks are
// short; where pointers are longer than a chip's they aren't, as memory is planned for chips.
typedef struct {
    tm_convolution c;
    tm_layout at;
    int32_t depth; // tm_depth_multiplier
    const int8_t *weights;
    const int32_t *bias; // or NULL
    const float *scales; // of the filter
    uint32_t scale_count;
    tm_ratio ratio; // of the input's and the output's scale
    int16_t *filters;
    tm_copies to;
    tm_band band;
    tm_channel *channels; // [TM_GROUP]
} work;

#if UINTPTR_MAX > UINT32_MAX || defined(TM_VECTOR)
#define CHANNELS_ON_STACK
#else
typedef char channels_fit[TM_GROUP * sizeof(tm_channel) <= TM_CHANNEL_BYTES ? 1 : -1];
#endif

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_convolution c;
    tm_layout at;
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
    if (!tm_lay_out(&c, op->in_place, &at))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WIDE_WINDOW);
    op->scratch_bytes = at.end;
    return TM_OK;
}

// Whether tm_quick_code is exact for a channel, as tm_is_moderate. A factor of 1/2 or more, as of a
// channel whose input is nearly dead, is too if filter and bias, shifted to the left in its place,
// leave all in its range: then there is nothing to round to the right, and what tm_quick_code takes
// from a negative sum doesn't matter where that gives the lowest code anyway.
static bool is_quick(const tm_convolution *c, tm_factor factor, int32_t bias)
{
    int32_t left = factor.shift < 0 ? 0 : factor.shift, most = (1 << 28) >> left;
    return factor.shift >= -22 && (factor.shift < 0 || c->zero_point == INT8_MIN) && left <= 6 &&
           bias > -most && bias < most && c->filter.height * c->filter.width <= most >> 15;
}

// Makes a channel ready whose factor and bias are set. weights: [FH, FW, C], from the channel on.
static void prepare_channel(const tm_convolution *c, const tm_layout *at, const int8_t *weights,
                            tm_channel *channel)
{
    int32_t times = 1;
    int8_t code;
    channel->manner = TM_SLOWLY;
    tm_factor factor = tm_channel_factor(channel);
    if (is_quick(c, factor, channel->bias)) {
        channel->manner = TM_QUICKLY;
        times = TM_TIMES;
        if (factor.shift < 0) {
            channel->half_and_zero = tm_half_and_zero(factor, c->zero_point);
        } else {
            channel->half_and_zero = c->zero_point;
            channel->bits = 0;
            times <<= factor.shift;
        }
        channel->bias *= times;
    } else if (tm_is_constant(channel->bias, c->filter.height * c->filter.width, factor,
                              c->zero_point, c->range, &code)) {
        channel->manner = TM_CONSTANT;
        channel->bias = code;
        return;
    }
#ifdef TM_PACK_THREE
    if (channel->manner == TM_QUICKLY && tm_is_three(c)) {
        tm_pack_three(c, weights, times, channel->filter);
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
static void finish_group(work *w, const int8_t *input, int32_t count)
{
    const tm_convolution *c = &w->c;
    int32_t step = c->window.stride_y, rows = 0; // that are there, from the last band
    for (int32_t y = 0; y < c->output.height; y += w->band.count) {
        int32_t keep = y == 0 ? 0 : rows - w->band.count * step, left = c->output.height - y;
        keep = keep < 0 ? 0 : keep;
        if (keep > 0)
            tm_move_rows(&w->to, rows - keep, rows);
        w->band.count = w->at.outputs < left ? w->at.outputs : left;
        rows = (w->band.count - 1) * step + w->at.height;
        tm_copy_rows(c, &w->to, input, y * step - c->window.pad_y, keep, rows);
        tm_finish_band(c, &w->band, w->channels, count);
        w->band.output += w->band.count * c->output.width * c->output.channels;
    }
}

// Makes `count` channels from `first` on ready. lane: the input channel that the first one sees.
SEPARATE static void prepare_group(work *w, int32_t first, int32_t count, int32_t lane)
{
    int32_t next = (lane + 1) * w->depth; // output channel, which sees the next lane
    int16_t *filter = w->filters, *rows = w->to.rows;
    tm_channel *channel = w->channels;
    w->to.channels = 1;
    for (int32_t n = first; n < first + count; n++, channel++, filter += w->at.filter_numbers) {
        if (first == 0 || w->scale_count > 1) {
            tm_factor factor = tm_factor_by(&w->ratio, w->scales[w->scale_count > 1 ? n : 0]);
            channel->multiplier = factor.multiplier;
            channel->bits = -factor.shift;
        }
        if (n == next) {
            next += w->depth;
            rows += w->to.stride;
            w->to.channels++;
        }
        channel->bias = w->bias == NULL ? 0 : w->bias[n];
        channel->filter = filter;
        channel->rows = rows;
        prepare_channel(&w->c, &w->at, w->weights + n, channel);
    }
}

// Sets all but the convolution itself. scratch: the operator's.
SEPARATE static void start_work(tm_interpreter *m, work *w, bool in_place, uint8_t *scratch)
{
    w->depth = tm_depth_multiplier(&w->c);
    w->weights = tm_data(m, w->c.filter_tensor);
    w->bias = tm_data(m, w->c.bias_tensor);
    w->scales = tm_scales(m, w->c.filter_tensor, &w->scale_count);
    w->ratio = tm_ratio_of(tm_scale(m, w->c.input_tensor), tm_scale(m, w->c.output_tensor));
    tm_lay_out(&w->c, in_place, &w->at);
    // Gaps of filters, padding of rows.
    tm_clear_numbers((int16_t *)(void *)(scratch + w->at.filters),
                     (int32_t)(w->at.end - w->at.filters) / 2);
    w->filters = (int16_t *)(void *)(scratch + w->at.filters);
    w->to.rows = (int16_t *)(void *)(scratch + w->at.rows);
    w->to.stride = w->at.stride;
    w->to.pitch = w->band.pitch = w->at.pitch;
    w->to.whole = w->at.outputs >= w->c.output.height;
    w->band.width = w->at.filter_width;
    w->band.zero_point = w->c.zero_point;
    w->band.range = w->c.range;
}

SEPARATE static void invoke_int8(tm_interpreter *m, const tm_operator *op)
{
    uint8_t *scratch = tm_scratch(m, op);
    work here, *w = &here;
#ifdef CHANNELS_ON_STACK
    tm_channel channels[TM_GROUP];
    w->channels = channels;
#else
    w->channels = (tm_channel *)(void *)scratch;
#endif
    const tm_convolution *c = &w->c;
    tm_describe_convolution(m, op, fields, &w->c);
    lay_down(&w->c);
#ifdef TM_VECTOR
    tm_start_convolution(m, op, &w->c);
    if (tm_filter_in_vectors(m, c))
        return;
#endif
    tm_set_convolution(m, &w->c);
    start_work(m, w, op->in_place, scratch);
    const int8_t *input = tm_data(m, c->input_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        for (int32_t n = 0; n < c->output.channels; n += w->at.group) {
            int32_t left = c->output.channels - n, count = left < w->at.group ? left : w->at.group;
            int32_t lane = w->depth == 1 ? n : n / w->depth;
            prepare_group(w, n, count, lane);
            w->band.output = output + n;
            finish_group(w, input + lane, count);
        }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * c->output.width * c->output.channels;
    }
    tm_clamp_codes(tm_data(m, c->output_tensor), tm_elements(m, c->output_tensor), c->range);
}

SEPARATE static void invoke_wide(tm_interpreter *m, const tm_operator *op)
{
    tm_convolution c;
    tm_describe_convolution(m, op, fields, &c);
    if (tm_is_float(c.input_tensor))
        tm_convolve_float(m, &c, true);
    else
        tm_convolve_int16(m, op, &c, true);
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0);
    if (tm_is_float(input) || tm_is_int16(input))
        invoke_wide(m, op);
    else
        invoke_int8(m, op);
}

const tm_kernel tm_depthwise_conv_2d = {4, 7, prepare, invoke, 1, 0};
