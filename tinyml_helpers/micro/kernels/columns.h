// columns.h: the multiplications of CONV_2D.
//
// An output of a convolution is the product of two rows of numbers: a filter's weights, and the
// inputs under it. The inputs are copied into a *column* first (im2col), as int16 and less their
// zero point; inputs beyond the edge become 0. The copy makes one loop of all window shapes, lets
// the output overwrite the input, and is worth its time, since every filter uses it again.
//
// Four columns, of four output pixels, are kept side by side: a weight that was fetched is used
// four times. How the numbers of a column are ordered is the multiplication's own business:
// tm_fill and tm_fill_zeros write columns, tm_multiply reads them. There are three such sets, and
// all give the same sums: a readable one, one for the DSP instructions of the Cortex-M4, one for
// the Cortex-M0+. TM_READABLE chooses the first everywhere.
#ifndef TM_COLUMNS_H
#define TM_COLUMNS_H

#include "../kernel.h"
#include "../memory.h"

#define TM_PIXELS 4 // columns side by side

// Bytes of TM_PIXELS columns of `length` numbers.
static inline uint32_t tm_columns_bytes(uint32_t length)
{
    return TM_PIXELS * sizeof(int16_t) * ((length + 3) & ~3u);
}

#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "columns_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "columns_m0.h"
#else

// Writes `count` inputs, plus `offset`, into column `pixel` of `length` numbers, from place `k` on.
static inline void tm_fill(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                           const int8_t *inputs, int32_t count, int32_t offset)
{
    for (int32_t i = 0; i < count; i++)
        columns[pixel * length + k + i] = (int16_t)(inputs[i] + offset);
}

// Writes `count` zeros into column `pixel`, from place `k` on.
static inline void tm_fill_zeros(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                                 int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        columns[pixel * length + k + i] = 0;
}

// Multiplies `rows` (1 or 2) rows of weights by all columns.
// weights: [rows, length] int8. sums: [rows, TM_PIXELS], added to.
static inline void tm_multiply(const int8_t *weights, int32_t rows, int32_t length,
                               const int16_t *columns, uint32_t *sums)
{
    for (int32_t row = 0; row < rows; row++)
        for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
            for (int32_t k = 0; k < length; k++)
                sums[row * TM_PIXELS + pixel] +=
                    (uint32_t)(weights[row * length + k] * columns[pixel * length + k]);
}

#endif
#endif
