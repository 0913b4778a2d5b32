// columns.h: the multiplications of CONV_2D.
//
// An output of a convolution is the product of two rows of numbers: a filter's weights, and the
// inputs under it. The inputs are copied into a *column* first (im2col), as int16 and less their
// zero point; inputs beyond the edge become 0. The copy makes one loop of all window shapes, lets
// the output overwrite the input, and is worth its time, since every filter uses it again.
//
// Four columns, of four output pixels, are kept side by side: a weight that was fetched is used
// four times. How the numbers of a column are ordered is the multiplication's own business:
// tm_fill copies a run of them, tm_number returns one, tm_finish_quickly multiplies. There are
// three such sets, and all give the same outputs: a readable one, one for the DSP instructions of
// the Cortex-M4, one for the Cortex-M0+. TM_READABLE chooses the first everywhere.
#ifndef TM_COLUMNS_H
#define TM_COLUMNS_H

#include "tm_convolution.h"

#define TM_PIXELS 4 // columns side by side

// Bytes of TM_PIXELS columns of `length` numbers.
static inline uint32_t tm_columns_bytes(uint32_t length)
{
    return TM_PIXELS * sizeof(int16_t) * ((length + 3) & ~3u);
}

// Up to TM_PIXELS output pixels, all channels of a group. Assembly knows where the first ten fields are.
typedef struct {
    const int8_t *weights; // [channels, length]
    int16_t *columns;      // TM_PIXELS columns, 0 behind their last number
    int32_t length;
    int32_t fours;            // length / 4, rounded up
    const int32_t *bias;      // [channels], or NULL
    const tm_factor *factors; // [channels]
    int8_t *output;           // [pixels, channels]
    int32_t left;             // channels, or pairs of channels, to do
    int32_t two_zeros;        // 2 × the output's zero point + 1
    int32_t places[TM_PIXELS]; // of the pixels in the output; for one that isn't there, of the last
    int32_t pixels, channels, zero_point;
    tm_range range;
    bool quick; // tm_is_moderate for all channels, and three bytes behind the weights can be read
} tm_tile;

// Returns number k of a column.
static inline int32_t tm_number(const int16_t *columns, int32_t length, int32_t pixel, int32_t k);

// Writes channel n of all pixels, in plain C.
static inline void tm_finish_channel(const tm_tile *tile, int32_t n)
{
    const int8_t *weights = tile->weights + (int64_t)n * tile->length;
    for (int32_t pixel = 0; pixel < tile->pixels; pixel++) {
        uint32_t sum = tile->bias == NULL ? 0 : (uint32_t)tile->bias[n];
        for (int32_t k = 0; k < tile->length; k++)
            sum += (uint32_t)(weights[k] * tm_number(tile->columns, tile->length, pixel, k));
        tile->output[tile->places[pixel] + n] =
            tm_code((int32_t)sum, tile->factors[n], tile->zero_point, tile->range);
    }
}

#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "columns_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "columns_m0.h"
#else

static inline int32_t tm_number(const int16_t *columns, int32_t length, int32_t pixel, int32_t k)
{
    return columns[pixel * length + k];
}

// Writes `count` inputs, plus `offset`, into column `pixel` of `length` numbers, from place k on;
// zeros if inputs is NULL.
static inline void tm_fill(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                           const int8_t *inputs, int32_t count, int32_t offset)
{
    for (int32_t i = 0; i < count; i++)
        columns[pixel * length + k + i] = inputs == NULL ? 0 : (int16_t)(inputs[i] + offset);
}

#define TM_READABLE_COLUMNS

#endif

// Computes and writes all outputs of a tile.
static inline void tm_finish_tile(tm_tile *tile)
{
    int32_t done = 0; // channels
#ifndef TM_READABLE_COLUMNS
    if (tile->quick) {
        done = tm_finish_quickly(tile);
        tm_clamp_codes(tile->output, tile->pixels * tile->channels, tile->range);
    }
#endif
    for (; done < tile->channels; done++)
        tm_finish_channel(tile, done);
}

#endif
