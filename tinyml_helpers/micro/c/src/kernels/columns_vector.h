// columns_vector.h: CONV_2D for processors that tm_vector.h is for, instead of columns.h.
//
// A vector of weights meets the same place of four columns; two channels by four pixels are eight
// vectors of sums, and these become one vector of eight sums. Columns lie one behind the other.
//
// Requantization is exact for every factor and bias, so no channel takes another way.
#ifndef TM_COLUMNS_VECTOR_H
#define TM_COLUMNS_VECTOR_H

#include "tm_convolution.h"
#include "tm_vector.h"

#ifdef TM_VECTOR

#define TM_COLUMNS 4 // side by side

// Some output pixels, all channels of a group.
typedef struct {
    const int8_t *weights; // [channels, length]
    int16_t *columns;      // [TM_COLUMNS, stride]: inputs less their zero point, 0 beyond the edge
    int32_t length, stride;
    const int32_t *bias;      // [channels], or NULL
    const tm_factor *factors; // [channels]
    int8_t *output;           // [pixels, step], from the group's first channel on
    int32_t pixels, channels;
    int32_t step; // from one pixel's outputs to the next one's
} tm_vector_tile;

// Copies inputs into a column, plus `offset`; sets them to 0 if inputs is NULL.
static inline void tm_fill_column(int16_t *to, const int8_t *inputs, int32_t count, int32_t offset)
{
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

// Copies what the window at (y, x) sees into a column.
// input: [H, W, C] int8, from the group's first channel on.
static inline void tm_see(const tm_convolution *c, const int8_t *input, int32_t y, int32_t x,
                          int16_t *column)
{
    int32_t channels = c->filter.channels;
    // Without dilation and groups, the part of a row that is on the picture lies in one piece.
    int32_t piece = c->window.dilation_x == 1 && c->groups == 1 ? c->filter.width : 1;
    for (int32_t fy = 0; fy < c->filter.height; fy++, y += c->window.dilation_y) {
        int32_t width = y < 0 || y >= c->input.height ? 0 : c->input.width;
        for (int32_t fx = 0, at = x; fx < c->filter.width; fx += piece) {
            int32_t before = at < 0 ? (-at < piece ? -at : piece) : 0;
            int32_t end = width - at < piece ? width - at : piece;
            int32_t inside = end > before ? end - before : 0;
            if (inside < piece)
                tm_fill_column(column, NULL, piece * channels, 0);
            if (inside > 0)
                tm_fill_column(column + before * channels,
                               input + ((int64_t)y * width + at + before) * c->input.channels,
                               inside * channels, c->input_offset);
            column += piece * channels;
            at += piece * c->window.dilation_x;
        }
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
                                  tm_sums sums[2][TM_COLUMNS])
{
    tm_numbers weights[2], x;
    for (int32_t row = 0; row < 2; row++) {
        tm_widen(&weights[row], two->weights[row] + k);
        if (mask != NULL)
            weights[row] &= *mask;
    }
    for (int32_t pixel = 0; pixel < TM_COLUMNS; pixel++) {
        __builtin_memcpy(&x, two->columns + pixel * two->stride + k, sizeof x);
        tm_add_products(&sums[0][pixel], &weights[0], &x);
        tm_add_products(&sums[1][pixel], &weights[1], &x);
    }
}

// Makes one vector, [2, TM_COLUMNS], of the sums of two channels.
static inline void tm_add_up(tm_u32x8 *all, tm_sums sums[2][TM_COLUMNS])
{
    tm_u32x8 a[TM_COLUMNS], b[2];
    for (int32_t pixel = 0; pixel < TM_COLUMNS; pixel++) {
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
    tm_sums sums[2][TM_COLUMNS] = {{{0}}};
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
    int16_t columns[TM_COLUMNS * TM_NUMBERS];
    int8_t weights[2][TM_NUMBERS]; // of rows that nothing lies behind
} tm_short_rows;

static inline void tm_use_short_columns(tm_short_rows *rows, tm_two_rows *two)
{
    for (int32_t pixel = 0; pixel < TM_COLUMNS; pixel++)
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
static inline void tm_multiply_eight(const tm_vector_tile *tile, tm_two_rows *two,
                                     tm_short_rows *rows, int32_t n, int32_t count,
                                     tm_u32x8 sums[TM_COLUMNS])
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
    // [4, 2, TM_COLUMNS] becomes [TM_COLUMNS, 8].
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

// Computes and writes all outputs of a tile.
static inline void tm_finish_tile_in_vectors(const tm_convolution *c, const tm_vector_tile *tile)
{
    tm_short_rows rows;
    tm_eight eight = {.zero_point = c->zero_point, .range = c->range};
    tm_two_rows two = {
        .columns = tile->columns, .stride = tile->stride, .length = tile->length};
    tm_mask_last(&two.last, tile->length % TM_NUMBERS);
    if (tile->length < TM_NUMBERS)
        tm_use_short_columns(&rows, &two);
    for (int32_t n = 0; n < tile->channels; n += 8) {
        int32_t count = tile->channels - n < 8 ? tile->channels - n : 8;
        tm_u32x8 sums[TM_COLUMNS];
        tm_set_channels(&eight, tile->bias == NULL ? NULL : tile->bias + n, tile->factors + n,
                        count);
        tm_multiply_eight(tile, &two, &rows, n, count, sums);
        for (int32_t pixel = 0; pixel < tile->pixels; pixel++)
            tm_write_eight(&eight, &sums[pixel], 0, count, tile->output + pixel * tile->step + n);
    }
}

// Computes the tile's group of channels of all output pixels of a picture.
// input: [H, W, C] int8, from the group's first channel on.
static inline void tm_convolve_picture(const tm_convolution *c, const int8_t *input,
                                       tm_vector_tile *tile)
{
    int32_t left = c->output.height * c->output.width, row = 0, column = 0;
    for (; left > 0; left -= tile->pixels) {
        tile->pixels = left < TM_COLUMNS ? left : TM_COLUMNS;
        for (int32_t i = 0; i < tile->pixels; i++) {
            tm_see(c, input, row * c->window.stride_y - c->window.pad_y,
                   column * c->window.stride_x - c->window.pad_x, tile->columns + i * tile->stride);
            if (++column == c->output.width) {
                column = 0;
                row++;
            }
        }
        tm_finish_tile_in_vectors(c, tile);
        tile->output += tile->pixels * tile->step;
    }
}

// Computes and writes all outputs; `c` has been started. Returns whether it did: not if the
// operator's scratch memory has no room for the columns behind the factors.
static inline bool tm_convolve_in_vectors(tm_interpreter *m, const tm_operator *op,
                                          const tm_convolution *c)
{
    uint32_t factors = (uint32_t)c->output.channels * (uint32_t)sizeof(tm_factor);
    tm_vector_tile tile = {.columns = (int16_t *)(void *)((uint8_t *)tm_scratch(m, op) + factors),
                           .length = c->filter.height * c->filter.width * c->filter.channels,
                           .channels = c->output.channels / c->groups,
                           .step = c->output.channels};
    tile.stride = (tile.length + 3) & ~3;
    if (op->scratch_bytes - factors < TM_COLUMNS * sizeof(int16_t) * (uint32_t)tile.stride)
        return false;
    const int8_t *input = tm_data(m, c->input_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        tile.weights = tm_data(m, c->filter_tensor);
        tile.bias = tm_data(m, c->bias_tensor);
        tile.factors = c->factors;
        for (int32_t group = 0; group < c->groups; group++) {
            tile.output = output + group * tile.channels;
            tm_convolve_picture(c, input + group * c->filter.channels, &tile);
            tile.weights += (int64_t)tile.channels * tile.length;
            tile.bias = tile.bias == NULL ? NULL : tile.bias + tile.channels;
            tile.factors += tile.channels;
        }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * c->output.width * c->output.channels;
    }
    return true;
}

#else

static inline bool tm_convolve_in_vectors(tm_interpreter *m, const tm_operator *op,
                                          const tm_convolution *c)
{
    (void)m;
    (void)op;
    (void)c;
    return false;
}

#endif
#endif
