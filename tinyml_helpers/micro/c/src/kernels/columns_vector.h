// columns_vector.h: see columns.h. For processors that tm_vector.h is for.
//
// A vector of weights meets the same place of four columns; two channels by four pixels are eight
// vectors of sums, and these become one vector of eight sums. Columns lie one behind the other.
//
// Requantization is exact for every factor and bias, so no channel takes another way.

static inline int32_t tm_column_stride(int32_t length)
{
    return (length + 3) & ~3;
}

static inline int32_t tm_number(const int16_t *columns, int32_t length, int32_t pixel, int32_t k)
{
    return columns[pixel * tm_column_stride(length) + k];
}

static inline void tm_fill(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                           const int8_t *inputs, int32_t count, int32_t offset)
{
    int16_t *to = columns + pixel * tm_column_stride(length) + k;
    if (inputs == NULL || count < 8) {
        for (int32_t i = 0; i < count; i++)
            to[i] = inputs == NULL ? 0 : (int16_t)(inputs[i] + offset);
        return;
    }
    // The last vector starts early enough to be whole.
    for (int32_t i = 0; i < count; i += 8) {
        int32_t at = i < count - 8 ? i : count - 8;
        tm_i8x8 bytes;
        __builtin_memcpy(&bytes, inputs + at, sizeof bytes);
        tm_i16x8 numbers = __builtin_convertvector(bytes, tm_i16x8) + (int16_t)offset;
        __builtin_memcpy(to + at, &numbers, sizeof numbers);
    }
}

// Two rows of weights, and the four columns they are multiplied by.
typedef struct {
    const int8_t *weights[2];
    const int16_t *columns;
    int32_t stride; // from one column to the next
    int32_t length;
    tm_numbers last; // keeps what the last vector doesn't share with the one before
} tm_two_rows;

// Adds the products of the numbers from k on, of those that `mask` keeps if there is one.
static inline void tm_add_vectors(const tm_two_rows *two, int32_t k, const tm_numbers *mask,
                                  tm_sums sums[2][TM_PIXELS])
{
    tm_numbers weights[2], x;
    for (int32_t row = 0; row < 2; row++) {
        tm_widen(&weights[row], two->weights[row] + k);
        if (mask != NULL)
            weights[row] &= *mask;
    }
    for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++) {
        __builtin_memcpy(&x, two->columns + pixel * two->stride + k, sizeof x);
        tm_add_products(&sums[0][pixel], &weights[0], &x);
        tm_add_products(&sums[1][pixel], &weights[1], &x);
    }
}

// Makes one vector, [2, TM_PIXELS], of the sums of two channels.
static inline void tm_add_up(tm_u32x8 *all, tm_sums sums[2][TM_PIXELS])
{
    tm_u32x8 a[TM_PIXELS], b[2];
    for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++) {
#if TM_NUMBERS == 16
        tm_sums x = sums[0][pixel], y = sums[1][pixel];
        a[pixel] = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11) +
                   __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
#else
        a[pixel] = __builtin_shufflevector(sums[0][pixel], sums[1][pixel], 0, 1, 2, 3, 4, 5, 6, 7);
#endif
    }
    for (int32_t i = 0; i < 2; i++)
        b[i] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13) +
               __builtin_shufflevector(a[2 * i], a[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    *all = __builtin_shufflevector(b[0], b[1], 0, 1, 8, 9, 4, 5, 12, 13) +
           __builtin_shufflevector(b[0], b[1], 2, 3, 10, 11, 6, 7, 14, 15);
}

// Computes the sums, without bias, of two channels.
static inline void tm_multiply_two(const tm_two_rows *two, tm_u32x8 *all)
{
    tm_sums sums[2][TM_PIXELS] = {{{0}}};
    int32_t k = 0;
    for (; k <= two->length - TM_NUMBERS; k += TM_NUMBERS)
        tm_add_vectors(two, k, NULL, sums);
    if (k < two->length)
        tm_add_vectors(two, two->length - TM_NUMBERS, &two->last, sums);
    tm_add_up(all, sums);
}

// Rows shorter than a vector are read whole, with what lies behind them; their columns are copied,
// with zeros behind.
typedef struct {
    int16_t columns[TM_PIXELS * TM_NUMBERS];
    int8_t weights[2][TM_NUMBERS]; // of rows that nothing lies behind
} tm_short_rows;

static inline void tm_use_short_columns(tm_short_rows *rows, tm_two_rows *two)
{
    for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
        for (int32_t k = 0; k < TM_NUMBERS; k++)
            rows->columns[pixel * TM_NUMBERS + k] =
                k < two->length ? two->columns[pixel * two->stride + k] : 0;
    two->columns = rows->columns;
    two->stride = two->length = TM_NUMBERS;
}

static inline void tm_use_short_weights(tm_short_rows *rows, tm_two_rows *two, const int8_t *end)
{
    for (int32_t row = 0; row < 2; row++) {
        const int8_t *from = two->weights[row];
        if (end - from >= TM_NUMBERS)
            continue;
        for (int32_t k = 0; k < TM_NUMBERS; k++)
            rows->weights[row][k] = from + k < end ? from[k] : 0;
        two->weights[row] = rows->weights[row];
    }
}

// Computes the sums of eight channels, or `count`, for each pixel. n: the first channel.
static inline void tm_multiply_eight(const tm_tile *tile, tm_two_rows *two, tm_short_rows *rows,
                                     int32_t n, int32_t count, tm_u32x8 sums[TM_PIXELS])
{
    const int8_t *end = tile->weights + (int64_t)tile->channels * tile->length;
    tm_u32x8 pairs[4] = {{0}}, halves[4];
    for (int32_t i = 0; 2 * i < count; i++) {
        two->weights[0] = tile->weights + (int64_t)(n + 2 * i) * tile->length;
        two->weights[1] = two->weights[0] + (2 * i + 1 < count ? tile->length : 0);
        if (tile->length < TM_NUMBERS)
            tm_use_short_weights(rows, two, end);
        tm_multiply_two(two, &pairs[i]);
    }
    // [4, 2, TM_PIXELS] becomes [TM_PIXELS, 8].
    for (int32_t i = 0; i < 2; i++) {
        tm_u32x8 a = pairs[2 * i], b = pairs[2 * i + 1];
        halves[i] = __builtin_shufflevector(a, b, 0, 4, 8, 12, 1, 5, 9, 13);
        halves[2 + i] = __builtin_shufflevector(a, b, 2, 6, 10, 14, 3, 7, 11, 15);
    }
    for (int32_t i = 0; i < 2; i++) {
        tm_u32x8 a = halves[2 * i], b = halves[2 * i + 1];
        sums[2 * i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
        sums[2 * i + 1] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

// Computes and writes all outputs of a tile. Returns how many channels that are: all.
static inline int32_t tm_finish_vectors(const tm_tile *tile)
{
    tm_short_rows rows;
    tm_eight eight = {.zero_point = tile->zero_point, .range = tile->range};
    tm_two_rows two = {.columns = tile->columns,
                       .stride = tm_column_stride(tile->length),
                       .length = tile->length};
    tm_mask_last(&two.last, tile->length % TM_NUMBERS);
    if (tile->length < TM_NUMBERS)
        tm_use_short_columns(&rows, &two);
    for (int32_t n = 0; n < tile->channels; n += 8) {
        int32_t count = tile->channels - n < 8 ? tile->channels - n : 8;
        tm_u32x8 sums[TM_PIXELS];
        tm_set_channels(&eight, tile->bias == NULL ? NULL : tile->bias + n, tile->factors + n,
                        count);
        tm_multiply_eight(tile, &two, &rows, n, count, sums);
        for (int32_t pixel = 0; pixel < tile->pixels; pixel++)
            tm_write_codes(&eight, &sums[pixel], 0, count,
                           tile->output + tile->places[pixel] + n);
    }
    return tile->channels;
}
