// filter_rows_vector.h: DEPTHWISE_CONV_2D for processors that tm_vector.h is for, instead of
// filter_rows.h.
//
// Eight channels, as they lie in memory side by side, are computed at a time: rows of eight are
// copied as int16, less the zero point, with zeros for the padding. There is room for as many rows
// as a window is high, and a row takes the place of the one that the window has left behind. So an
// output of the same size may overwrite the input: what later windows need of it was copied, or
// lies behind.
//
// Requantization is exact for every factor and bias, so no channel takes another way.
#ifndef TM_FILTER_ROWS_VECTOR_H
#define TM_FILTER_ROWS_VECTOR_H

#include "tm_convolution.h"
#include "tm_vector.h"

#ifdef TM_VECTOR

#define TM_MOST_CELLS 256   // of a filter
#define TM_MOST_PLACES 2048 // in the rows: 32 kB of the stack

// Rows of eight channels, and their filter.
typedef struct {
    tm_i16x8 rows[TM_MOST_PLACES];     // [span, width]
    tm_i16x8 filter[TM_MOST_CELLS];    // [FH, FW]
    const tm_i16x8 *at[TM_MOST_CELLS]; // the window's rows, [FH]
    tm_eight eight;
    int32_t span;     // rows from the window's first to its last
    int32_t width;    // places in a row
    int32_t channels; // of the output
    int32_t from[8];  // the channels of the input that the eight see
    int32_t n;        // the output channel the eight begin with
    int32_t first;    // of the eight that are wanted
    int32_t count;    // how many are, from there on
} tm_eight_rows;

// Sets the sizes. Returns false for a window that reaches too far for the stack.
static inline bool tm_eight_rows_fit(const tm_convolution *c, tm_eight_rows *r)
{
    int64_t span = (int64_t)(c->filter.height - 1) * c->window.dilation_y + 1;
    int64_t width = (int64_t)(c->output.width - 1) * c->window.stride_x +
                    (int64_t)(c->filter.width - 1) * c->window.dilation_x + 1;
    if (c->filter.height * (int64_t)c->filter.width > TM_MOST_CELLS || span > TM_MOST_PLACES ||
        width > TM_MOST_PLACES || span * width > TM_MOST_PLACES)
        return false;
    r->span = (int32_t)span;
    r->width = (int32_t)width;
    r->channels = c->output.channels;
    return true;
}

// Reads the int8 numbers of the channels from[i] at a pixel.
static inline void tm_read_eight(const int8_t *pixel, const int32_t from[8], tm_i16x8 *to)
{
    tm_i8x8 bytes;
    if (from[7] - from[0] == 7)
        __builtin_memcpy(&bytes, pixel + from[0], sizeof bytes);
    else if (from[7] == from[0])
        bytes = (tm_i8x8){0} + pixel[from[0]];
    else
        for (int32_t i = 0; i < 8; i++)
            bytes[i] = pixel[from[i]];
    *to = __builtin_convertvector(bytes, tm_i16x8);
}

// Returns where the copy of row y of the picture is.
static inline tm_i16x8 *tm_row_at(const tm_convolution *c, tm_eight_rows *r, int32_t y)
{
    return r->rows + (y + c->window.pad_y) % r->span * r->width;
}

// Copies row y of the picture, which may be beyond it. input: [H, W, C] int8.
static inline void tm_copy_row(const tm_convolution *c, tm_eight_rows *r, const int8_t *input,
                               int32_t y)
{
    tm_i16x8 *to = tm_row_at(c, r, y);
    bool inside = y >= 0 && y < c->input.height;
    int32_t place = 0, channels = c->input.channels, behind = r->width - c->window.pad_x;
    behind = c->window.pad_x + (c->input.width < behind ? c->input.width : behind);
    for (; place < (inside ? c->window.pad_x : r->width); place++)
        to[place] = (tm_i16x8){0};
    const int8_t *pixel = input + (int64_t)y * c->input.width * channels;
    for (; place < behind; place++, pixel += channels) {
        tm_read_eight(pixel, r->from, &to[place]);
        to[place] += (int16_t)c->input_offset;
    }
    for (; place < r->width; place++)
        to[place] = (tm_i16x8){0};
}

// Computes and writes a row of outputs. height, width, dilation: of the filter. output: [OW, C].
static inline __attribute__((always_inline)) void tm_finish_row(
    const tm_convolution *c, const tm_eight_rows *r, int32_t height, int32_t width,
    int32_t dilation, int8_t *output)
{
    for (int32_t x = 0; x < c->output.width; x++) {
        tm_u32x8 sums = {0};
        const tm_i16x8 *filter = r->filter;
        for (int32_t fy = 0; fy < height; fy++) {
            const tm_i16x8 *row = r->at[fy] + x * c->window.stride_x;
            for (int32_t fx = 0; fx < width; fx++, row += dilation)
                sums += (tm_u32x8)(__builtin_convertvector(*row, tm_i32x8) *
                                   __builtin_convertvector(*filter++, tm_i32x8));
        }
        tm_write_eight(&r->eight, &sums, r->first, r->count, output);
        output += r->channels;
    }
}

// Computes and writes eight channels, or those of them that are wanted.
// input: [H, W, C] int8; output: [OH, OW, C × D], from the first that is wanted.
static inline void tm_finish_eight(const tm_convolution *c, tm_eight_rows *r, const int8_t *input,
                                   int8_t *output)
{
    int32_t height = c->filter.height, width = c->filter.width, next = -c->window.pad_y;
    for (int32_t y = 0; y < c->output.height; y++) {
        int32_t top = y * c->window.stride_y - c->window.pad_y;
        for (next = next < top ? top : next; next < top + r->span; next++)
            tm_copy_row(c, r, input, next);
        for (int32_t fy = 0; fy < height; fy++)
            r->at[fy] = tm_row_at(c, r, top + fy * c->window.dilation_y);
        if (height == 3 && width == 3 && c->window.dilation_x == 1)
            tm_finish_row(c, r, 3, 3, 1, output);
        else
            tm_finish_row(c, r, height, width, c->window.dilation_x, output);
        output += c->output.width * r->channels;
    }
}

// Computes and writes all outputs of a picture. input: [H, W, C]; filter: [FH, FW, C × D];
// bias: [C × D] or NULL; output: [OH, OW, C × D].
static inline void tm_filter_picture(const tm_convolution *c, tm_eight_rows *r,
                                     const int8_t *input, const int8_t *filter,
                                     const int32_t *bias, int8_t *output)
{
    int32_t depth = c->output.channels / c->input.channels;
    for (int32_t n = 0; n < r->channels; n += 8) {
        int32_t left = r->channels - n, outputs[8];
        // The last eight start early enough to be as many; only what is left of them is written.
        r->n = left < 8 && r->channels >= 8 ? r->channels - 8 : n;
        r->first = n - r->n;
        r->count = left < 8 ? left : 8;
        tm_set_channels(&r->eight, bias == NULL ? NULL : bias + r->n, c->factors + r->n,
                        r->channels - r->n);
        for (int32_t i = 0; i < 8; i++) { // beyond the last, that one again
            outputs[i] = r->n + i < r->channels ? r->n + i : r->channels - 1;
            r->from[i] = outputs[i] / depth;
        }
        for (int32_t i = 0; i < c->filter.height * c->filter.width; i++)
            tm_read_eight(filter + (int64_t)i * r->channels, outputs, &r->filter[i]);
        tm_finish_eight(c, r, input, output + n);
    }
}

// Computes and writes all outputs; `c` has been started. Returns whether it did: not for a window
// that reaches too far for the stack.
static inline bool tm_filter_in_vectors(tm_interpreter *m, const tm_convolution *c)
{
    tm_eight_rows r; // not set to 0: it is large
    r.eight.zero_point = c->zero_point;
    r.eight.range = c->range;
    if (!tm_eight_rows_fit(c, &r))
        return false;
    const int8_t *input = tm_data(m, c->input_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        tm_filter_picture(c, &r, input, tm_data(m, c->filter_tensor), tm_data(m, c->bias_tensor),
                          output);
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * c->output.width * c->output.channels;
    }
    return true;
}

#endif
#endif
