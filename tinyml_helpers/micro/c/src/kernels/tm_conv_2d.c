// CONV_2D: every filter sees all channels under the window, or those of its group.
// input [B, H, W, C], filter [N, FH, FW, C / G], bias [N] or none, output [B, OH, OW, N]; G, the
// number of groups, is nearly always 1.

#include "columns.h"
#include "columns_vector.h"
#include "tm_convolution_int16.h"
#include "tm_memory.h"

// Not inlined, so that its variables aren't on the stack while other functions run.
#define SEPARATE __attribute__((noinline))
#define MOST_NUMBERS (1 << 24) // in a column

static const tm_convolution_fields fields = {3, 4, 5};

// The operator's scratch memory: factors, zeros for a bias that is missing, columns, and two windows
// for what can't be copied from the picture to the columns at once.
typedef struct {
    uint32_t factors, zeros, columns, window; // bytes of each
} parts;

// Numbers in a column: the inputs under the window.
static int32_t column_length(const tm_convolution *c)
{
    return c->filter.height * c->filter.width * c->filter.channels;
}

// Whether the part of a window's row that is on the picture lies there in one piece.
static bool is_dense(const tm_convolution *c)
{
    return c->filter.width == 1 || (c->window.dilation_x == 1 && c->groups == 1);
}

// Numbers of a window that lie in one piece.
static int32_t run_length(const tm_convolution *c)
{
    return (is_dense(c) ? c->filter.width : 1) * c->filter.channels;
}

static parts scratch_parts(const tm_convolution *c)
{
    uint32_t channels = (uint32_t)c->output.channels;
    bool is_direct = c->filter.height == 1 && c->filter.width == 1 && run_length(c) % 4 == 0;
    parts bytes = {channels * (uint32_t)sizeof(tm_factor),
                   c->bias_tensor == NULL ? channels * (uint32_t)sizeof(int32_t) : 0,
                   tm_columns_bytes((uint32_t)column_length(c)),
                   is_direct ? 0 : (((uint32_t)column_length(c) + 3) & ~3u) + 4};
    return bytes;
}

// Whether output pixel i needs no input but pixel i, so that it may be written over it: the
// columns were copied, and those of later pixels lie behind.
static bool can_overwrite(const tm_convolution *c)
{
#ifndef TM_WITHOUT_COMPUTED_WEIGHTS
    if (c->filter_tensor == c->input_tensor)
        return false; // later pixels need all of it
#endif
    return c->filter.height == 1 && c->filter.width == 1 && c->window.stride_y == 1 &&
           c->window.stride_x == 1 && c->output.channels <= c->input.channels &&
           c->groups == 1;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_convolution c;
    tm_status status = tm_describe_convolution(m, op, fields, &c);
    if (status != TM_OK)
        return status;
    if (c.groups == 0 || c.input.channels % c.filter.channels != 0 ||
        c.filter.batch != c.output.channels || c.output.channels % c.groups != 0)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_CHANNELS);
    status = tm_check_convolution_types(m, op, &c, c.output.channels, 0);
    if (status != TM_OK || tm_is_float(c.input_tensor))
        return status;
    if (tm_is_int16(c.input_tensor))
        return tm_prepare_int16(m, op, &c, true);
    if (column_length(&c) > MOST_NUMBERS)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WIDE_WINDOW);
    parts bytes = scratch_parts(&c);
    op->scratch_bytes = bytes.factors + bytes.zeros + bytes.columns + 2 * bytes.window;
    op->in_place = can_overwrite(&c);
    return TM_OK;
}

// Copies codes; in words where these need no alignment.
static void copy(int8_t *to, const int8_t *from, int32_t count)
{
#if TM_RUN > 1
    for (; count >= 4; count -= 4, from += 4, to += 4) {
        uint32_t word = tm_load(from);
        __builtin_memcpy(to, &word, sizeof word);
    }
#endif
    for (; count > 0; count--)
        *to++ = *from++;
}

// Copies what of the window at (y, x) is on the picture.
// input: [H, W, C] int8, from the group's first channel on. to: [FH, FW, C / G].
static void pack(const tm_convolution *c, const int8_t *input, int32_t y, int32_t x, int8_t *to)
{
    int32_t channels = c->filter.channels, piece = is_dense(c) ? c->filter.width : 1;
    for (int32_t fy = 0; fy < c->filter.height; fy++, y += c->window.dilation_y) {
        if (y < 0 || y >= c->input.height) {
            to += c->filter.width * channels;
            continue;
        }
        const int8_t *row = input + y * c->input.width * c->input.channels;
        for (int32_t fx = 0, at = x; fx < c->filter.width; fx += piece, at += c->window.dilation_x) {
            int32_t first = at < 0 ? -at : 0, left = c->input.width - at;
            int32_t end = left < piece ? left : piece;
            if (first < end)
                copy(to + first * channels, row + (at + first) * c->input.channels,
                     (end - first) * channels);
            to += piece * channels;
        }
    }
}

// Copies the window that starts at `from`, in whole words, and zeros behind it.
static void pack_words(const tm_convolution *c, const tm_tile *tile, const int8_t *from, int8_t *to)
{
    const int8_t *end = to + tile->length;
    int32_t run = run_length(c), skip = c->window.dilation_y * c->input.width * c->input.channels;
    uint32_t word;
    for (; to < end; to += run, from += skip)
        for (int32_t i = 0; i < run; i += 4) {
            __builtin_memcpy(&word, from + i, sizeof word);
            __builtin_memcpy(to + i, &word, sizeof word);
        }
    word = 0x01010101u * (uint8_t)-tile->offset;
    __builtin_memcpy(to, &word, sizeof word);
}

// Fills two columns with what the windows of two output pixels see. y, x: where these start.
SEPARATE static void gather(const tm_convolution *c, const tm_tile *tile, const int8_t *input,
                            int32_t pair, const int32_t *y, const int32_t *x)
{
    int32_t run = run_length(c), row = c->input.width * c->input.channels;
    int32_t last_y = c->input.height - 1 - (c->filter.height - 1) * c->window.dilation_y;
    int32_t last_x = c->input.width - 1 - (c->filter.width - 1) * c->window.dilation_x;
    const int8_t *from[2];
    bool is_dense_window = is_dense(c), is_inside[2];
    for (int i = 0; i < 2; i++) {
        is_inside[i] = y[i] >= 0 && y[i] <= last_y && x[i] >= 0 && x[i] <= last_x;
        from[i] = is_inside[i] ? input + y[i] * row + x[i] * c->input.channels : NULL;
    }
    if (run % TM_RUN == 0 && is_dense_window && is_inside[0] && is_inside[1]) {
        int32_t right = (int32_t)(from[1] - from[0]);
        for (int32_t k = 0; k < tile->length; k += run, from[0] += c->window.dilation_y * row)
            tm_fill(tile, pair, k, from[0], from[0] + right, run);
        return;
    }
    int32_t padded = TM_RUN > 1 ? 4 * tile->fours : tile->length;
    int8_t *window = tile->windows;
    for (int i = 0; i < 2; i++, window += padded + 4) {
        // Behind the last windows of a picture there may be no words.
        if (TM_RUN > 1 && is_dense_window && is_inside[i] && (y[i] < last_y - 2 || x[i] < last_x - 2)) {
            pack_words(c, tile, from[i], window);
        } else {
            memset(window, -tile->offset, (uint32_t)tile->length);
            pack(c, input, y[i], x[i], window);
        }
    }
    tm_fill(tile, pair, 0, tile->windows, tile->windows + padded + 4, padded);
}

// Sets where the tile's numbers lie, and what is the same for all tiles.
SEPARATE static void start_tile(tm_interpreter *m, const tm_operator *op, const tm_convolution *c,
                                tm_tile *tile)
{
    parts bytes = scratch_parts(c);
    uint8_t *zeros = (uint8_t *)tm_scratch(m, op) + bytes.factors;
    memset(zeros, 0, bytes.zeros);
    tile->columns = (int16_t *)(void *)(zeros + bytes.zeros);
    tile->windows = (int8_t *)tile->columns + bytes.columns;
    tile->weights = tm_data(m, c->filter_tensor);
    tile->factors = c->factors;
    tile->bias = bytes.zeros > 0 ? (const int32_t *)(void *)zeros : tm_data(m, c->bias_tensor);
    tile->length = column_length(c);
    tile->fours = (tile->length + 3) / 4;
    tile->channels = c->output.channels / c->groups;
    tile->offset = c->input_offset;
    tile->zero_point = c->zero_point;
    tile->two_zeros = 2 * c->zero_point + 1;
    tm_start_tile(tile);
    tile->range = c->range;
    memset(tile->windows, -tile->offset, 2 * bytes.window);
#ifdef TM_QUICK_COLUMNS
    tm_factor *factors = tm_scratch(m, op);
    for (int32_t n = 0; n < c->output.channels; n++)
        tm_mark(tile, &factors[n], tile->bias[n]);
#endif
}

// Computes the tile's group of channels of all output pixels of a picture.
// input: [H, W, C] int8, from the group's first channel on.
static void convolve_picture(const tm_convolution *c, const int8_t *input, tm_tile *tile)
{
    int32_t left = c->output.height * c->output.width, row = 0, column = -1;
    for (; left > 0; left -= tile->pixels) {
        tile->pixels = left < TM_PIXELS ? left : TM_PIXELS;
        int32_t y[2], x[2]; // of a pair of pixels: outside the loop, whose next round needs them
        for (int32_t i = 0; i < TM_PIXELS; i++) {
            if (i < tile->pixels && ++column == c->output.width) {
                column = 0;
                row++;
            }
            tile->places[i] = (i < tile->pixels ? i : tile->pixels - 1) * c->output.channels;
            y[i & 1] = row * c->window.stride_y - c->window.pad_y;
            x[i & 1] = column * c->window.stride_x - c->window.pad_x;
            if ((i & 1) != 0 && i <= tile->pixels)
                gather(c, tile, input, i / 2, y, x);
        }
        tm_finish_tile(tile);
        tile->output += tile->pixels * c->output.channels;
    }
}

// Returns how many bytes may be read behind a filter's last.
static inline uint32_t bytes_behind(const tm_interpreter *m, const tm_tensor *filter)
{
    uint32_t end = m->model_bytes;
#ifndef TM_WITHOUT_COMPUTED_WEIGHTS
    if (filter->place != TM_IN_MODEL)
        end = m->arena_bytes;
#endif
    return end - filter->data - filter->bytes;
}

SEPARATE static void invoke_int8(tm_interpreter *m, const tm_operator *op, const tm_convolution *c)
{
    tm_tile tile;
    start_tile(m, op, c, &tile);
    const int8_t *input = tm_data(m, c->input_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    int32_t numbers = c->output.height * c->output.width * c->output.channels;
    // Words of the last row may reach behind the model, and of rows of one number those of others.
    uint32_t behind = bytes_behind(m, c->filter_tensor);
    int32_t beyond = 4 * tile.fours - tile.length - (int32_t)(behind < 3 ? behind : 3);
    int32_t rows = tile.length == 1 ? beyond : 1;
    int32_t whole = c->output.channels - (beyond > 0 ? rows : 0);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        for (int32_t group = 0; group < c->groups; group++) {
            tile.quick = tm_clamp(whole - group * tile.channels, 0, tile.channels);
            tile.output = output + group * tile.channels;
            convolve_picture(c, input + group * c->filter.channels, &tile);
            tile.weights += tile.channels * tile.length;
            tile.bias += tile.channels;
            tile.factors += tile.channels;
        }
#ifdef TM_QUICK_COLUMNS
        tm_clamp_codes(output, numbers, c->range);
#endif
        tile.weights -= c->filter_tensor->bytes;
        tile.bias -= c->output.channels;
        tile.factors -= c->output.channels;
        input += c->input.height * c->input.width * c->input.channels;
        output += numbers;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    tm_convolution c;
    tm_describe_convolution(m, op, fields, &c);
    if (tm_is_float(c.input_tensor)) {
        tm_convolve_float(m, &c, false);
    } else if (tm_is_int16(c.input_tensor)) {
        tm_convolve_int16(m, op, &c, false);
    } else {
        tm_start_convolution(m, op, &c);
        if (!tm_convolve_in_vectors(m, op, &c))
            invoke_int8(m, op, &c);
    }
}

const tm_kernel tm_conv_2d = {3, 8, prepare, invoke, 1, 0};
