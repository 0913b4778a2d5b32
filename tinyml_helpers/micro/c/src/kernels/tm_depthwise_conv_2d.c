// DEPTHWISE_CONV_2D: every filter sees one channel only.
// input [B, H, W, C], filter [1, FH, FW, C × D], bias [C × D] or none, output [B, OH, OW, C × D];
// D, the depth multiplier, is nearly always 1.
//
// Rows of a channel are copied first: int16, less the zero point, with zeros for the padding. What
// is left is one plain loop. And since no other output channel needs that channel, and no later row
// those rows, an output of the same size may overwrite the input. A band of rows is copied at a
// time; those that the next band needs again move to its front.

#include "filter_rows.h"
#include "filter_rows_vector.h"
#include "tm_memory.h"

#define MOST_NUMBERS (1 << 24) // in the rows: a window may reach far beyond its input
#define BAND_NUMBERS 512       // in the rows, if so many are of use

static const tm_convolution_fields fields = {4, 5, 6};

static int32_t multiplier(const tm_convolution *c)
{
    return c->output.channels / c->input.channels;
}

// The operator's scratch memory, and the rows in it. Offsets in bytes; the factors come first.
typedef struct {
    uint32_t filter, job, rows, end;
    int32_t height;   // rows from the window's first to its last
    int32_t stride;   // numbers in a row: even, and at least one to spare
    int32_t capacity; // rows there is room for
    int32_t outputs;  // output rows made of so many
} layout;

// Divides scratch memory up. Returns false for a window that reaches too far.
static bool lay_out(const tm_convolution *c, layout *at)
{
    // These fit 31 bits: tm_window_fits_picture saw to it.
    int32_t height = (c->filter.height - 1) * c->window.dilation_y + 1;
    int32_t all = (c->output.height - 1) * c->window.stride_y + height;
    int32_t stride = (c->output.width - 1) * c->window.stride_x +
                     (c->filter.width - 1) * c->window.dilation_x + 1;
    if (all > MOST_NUMBERS || stride > MOST_NUMBERS)
        return false;
    stride = (stride + 2) & ~1;
    int32_t capacity = BAND_NUMBERS / stride;
    capacity = capacity < height ? height : capacity > all ? all : capacity;
    if (stride > MOST_NUMBERS / capacity)
        return false;
    at->height = height;
    at->stride = stride;
    at->capacity = capacity;
    at->outputs = (capacity - height) / c->window.stride_y + 1;
    uint32_t numbers = (uint32_t)(c->filter.height * TM_FILTER_STRIDE(c->filter.width));
    at->filter = (uint32_t)c->output.channels * (uint32_t)sizeof(tm_factor);
    at->job = at->filter + numbers * 2;
    at->rows = at->job + (c->filter.height == 3 && c->filter.width == 3 ? TM_THREE_BYTES : 0);
    at->end = at->rows + (uint32_t)(capacity * stride) * 2;
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
    if (!lay_out(&c, &at))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WIDE_WINDOW);
    op->scratch_bytes = at.end;
    op->in_place = tm_same_shape(m, c.input_tensor, c.output_tensor);
    return TM_OK;
}

// Copies rows [first, end) of one channel. input: [H, W, C] int8, from the channel on; y: of row 0,
// may be beyond the picture; rows: [.., stride], with zeros left and right of the picture.
static void copy_rows(const tm_convolution *c, const int8_t *input, int32_t offset, int32_t y,
                      int32_t first, int32_t end, int16_t *rows, int32_t stride)
{
    int32_t channels = c->input.channels, pad = c->window.pad_x;
    int32_t width = stride - pad < c->input.width ? stride - pad : c->input.width;
    const int8_t *from = input + (int64_t)(y + first) * c->input.width * channels;
    rows += first * stride + pad;
    for (int32_t row = y + first; row < y + end; row++, rows += stride) {
        int16_t *to = rows, *behind = to + width;
        if (row < 0 || row >= c->input.height)
            while (to < behind)
                *to++ = 0;
        const int8_t *number = from;
        for (; to < behind; number += channels)
            *to++ = (int16_t)(*number + offset);
        from += c->input.width * channels;
    }
}

// Copies words to lower addresses.
static void move_words(int16_t *to, const int16_t *from, int32_t count)
{
    tm_word *words = (tm_word *)(void *)to;
    const tm_word *others = (const tm_word *)(const void *)from;
    for (const tm_word *end = words + count; words < end;)
        *words++ = *others++;
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

// Computes one output channel. input: [H, W, C] int8, from the channel on; band: all but `rows` and
// `count` set. Needs: copied, whether all rows are there already.
static void finish_channel(const tm_convolution *c, const layout *at, const int8_t *input,
                           int32_t offset, tm_band *band, bool copied)
{
    int32_t step = c->window.stride_y, rows = 0; // in the band's memory, from the last band
    for (int32_t y = 0; y < c->output.height; y += band->count) {
        int32_t keep = y == 0 ? 0 : rows - band->count * step, left = c->output.height - y;
        keep = copied ? at->capacity : keep < 0 ? 0 : keep;
        if (y > 0)
            move_words(band->rows, band->rows + (rows - keep) * at->stride, keep * at->stride / 2);
        band->count = at->outputs < left ? at->outputs : left;
        rows = (band->count - 1) * step + at->height;
        copy_rows(c, input, offset, y * step - c->window.pad_y, keep, rows, band->rows, at->stride);
        tm_finish_band(c, band);
        band->output += band->count * c->output.width * c->output.channels;
    }
}

// Not inlined, so that its variables aren't on the stack while others read the file.
__attribute__((noinline)) static void invoke_int8(tm_interpreter *m, const tm_operator *op,
                                                  const tm_convolution *c)
{
    int32_t channels = c->output.channels, depth = multiplier(c);
    layout at;
    lay_out(c, &at);
    uint8_t *scratch = tm_scratch(m, op);
    tm_band band = {.rows = (int16_t *)(void *)(scratch + at.rows),
                    .stride = at.stride,
                    .filter = (int16_t *)(void *)(scratch + at.filter),
                    .job = (tm_three *)(void *)(scratch + at.job),
                    .zero_point = c->zero_point,
                    .range = c->range};
    memset(band.rows, 0, at.end - at.rows);
    const int8_t *input = tm_data(m, c->input_tensor), *filter = tm_data(m, c->filter_tensor);
    const int32_t *bias = tm_data(m, c->bias_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    int32_t cells = c->filter.height * c->filter.width;
    bool whole = at.capacity == (c->output.height - 1) * c->window.stride_y + at.height;
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        const int8_t *channel = input;
        int32_t copies = 0; // of this channel, already in the output
        for (int32_t n = 0; n < channels; n++) {
            pack_filter(c, filter + n, band.filter);
            band.factor = c->factors[n];
            band.bias = bias == NULL ? 0 : bias[n];
            band.quick = tm_is_moderate(band.factor, band.bias, cells);
            band.half_and_zero = band.quick ? tm_half_and_zero(band.factor, band.zero_point) : 0;
            band.output = output + n;
            finish_channel(c, &at, channel, c->input_offset, &band, whole && copies > 0);
            if (++copies == depth) {
                copies = 0;
                channel++;
            }
        }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * c->output.width * channels;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    tm_convolution c;
    tm_describe_convolution(m, op, fields, &c);
    if (tm_is_float(c.input_tensor)) {
        tm_convolve_float(m, &c, true);
    } else {
        tm_start_convolution(m, op, &c);
        if (!tm_filter_in_vectors(m, &c))
            invoke_int8(m, op, &c);
    }
}

const tm_kernel tm_depthwise_conv_2d = {4, 7, prepare, invoke, 1, 0};
