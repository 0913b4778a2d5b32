// rows_vector.h: FULLY_CONNECTED for processors that tm_vector.h is for, instead of rows.h.
//
// A vector of inputs, widened and less their zero point, meets the same place of four rows of
// weights; eight sums become codes at once. Requantization is exact for every factor and bias.
#ifndef TM_ROWS_VECTOR_H
#define TM_ROWS_VECTOR_H

#include "tm_vector.h"

#ifdef TM_VECTOR

// Inputs, and the rows of weights they are multiplied by.
typedef struct {
    const int8_t *inputs;  // [length]
    const int8_t *weights; // [outputs, length]
    int32_t length, outputs;
    int32_t offset; // of the inputs: - their zero point
} tm_inputs;

// Adds the products of the inputs from k on, of those that `mask` keeps if there is one.
static inline void tm_add_inputs(const tm_inputs *x, const int8_t *const rows[4], int32_t k,
                                 const tm_numbers *mask, tm_sums sums[4])
{
    tm_numbers inputs, weights;
    tm_widen(&inputs, x->inputs + k);
    inputs += (int16_t)x->offset;
    if (mask != NULL)
        inputs &= *mask;
    for (int32_t row = 0; row < 4; row++) {
        tm_widen(&weights, rows[row] + k);
        tm_add_products(&sums[row], &weights, &inputs);
    }
}

// Adds up the sums of each row.
static inline void tm_add_rows(tm_sums sums[4], uint32_t *to)
{
    typedef uint32_t four __attribute__((vector_size(16)));
    four a[4], b[2];
    for (int32_t row = 0; row < 4; row++)
#if TM_NUMBERS == 16
        a[row] = __builtin_shufflevector(sums[row], sums[row], 0, 1, 2, 3) +
                 __builtin_shufflevector(sums[row], sums[row], 4, 5, 6, 7);
#else
        a[row] = sums[row];
#endif
    for (int32_t i = 0; i < 2; i++)
        b[i] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 0, 4, 1, 5) +
               __builtin_shufflevector(a[2 * i], a[2 * i + 1], 2, 6, 3, 7);
    four all = __builtin_shufflevector(b[0], b[1], 0, 1, 4, 5) +
               __builtin_shufflevector(b[0], b[1], 2, 3, 6, 7);
    __builtin_memcpy(to, &all, sizeof all);
}

// Computes the sums, without bias, of four outputs, the first of them n. Beyond the last output
// there is that one again.
static inline void tm_multiply_four(const tm_inputs *x, int32_t n, uint32_t *to)
{
    const int8_t *rows[4];
    for (int32_t row = 0; row < 4; row++) {
        int32_t output = n + row < x->outputs ? n + row : x->outputs - 1;
        rows[row] = x->weights + (int64_t)output * x->length;
        to[row] = 0;
        for (int32_t k = 0; k < x->length && x->length < TM_NUMBERS; k++)
            to[row] += (uint32_t)(rows[row][k] * (x->inputs[k] + x->offset));
    }
    if (x->length < TM_NUMBERS)
        return;
    tm_sums sums[4] = {{0}};
    int32_t rest = x->length % TM_NUMBERS;
    for (int32_t k = 0; k < x->length - rest; k += TM_NUMBERS)
        tm_add_inputs(x, rows, k, NULL, sums);
    if (rest > 0) {
        tm_numbers last;
        tm_mask_last(&last, rest);
        tm_add_inputs(x, rows, x->length - TM_NUMBERS, &last, sums);
    }
    tm_add_rows(sums, to);
}

// Computes and writes all outputs. Returns whether it did: it does.
static inline bool tm_connect_in_vectors(tm_interpreter *m, const tm_tensor *input,
                                         const tm_tensor *weights, const tm_tensor *bias,
                                         const tm_tensor *output, int32_t activation)
{
    const int32_t *dims = tm_dims(m, weights), *biases = tm_data(m, bias);
    const int8_t *end = (const int8_t *)tm_data(m, input) + tm_elements(m, input);
    tm_inputs x = {.weights = tm_data(m, weights),
                   .outputs = dims[0],
                   .length = dims[1],
                   .offset = -tm_zero_point(m, input)};
    tm_eight eight = {.zero_point = tm_zero_point(m, output),
                      .range = tm_activation_range(m, output, activation)};
    // Weights quantized as a whole may have a zero point, z. What it changes is the same for every
    // output: sum((w - z) × x) = sum(w × x) - z × sum(x).
    uint32_t scales;
    const float *scale = tm_scales(m, weights, &scales);
    uint32_t zero_point = scales == 1 ? (uint32_t)tm_zero_point(m, weights) : 0;
    tm_ratio ratio = tm_ratio_of(tm_scale(m, input), tm_scale(m, output));
    tm_factor factors[8] = {tm_factor_by(&ratio, scale[0])};
    for (int32_t n = 0; n < x.outputs; n += 8) {
        int32_t count = x.outputs - n < 8 ? x.outputs - n : 8;
        for (int32_t i = 0; i < count; i++)
            factors[i] = scales == 1 ? factors[0] : tm_factor_by(&ratio, scale[n + i]);
        tm_set_channels(&eight, biases == NULL ? NULL : biases + n, factors, count);
        int8_t *to = (int8_t *)tm_data(m, output) + n;
        for (x.inputs = tm_data(m, input); x.inputs < end; x.inputs += x.length) {
            uint32_t all[8] = {0}, offset = 0;
            tm_multiply_four(&x, n, all);
            if (count > 4)
                tm_multiply_four(&x, n + 4, all + 4);
            for (int32_t i = 0; zero_point != 0 && i < x.length; i++)
                offset -= (uint32_t)(x.inputs[i] + x.offset) * zero_point;
            tm_u32x8 sums;
            __builtin_memcpy(&sums, all, sizeof sums);
            sums += offset;
            tm_write_eight(&eight, &sums, 0, count, to);
            to += x.outputs;
        }
    }
    return true;
}

#else

static inline bool tm_connect_in_vectors(tm_interpreter *m, const tm_tensor *input,
                                         const tm_tensor *weights, const tm_tensor *bias,
                                         const tm_tensor *output, int32_t activation)
{
    (void)m;
    (void)input;
    (void)weights;
    (void)bias;
    (void)output;
    (void)activation;
    return false;
}

#endif
#endif
