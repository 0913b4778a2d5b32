// rows.h: the multiplications of FULLY_CONNECTED.
//
// As in columns.h there is a readable function, one for the DSP instructions of the Cortex-M4 and
// one for the Cortex-M0+, and all give the same sums. An input is used by every row of weights
// once, so copying it would cost more than it saves: it is fetched once for four rows.
#ifndef TM_ROWS_H
#define TM_ROWS_H

#include "tm_called.h"
#include "tm_kernel.h"

#define TM_ROWS 4       // that are multiplied at once
#define TM_MOST_ROWS 16 // of one call, so that its start and its end hardly count

// Rows of weights to multiply by inputs. Assembly knows where the fields are.
typedef struct {
    const int8_t *weights; // [rows, length]
    int32_t length;
    const int8_t *inputs;  // [length]
    uint32_t offset;       // what is added to every input
    const int32_t *bias;   // [TM_ROWS], what the first sums start with
    uint32_t bias_step;    // bytes from there to those of the next TM_ROWS
    uint32_t *sums;        // [rows], to be written
    int32_t left;          // rows to do
} tm_rows;

// The bias of a row.
static inline int32_t tm_bias_of(const tm_rows *r, int32_t row)
{
    return r->bias[r->bias_step == 0 ? row % TM_ROWS : row];
}

// Writes the sum of each row: its bias, and its weights times the inputs. Not inlined: called in
// several places.
__attribute__((noinline)) static void tm_multiply_any_rows(const tm_rows *r)
{
    for (int32_t row = 0; row < r->left; row++) {
        const int8_t *weights = r->weights + row * r->length;
        uint32_t sum = (uint32_t)tm_bias_of(r, row);
        for (int32_t k = 0; k < r->length; k++)
            sum += (uint32_t)(weights[k] * (r->inputs[k] + (int32_t)r->offset));
        r->sums[row] = sum;
    }
}

// tm_multiply_rows is the same for a multiple of TM_ROWS.
#if (defined(__ARM_FEATURE_DSP) && !defined(TM_READABLE)) || defined(TM_DSP)
#include "rows_dsp.h"
#elif defined(__ARM_ARCH_6M__) && !defined(TM_READABLE)
#include "rows_m0.h"
#else

static inline void tm_multiply_rows(tm_rows *r)
{
    tm_multiply_any_rows(r);
}

#endif
#endif
