// filter_rows.h: the multiplications of DEPTHWISE_CONV_2D, on rows of one channel.
//
// A filter's row slides along a row of inputs. As in columns.h there is a readable function, one
// for the DSP instructions of the Cortex-M4 and one for the Cortex-M0+, all with the same sums.
#ifndef TM_FILTER_ROWS_H
#define TM_FILTER_ROWS_H

#include "convolution.h"

// The rows of one channel that a window covers, and its filter.
typedef struct {
    int16_t *rows; // [height, stride] int16, less the zero point, with zeros for the padding
    int32_t height, width;
    int32_t stride;  // numbers from one row to the next, even
    int32_t first;   // the row under the filter's first; behind the last comes row 0 again
    int16_t *filter; // [FH, TM_FILTER_STRIDE(FW)] int16
} tm_channel;

// Numbers from one row of a filter to the next: even, so that a row is made of whole words.
#define TM_FILTER_STRIDE(width) (((width) + 1) & ~1)

// Returns the row of inputs under a row of the filter.
static inline const int16_t *tm_row_under(const tm_channel *channel, int32_t dilation, int32_t fy)
{
    int32_t row = channel->first + fy * dilation;
    if (row >= channel->height)
        row -= channel->height;
    return channel->rows + row * channel->stride;
}

// Sets every sum to `start`.
static inline void tm_set_sums(uint32_t *sums, int32_t count, uint32_t start)
{
    for (int32_t i = 0; i < count; i++)
        sums[i] = start;
}

// Adds to every sum the products of one row of the filter with the inputs under it.
// row: the inputs; filter: [width]; sums: [count].
static inline void tm_add_row(const int16_t *row, const int16_t *filter, int32_t width,
                              int32_t stride, int32_t dilation, uint32_t *sums, int32_t count)
{
    for (int32_t i = 0; i < count; i++, row += stride)
        for (int32_t fx = 0; fx < width; fx++)
            sums[i] += (uint32_t)(row[fx * dilation] * filter[fx]);
}

#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "filter_rows_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "filter_rows_m0.h"
#else

// Computes the sums of an output row: `start` and the products with all rows of the filter.
// sums: [c->output.width].
static inline void tm_sum_rows(const tm_convolution *c, const tm_channel *channel, uint32_t start,
                               uint32_t *sums)
{
    tm_set_sums(sums, c->output.width, start);
    for (int32_t fy = 0; fy < c->filter.height; fy++)
        tm_add_row(tm_row_under(channel, c->window.dilation_y, fy),
                   channel->filter + fy * TM_FILTER_STRIDE(c->filter.width), c->filter.width,
                   c->window.stride_x, c->window.dilation_x, sums, c->output.width);
}

#endif
#endif
