// CONV_2D: every filter sees all channels under the window, or those of its group.
// input [B, H, W, C], filter [N, FH, FW, C / G], bias [N] or none, output [B, OH, OW, N]; G, the
// number of groups, is nearly always 1.

#include "columns.h"
#include "columns_vector.h"
#include "tm_convolution.h"

#define MOST_NUMBERS (1 << 24) // in a column

static const tm_convolution_fields fields = {3, 4, 5};

// Numbers in a column: the inputs under the window.
static int32_t column_length(const tm_convolution *c)
{
    return c->filter.height * c->filter.width * c->filter.channels;
}

static uint32_t factors_bytes(const tm_convolution *c)
{
    return (uint32_t)c->output.channels * (uint32_t)sizeof(tm_factor);
}

// Whether output pixel i needs no input but pixel i, so that it may be written over it: the
// columns were copied, and those of later pixels lie behind.
static bool can_overwrite(const tm_convolution *c)
{
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
    if (column_length(&c) > MOST_NUMBERS)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WIDE_WINDOW);
    op->scratch_bytes = factors_bytes(&c) + tm_columns_bytes((uint32_t)column_length(&c));
    op->in_place = can_overwrite(&c);
    return TM_OK;
}

// Copies what the window at (y, x) sees into a column.
// input: [H, W, C] int8, from the group's first channel on.
static void gather(const tm_convolution *c, const int8_t *input, int32_t y, int32_t x,
                   int16_t *columns, int32_t column)
{
    int32_t length = column_length(c), channels = c->filter.channels, k = 0;
    // Without dilation and groups, the part of a row that is on the picture lies in one piece.
    int32_t piece = c->window.dilation_x == 1 && c->groups == 1 ? c->filter.width : 1;
    for (int32_t fy = 0; fy < c->filter.height; fy++, y += c->window.dilation_y) {
        int32_t width = y < 0 || y >= c->input.height ? 0 : c->input.width;
        for (int32_t fx = 0, at = x; fx < c->filter.width; fx += piece) {
            int32_t before = at < 0 ? (-at < piece ? -at : piece) : 0;
            int32_t end = width - at < piece ? width - at : piece;
            int32_t inside = end > before ? end - before : 0;
            int32_t after = piece - before - inside;
            const int8_t *from = input + ((int64_t)y * width + at + before) * c->input.channels;
            if (before > 0)
                tm_fill(columns, length, column, k, NULL, before * channels, 0);
            k += before * channels;
            tm_fill(columns, length, column, k, from, inside * channels, c->input_offset);
            k += inside * channels;
            if (after > 0)
                tm_fill(columns, length, column, k, NULL, after * channels, 0);
            k += after * channels;
            at += piece * c->window.dilation_x;
        }
    }
}

// Whether a tile may be computed the quick way.
static bool is_quick(const tm_interpreter *m, const tm_convolution *c, const tm_tile *tile)
{
    const tm_tensor *filter = c->filter_tensor;
    if (tile->bias == NULL || c->groups != 1 ||
        m->model_bytes - filter->data - filter->bytes < 3)
        return false;
    for (int32_t n = 0; n < tile->channels; n++)
        if (!tm_is_moderate(tile->factors[n], tile->bias[n], tile->length))
            return false;
    return true;
}

// Computes the tile's group of channels of all output pixels of a picture.
// input: [H, W, C] int8, from the group's first channel on.
static void convolve_picture(const tm_convolution *c, const int8_t *input, tm_tile *tile)
{
    int32_t left = c->output.height * c->output.width, row = 0, column = 0;
    while (left > 0) {
        tile->pixels = left < TM_PIXELS ? left : TM_PIXELS;
        for (int32_t i = 0; i < TM_PIXELS; i++) {
            tile->places[i] = (i < tile->pixels ? i : tile->pixels - 1) * c->output.channels;
            if (i >= tile->pixels)
                continue;
            gather(c, input, row * c->window.stride_y - c->window.pad_y,
                   column * c->window.stride_x - c->window.pad_x, tile->columns, i);
            if (++column == c->output.width) {
                column = 0;
                row++;
            }
        }
        tm_finish_tile(tile);
        tile->output += tile->pixels * c->output.channels;
        left -= tile->pixels;
    }
}

// Not inlined, so that its variables aren't on the stack while others read the file.
__attribute__((noinline)) static void invoke_int8(tm_interpreter *m, const tm_operator *op,
                                                  const tm_convolution *c)
{
    tm_tile tile = {.columns = (int16_t *)(void *)((uint8_t *)tm_scratch(m, op) + factors_bytes(c)),
                    .length = column_length(c),
                    .fours = (column_length(c) + 3) / 4,
                    .channels = c->output.channels / c->groups,
                    .zero_point = c->zero_point,
                    .range = c->range};
    tile.two_zeros = 2 * tile.zero_point + 1;
    for (int32_t i = 0; i < TM_PIXELS; i++)
        tm_fill(tile.columns, tile.length, i, tile.length, NULL, 4 * tile.fours - tile.length, 0);

    const int8_t *input = tm_data(m, c->input_tensor);
    int8_t *output = tm_data(m, c->output_tensor);
    for (int32_t batch = 0; batch < c->input.batch; batch++) {
        tile.weights = tm_data(m, c->filter_tensor);
        tile.bias = tm_data(m, c->bias_tensor);
        tile.factors = c->factors;
        tile.quick = is_quick(m, c, &tile);
        for (int32_t group = 0; group < c->groups; group++) {
            tile.output = output + group * tile.channels;
            convolve_picture(c, input + group * c->filter.channels, &tile);
            tile.weights += (int64_t)tile.channels * tile.length;
            tile.bias = tile.bias == NULL ? NULL : tile.bias + tile.channels;
            tile.factors += tile.channels;
        }
        input += (int64_t)c->input.height * c->input.width * c->input.channels;
        output += (int64_t)c->output.height * c->output.width * c->output.channels;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    tm_convolution c;
    tm_describe_convolution(m, op, fields, &c);
    if (tm_is_float(c.input_tensor)) {
        tm_convolve_float(m, &c, false);
    } else {
        tm_start_convolution(m, op, &c);
        if (!tm_convolve_in_vectors(m, op, &c))
            invoke_int8(m, op, &c);
    }
}

const tm_kernel tm_conv_2d = {3, 8, prepare, invoke, 1, 0};
