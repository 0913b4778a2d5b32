// filter_rows.h: the multiplications of DEPTHWISE_CONV_2D, on rows of one channel.
//
// A filter's row slides along a row of inputs. As in columns.h there is a readable function, one
// for the DSP instructions of the Cortex-M4 and one for the Cortex-M0+, all with the same outputs.
#ifndef TM_FILTER_ROWS_H
#define TM_FILTER_ROWS_H

#include "tm_called.h"
#include "tm_convolution.h"

#define TM_GROUP 4 // output channels that are computed at a time

// How the codes of a channel are found.
typedef enum {
    TM_QUICKLY,  // by tm_quick_code
    TM_SLOWLY,   // by tm_code
    TM_CONSTANT, // they are all the same: training has left the channel dead
} tm_manner;

// An output channel, ready to compute. Assembly knows where the fields are, but the last.
typedef struct {
    int32_t bias; // of a constant channel, its code
    int32_t multiplier, half_and_zero, bits; // of its factor; to the right
    int16_t *filter; // [FH, TM_FILTER_STRIDE(FW)] int16, 0 behind an odd row and in its gaps
    int16_t *rows;   // `pitch` apart: its input's, less the zero point, zeros for the padding
    tm_manner manner;
} tm_channel;

static inline tm_factor tm_channel_factor(const tm_channel *channel)
{
    return (tm_factor){channel->multiplier, -channel->bits};
}

// Output rows to compute from rows of inputs.
typedef struct {
    int32_t pitch;  // numbers from one row of a channel to its next, even
    int32_t width;  // of the filter's rows, its gaps filled with zeros
    int32_t count;  // output rows
    int8_t *output; // [count, OW, C], from the group's first channel on
    int32_t zero_point;
    tm_range range;
} tm_band;

// Whether a filter is of the usual kind: 3 by 3 without gaps, moved by 1 or 2.
static inline bool tm_is_three(const tm_convolution *c)
{
    return c->filter.height == 3 && c->filter.width == 3 && c->window.dilation_x == 1 &&
           c->window.dilation_y == 1 && c->window.stride_x == c->window.stride_y &&
           c->window.stride_x <= 2;
}

// Numbers from one row of a filter to the next: even, so that a row is made of whole words.
#define TM_FILTER_STRIDE(width) (((width) + 1) & ~1)

// Lines of outputs that are computed side by side: rows, or columns where rows are short.
typedef struct {
    int32_t length, count;
    int32_t input_step, output_step;   // from an output of a line to the next; bytes, outputs
    int32_t next_inputs, next_outputs; // from the start of a line to that of the next
} tm_lines;

static inline tm_lines tm_lines_of(const tm_convolution *c, const tm_band *band)
{
    int32_t right = 2 * c->window.stride_x, down = 2 * c->window.stride_y * band->pitch;
    int32_t channels = c->output.channels, row = c->output.width * channels;
    tm_lines rows = {c->output.width, band->count, right, channels, down, row};
    tm_lines columns = {band->count, c->output.width, down, row, right, channels};
    return rows.length < 4 && rows.length < columns.length ? columns : rows;
}

#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "filter_rows_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "filter_rows_m0.h"
#else

// Returns the products of a filter's row with the inputs under it, and `sum`.
static inline uint32_t tm_add_row(const int16_t *row, const int16_t *filter, int32_t width,
                                  uint32_t sum)
{
    for (int32_t fx = 0; fx < width; fx++)
        sum += (uint32_t)(row[fx] * filter[fx]);
    return sum;
}

#endif

#ifndef TM_TIMES
#define TM_TIMES 1 // filters and biases of quick channels are multiplied by
#endif

// Computes and writes the output rows of a channel, of any kind.
__attribute__((noinline)) static void tm_finish_any(const tm_convolution *c, const tm_band *band,
                                                    const tm_channel *channel, int8_t *output)
{
    for (int32_t y = 0; y < band->count; y++) {
        const int16_t *first = channel->rows + y * c->window.stride_y * band->pitch;
        for (int32_t x = 0; x < c->output.width; x++, first += c->window.stride_x) {
            uint32_t sum = (uint32_t)channel->bias;
            const int16_t *row = first, *filter = channel->filter;
            for (int32_t fy = 0; fy < c->filter.height; fy++) {
                sum = tm_add_row(row, filter, band->width, sum);
                row += c->window.dilation_y * band->pitch;
                filter += TM_FILTER_STRIDE(band->width);
            }
            *output = tm_code((int32_t)sum, tm_channel_factor(channel), band->zero_point,
                              band->range);
            output += c->output.channels;
        }
    }
}

// Computes and writes the output rows of a group's channels.
static inline void tm_finish_band(const tm_convolution *c, const tm_band *band,
                                  const tm_channel *channels, int32_t count)
{
#ifdef TM_QUICK_ROWS
    tm_finish_quickly(c, band, channels, count);
#endif
    for (int32_t n = 0; n < count; n++) {
        int8_t *output = band->output + n;
        if (channels[n].manner == TM_CONSTANT) {
            int8_t *end = output + band->count * c->output.width * c->output.channels;
            for (; output < end; output += c->output.channels)
                *output = (int8_t)channels[n].bias;
            continue;
        }
#ifdef TM_QUICK_ROWS
        if (channels[n].manner == TM_QUICKLY)
            continue;
#endif
        tm_finish_any(c, band, &channels[n], output);
    }
}

#endif
