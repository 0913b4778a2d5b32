// filter_rows.h: the multiplications of DEPTHWISE_CONV_2D, on rows of one channel.
//
// A filter's row slides along a row of inputs. As in columns.h there is a readable function, one
// for the DSP instructions of the Cortex-M4 and one for the Cortex-M0+, all with the same outputs.
#ifndef TM_FILTER_ROWS_H
#define TM_FILTER_ROWS_H

#include "tm_convolution.h"

// Numbers from one row of a filter to the next: even, so that a row is made of whole words.
#define TM_FILTER_STRIDE(width) (((width) + 1) & ~1)

// What the functions for the usual filter, 3 by 3, get; each has its own.
typedef struct tm_three tm_three;
#define TM_THREE_BYTES 104u

// Rows of one channel, and the output rows to compute from them.
typedef struct {
    int16_t *rows;   // [.., stride] int16, less the zero point, with zeros for the padding
    int32_t stride;  // numbers from one row to the next, even
    int16_t *filter; // [FH, TM_FILTER_STRIDE(FW)] int16, 0 behind an odd row
    tm_three *job;   // TM_THREE_BYTES of memory, if the filter is 3 by 3
    int32_t count;   // output rows
    int8_t *output;  // [count, OW, C], from the channel on
    int32_t bias, half_and_zero, zero_point;
    tm_factor factor;
    tm_range range;
    bool quick; // tm_is_moderate
} tm_band;

// Whether a band is of the usual kind: a filter of 3 by 3 without gaps, moved by 1 or 2.
static inline bool tm_is_three(const tm_convolution *c, const tm_band *band)
{
    return c->filter.height == 3 && c->filter.width == 3 && c->window.dilation_x == 1 &&
           c->window.stride_x <= 2 && band->quick && band->range.lowest == INT8_MIN &&
           band->range.highest == INT8_MAX;
}

#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "filter_rows_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "filter_rows_m0.h"
#else

// Returns the products of a filter's row with the inputs under it, and `sum`.
static inline uint32_t tm_add_row(const int16_t *row, const int16_t *filter, int32_t width,
                                  int32_t dilation, uint32_t sum)
{
    for (int32_t fx = 0; fx < width; fx++)
        sum += (uint32_t)(row[fx * dilation] * filter[fx]);
    return sum;
}

#endif

// Returns the sum of one output. row: the inputs under the window's first cell.
static inline uint32_t tm_window_sum(const tm_convolution *c, const tm_band *band,
                                     const int16_t *row)
{
    uint32_t sum = (uint32_t)band->bias;
    const int16_t *filter = band->filter;
    for (int32_t fy = 0; fy < c->filter.height; fy++) {
        sum = tm_add_row(row, filter, c->filter.width, c->window.dilation_x, sum);
        row += c->window.dilation_y * band->stride;
        filter += TM_FILTER_STRIDE(c->filter.width);
    }
    return sum;
}

// Computes and writes the output rows of a band, of any kind. Not inlined, to keep its variables
// off the stack while tm_finish_three runs.
__attribute__((noinline)) static void tm_finish_any(const tm_convolution *c, const tm_band *band)
{
    int8_t *output = band->output;
    for (int32_t y = 0; y < band->count; y++) {
        const int16_t *row = band->rows + y * c->window.stride_y * band->stride;
        for (int32_t x = 0; x < c->output.width; x++, row += c->window.stride_x) {
            int32_t sum = (int32_t)tm_window_sum(c, band, row);
            *output = tm_code(sum, band->factor, band->zero_point, band->range);
            output += c->output.channels;
        }
    }
}

// Computes and writes the output rows of a band.
static inline void tm_finish_band(const tm_convolution *c, const tm_band *band)
{
#ifdef TM_THREE_ROWS
    if (tm_is_three(c, band)) {
        tm_finish_three(c, band);
        return;
    }
#endif
    tm_finish_any(c, band);
}

#endif
