// filter_rows_dsp.h: see filter_rows.h. For processors with the DSP extension.
//
// Two neighbours of a row are one word, and SMLAD multiplies both by two neighbours of the filter.
// The filter's rows end with a zero if they are odd, so that whole words do; the rows of inputs
// have a number to spare.
#include "dsp.h"

// The usual filter, 3 by 3, in six registers. sums: [count].
static inline void tm_sum_three_rows(const int16_t *a, const int16_t *b, const int16_t *c,
                                     const int16_t *filter, int32_t stride, uint32_t start,
                                     uint32_t *sums, int32_t count)
{
    uint32_t a0 = tm_load(filter), a1 = tm_load(filter + 2), b0 = tm_load(filter + 4);
    uint32_t b1 = tm_load(filter + 6), c0 = tm_load(filter + 8), c1 = tm_load(filter + 10);
    for (uint32_t *end = sums + count; sums < end;) {
        uint32_t x = tm_load(a), y = tm_load(a + 2);
        uint32_t sum = tm_smlad(y, a1, tm_smlad(x, a0, start));
        x = tm_load(b), y = tm_load(b + 2);
        sum = tm_smlad(y, b1, tm_smlad(x, b0, sum));
        x = tm_load(c), y = tm_load(c + 2);
        *sums++ = tm_smlad(y, c1, tm_smlad(x, c0, sum));
        a += stride, b += stride, c += stride;
    }
}

// As tm_add_row, for a filter without gaps.
static inline void tm_add_row_in_pairs(const int16_t *row, const int16_t *filter, int32_t width,
                                       int32_t stride, uint32_t *sums, int32_t count)
{
    for (int32_t i = 0; i < count; i++, row += stride) {
        uint32_t sum = sums[i];
        for (int32_t fx = 0; fx < width; fx += 2)
            sum = tm_smlad(tm_load(row + fx), tm_load(filter + fx), sum);
        sums[i] = sum;
    }
}

static inline void tm_sum_rows(const tm_convolution *c, const tm_channel *channel, uint32_t start,
                               uint32_t *sums)
{
    int32_t height = c->filter.height, width = c->filter.width, count = c->output.width;
    int32_t dilation = c->window.dilation_y, stride = c->window.stride_x;
    if (height == 3 && width == 3 && c->window.dilation_x == 1) {
        tm_sum_three_rows(tm_row_under(channel, dilation, 0), tm_row_under(channel, dilation, 1),
                          tm_row_under(channel, dilation, 2), channel->filter, stride, start,
                          sums, count);
        return;
    }
    tm_set_sums(sums, count, start);
    for (int32_t fy = 0; fy < height; fy++) {
        const int16_t *row = tm_row_under(channel, dilation, fy);
        const int16_t *filter = channel->filter + fy * TM_FILTER_STRIDE(width);
        if (c->window.dilation_x == 1)
            tm_add_row_in_pairs(row, filter, width, stride, sums, count);
        else
            tm_add_row(row, filter, width, stride, c->window.dilation_x, sums, count);
    }
}
