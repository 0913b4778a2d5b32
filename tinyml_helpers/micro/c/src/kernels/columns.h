// columns.h: the multiplications of CONV_2D.
//
// An output of a convolution is the product of two rows of numbers: a filter's weights, and the
// inputs under it. The inputs are copied into a *column* first (im2col), as int16 and less their
// zero point; inputs beyond the edge become 0. The copy makes one loop of all window shapes, lets
// the output overwrite the input, and is worth its time, since every filter uses it again.
//
// Four columns, of four output pixels, are kept side by side: a weight that was fetched is used
// four times. How the numbers of a column are ordered is the multiplication's own business: tm_fill
// copies runs of them, tm_finish_tile multiplies. There are three such sets, and all give the same
// outputs: a readable one, one for the DSP instructions of the Cortex-M4, one for the Cortex-M0+.
// TM_READABLE chooses the first everywhere.
#ifndef TM_COLUMNS_H
#define TM_COLUMNS_H

#include "tm_called.h"
#include "tm_convolution.h"

#define TM_PIXELS 4 // columns side by side

#if ((defined(__ARM_FEATURE_DSP) || defined(__ARM_ARCH_6M__)) && !defined(TM_READABLE)) || \
    defined(TM_DSP)
#define TM_QUICK_COLUMNS
#endif

// Bytes of TM_PIXELS columns of `length` numbers.
static inline uint32_t tm_columns_bytes(uint32_t length)
{
    return TM_PIXELS * sizeof(int16_t) * ((length + 3) & ~3u);
}

// Up to TM_PIXELS output pixels, all channels of a group. Assembly knows where the fields are, up to
// `first`.
typedef struct {
    const int8_t *weights; // [channels, length]
    int16_t *columns;          // TM_PIXELS columns
    int32_t length;
    const int16_t *end;        // of the columns
    const int32_t *bias;       // [channels]
    const tm_factor *factors;  // [channels], marked by tm_mark
    int8_t *output;            // [pixels, channels]
    int32_t left;              // channels, or pairs of channels, to do
    int32_t places[TM_PIXELS]; // of the pixels in the output; for one that isn't there, of the last
    int32_t two_zeros;         // 2 × the output's zero point + 1
    int32_t skip;              // M4: from the end of a pair's first row of weights to the next pair's
                               // M0+: of code, to the loop's first number
    int32_t fours;             // length / 4, rounded up
    int32_t first;             // M0+: from the end of a row of weights to the first
    int32_t pixels, channels, zero_point;
    int32_t offset; // - the input's zero point
    tm_range range;
    int8_t *windows; // two of 4 × fours codes, or nothing
    int32_t quick; // channels whose weights can be read in words; those of the last may end with the
                   // model
} tm_tile;

// Writes `count` inputs, less their zero point, into the two columns of a pair of pixels, from
// number k on; k and count are multiples of TM_RUN.
static void tm_fill(const tm_tile *tile, int32_t pair, int32_t k, const int8_t *left,
                    const int8_t *right, int32_t count);

#ifdef TM_QUICK_COLUMNS
#define TM_CONSTANT 256 // in the place of a shift: the multiplier is the code
#define TM_APART 64     // added to a shift

// Marks the factor of a channel that tm_quick_code isn't exact for, by a shift to the left:
// tm_finish_tile leaves these to tm_finish_apart.
static inline void tm_mark(const tm_tile *tile, tm_factor *factor, int32_t bias)
{
    int8_t code;
    if (tm_is_moderate(*factor, bias, tile->length))
        return;
    if (tm_is_constant(bias, tile->length, *factor, tile->zero_point, tile->range, &code)) {
        factor->multiplier = code;
        factor->shift = TM_CONSTANT;
    } else {
        factor->shift += TM_APART;
    }
}

// Writes the codes of the channel whose factor is the one before `next`. sums: of all pixels. The
// assembly calls it by this name.
__attribute__((noinline, used)) static void tm_finish_apart(const tm_tile *tile, int8_t *output,
                                                            const int32_t *sums,
                                                            const tm_factor *next)
    __asm__("tm_finish_apart");

static void tm_finish_apart(const tm_tile *tile, int8_t *output, const int32_t *sums,
                            const tm_factor *next)
{
    tm_factor factor = next[-1];
    bool is_constant = factor.shift == TM_CONSTANT;
    factor.shift -= TM_APART;
    for (int32_t pixel = 0; pixel < tile->pixels; pixel++)
        output[tile->places[pixel]] =
            is_constant ? (int8_t)factor.multiplier
                        : tm_code(sums[pixel], factor, tile->zero_point, tile->range);
}
#endif

#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "columns_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "columns_m0.h"
#else

#define TM_RUN 1

static inline void tm_start_tile(tm_tile *tile)
{
    (void)tile;
}

static void tm_fill(const tm_tile *tile, int32_t pair, int32_t k, const int8_t *left,
                    const int8_t *right, int32_t count)
{
    int16_t *columns = tile->columns + 2 * pair * tile->length + k;
    for (int32_t i = 0; i < count; i++) {
        columns[i] = (int16_t)(left[i] + tile->offset);
        columns[tile->length + i] = (int16_t)(right[i] + tile->offset);
    }
}

// Computes and writes all outputs of a tile.
static inline void tm_finish_tile(tm_tile *tile)
{
    const int8_t *weights = tile->weights;
    for (int32_t n = 0; n < tile->channels; n++, weights += tile->length)
        for (int32_t pixel = 0; pixel < tile->pixels; pixel++) {
            const int16_t *column = tile->columns + pixel * tile->length;
            uint32_t sum = (uint32_t)tile->bias[n];
            for (int32_t k = 0; k < tile->length; k++)
                sum += (uint32_t)(weights[k] * column[k]);
            tile->output[tile->places[pixel] + n] =
                tm_code((int32_t)sum, tile->factors[n], tile->zero_point, tile->range);
        }
}

#endif

#endif
