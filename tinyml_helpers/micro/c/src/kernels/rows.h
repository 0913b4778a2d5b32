// rows.h: the multiplications of FULLY_CONNECTED.
//
// As in columns.h there is a readable function, one for the DSP instructions of the Cortex-M4 and
// one for the Cortex-M0+, and all give the same sums. An input is used by every row of weights
// once, so copying it would cost more than it saves: it is fetched once for four rows.
#ifndef TM_ROWS_H
#define TM_ROWS_H

#include "tm_kernel.h"

#define TM_ROWS 4

// Adds to `sums` the products of inputs [length] with rows [rows, length] of weights.
// `offset` is added to every input.
static inline void tm_multiply_any_rows(const int8_t *weights, int32_t rows, int32_t length,
                                        const int8_t *inputs, int32_t offset, uint32_t *sums)
{
    for (int32_t row = 0; row < rows; row++)
        for (int32_t k = 0; k < length; k++)
            sums[row] += (uint32_t)(weights[row * length + k] * (inputs[k] + offset));
}

// tm_multiply_rows is the same for TM_ROWS rows; its sums have one number to spare behind them.
#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "rows_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "rows_m0.h"
#else

static inline void tm_multiply_rows(const int8_t *weights, int32_t length, const int8_t *inputs,
                                    int32_t offset, uint32_t *sums)
{
    tm_multiply_any_rows(weights, TM_ROWS, length, inputs, offset, sums);
}

#endif
#endif
