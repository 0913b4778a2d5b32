// rows_vector.h: see rows.h. For processors that tm_vector.h is for: a vector of inputs, widened
// and less their zero point, meets the same place of every row.

// Adds the products of the numbers from k on, of those that `mask` keeps if there is one.
static inline void tm_add_inputs(const int8_t *weights, int32_t length, const int8_t *inputs,
                                 int32_t offset, int32_t k, const tm_numbers *mask,
                                 tm_sums sums[TM_ROWS])
{
    tm_numbers x, w;
    tm_widen(&x, inputs + k);
    x += (int16_t)offset;
    if (mask != NULL)
        x &= *mask;
    for (int32_t row = 0; row < TM_ROWS; row++) {
        tm_widen(&w, weights + row * length + k);
        tm_add_products(&sums[row], &w, &x);
    }
}

static inline void tm_multiply_rows(const int8_t *weights, int32_t length, const int8_t *inputs,
                                    int32_t offset, uint32_t *sums)
{
    if (length < TM_NUMBERS) {
        tm_multiply_any_rows(weights, TM_ROWS, length, inputs, offset, sums);
        return;
    }
    tm_sums vectors[TM_ROWS] = {{0}};
    int32_t k = 0, rest = length % TM_NUMBERS;
    for (; k < length - rest; k += TM_NUMBERS)
        tm_add_inputs(weights, length, inputs, offset, k, NULL, vectors);
    if (rest > 0) {
        tm_numbers last;
        tm_mask_last(&last, rest);
        tm_add_inputs(weights, length, inputs, offset, length - TM_NUMBERS, &last, vectors);
    }
    for (int32_t row = 0; row < TM_ROWS; row++)
        for (int32_t i = 0; i < TM_NUMBERS / 2; i++)
            sums[row] += vectors[row][i];
}
