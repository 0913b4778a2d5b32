#include "tm_convolution_int16.h"

// Products of int16 and int8 are at most 2^22 large: so many fit 31 bits.
#define SUMMED_AT_ONCE 256

tm_status tm_prepare_int16(tm_interpreter *m, tm_operator *op, const tm_convolution *c,
                           bool narrow)
{
    int32_t channels = c->output.channels;
    const tm_tensor *bias = c->bias_tensor;
    if (bias != NULL && bias->type == TM_INT32 && !narrow)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_WEIGHTS);
    uint32_t count;
    const float *scales = tm_scales(m, c->filter_tensor, &count);
    if (tm_zero_point(m, c->filter_tensor) != 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_WEIGHTS);
    for (uint32_t i = 0; i < count; i++)
        if (tm_factor_of(tm_scale(m, c->input_tensor), scales[i], tm_scale(m, c->output_tensor))
                .shift > TM_MOST_SHIFT)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    op->scratch_bytes = (uint32_t)channels * (uint32_t)sizeof(tm_factor);
    return TM_OK;
}

int64_t tm_dot_int16(const int16_t *in, const int8_t *weights, int32_t count)
{
    int64_t sum = 0;
    while (count > 0) {
        int32_t few = count < SUMMED_AT_ONCE ? count : SUMMED_AT_ONCE, part = 0;
        for (int32_t i = 0; i < few; i++)
            part += in[i] * weights[i];
        sum += part;
        in += few;
        weights += few;
        count -= few;
    }
    return sum;
}

int64_t tm_wide_bias(const tm_interpreter *m, const tm_tensor *bias, int32_t channel)
{
    if (bias == NULL)
        return 0;
    const int32_t *words = tm_data(m, bias);
    if (bias->type == TM_INT32)
        return words[channel];
    // By halves, since a model is aligned to 4 bytes only.
    return (int64_t)words[2 * channel + 1] * (1ll << 32) + (uint32_t)words[2 * channel];
}

int32_t tm_requantize_wide(int64_t sum, tm_factor factor)
{
    int32_t multiplier = 0x7FFF;
    if (factor.multiplier < 0x7FFF0000)
        multiplier = (factor.multiplier + (1 << 15)) >> 16;
    int32_t shift = 15 - factor.shift;
    // A bias so large that this wraps makes no sense, but no harm either.
    uint64_t product = (uint64_t)sum * (uint32_t)multiplier + (1ull << (shift - 1));
    return (int32_t)(uint32_t)(uint64_t)((int64_t)product >> shift);
}

// The same for numbers that lie apart.
static int64_t dot_apart(const int16_t *in, int32_t in_step, const int8_t *weights,
                         int32_t weights_step, int32_t count)
{
    int64_t sum = 0;
    while (count > 0) {
        int32_t few = count < SUMMED_AT_ONCE ? count : SUMMED_AT_ONCE, part = 0;
        count -= few;
        for (; few > 0; few--, in += in_step, weights += weights_step)
            part += *in * *weights;
        sum += part;
    }
    return sum;
}

// The cells [first, end) of a window along one axis that lie on the picture.
typedef struct {
    int32_t first, end;
} cells;

// start: where the window's first cell lies, size: of the picture
static cells cells_inside(int32_t start, int32_t dilation, int32_t filter, int32_t size)
{
    int32_t end = (size - start + dilation - 1) / dilation;
    cells inside = {start < 0 ? (-start + dilation - 1) / dilation : 0, end < filter ? end : filter};
    return inside;
}

// A window's place.
typedef struct {
    int32_t y, x; // of its first cell
    cells rows, columns;
} patch;

// The sum of one output: `count` channels of input [H, W, C] under the window, and filter
// [FH, FW, channels], both from the first channel on.
static int64_t sum_window(const tm_convolution *c, const int16_t *input, const int8_t *filter,
                          int32_t count, const patch *at)
{
    int32_t channels = c->input.channels, width = at->columns.end - at->columns.first;
    if (width <= 0) // such a window may lie so far away that its place has no number
        return 0;
    int32_t step = width == 1 ? count : c->window.dilation_x * channels;
    int32_t x = at->x + at->columns.first * c->window.dilation_x;
    bool in_one_piece = step == count && c->filter.channels == count;
    int64_t sum = 0;
    for (int32_t fy = at->rows.first; fy < at->rows.end; fy++) {
        int32_t row = at->y + fy * c->window.dilation_y;
        const int16_t *in = input + (row * c->input.width + x) * channels;
        const int8_t *weights = filter + (fy * c->filter.width + at->columns.first) *
                                             c->filter.channels;
        if (in_one_piece)
            sum += tm_dot_int16(in, weights, width * count);
        else if (count == 1)
            sum += dot_apart(in, step, weights, c->filter.channels, width);
        else
            for (int32_t i = 0; i < width; i++)
                sum += tm_dot_int16(in + i * step, weights + i * c->filter.channels, count);
    }
    return sum;
}

void tm_convolve_int16(tm_interpreter *m, const tm_operator *op, tm_convolution *c, bool depthwise)
{
    tm_start_convolution(m, op, c);
    const int16_t *input = tm_data(m, c->input_tensor);
    const int8_t *filter = tm_data(m, c->filter_tensor);
    const tm_tensor *bias = c->bias_tensor;
    int16_t *output = tm_data(m, c->output_tensor);
    bool narrow = bias != NULL && bias->type == TM_INT32;
    // The outputs that see the same `count` channels of the input.
    int32_t count = depthwise ? 1 : c->filter.channels;
    int32_t depth = c->output.channels / (c->input.channels / count);
    int32_t size = depthwise ? 1 : c->filter.height * c->filter.width * count;
    int32_t pixels = c->output.height * c->output.width;
    for (int32_t i = 0; i < c->output.batch * pixels; i++) {
        patch at;
        at.y = i % pixels / c->output.width * c->window.stride_y - c->window.pad_y;
        at.x = i % c->output.width * c->window.stride_x - c->window.pad_x;
        at.rows = cells_inside(at.y, c->window.dilation_y, c->filter.height, c->input.height);
        at.columns = cells_inside(at.x, c->window.dilation_x, c->filter.width, c->input.width);
        const int16_t *first = input + i / pixels * c->input.height * c->input.width *
                                           c->input.channels;
        int32_t seen = 0; // outputs made of the channels from `first` on
        for (int32_t n = 0; n < c->output.channels; n++) {
            uint64_t sum = (uint64_t)sum_window(c, first, filter + n * size, count, &at);
            sum += (uint64_t)tm_wide_bias(m, bias, n);
            int32_t code = narrow ? tm_requantize((int32_t)(uint32_t)sum, c->factors[n])
                                  : tm_requantize_wide((int64_t)sum, c->factors[n]);
            *output++ = (int16_t)tm_clamp(code, c->range.lowest, c->range.highest);
            if (++seen == depth) {
                seen = 0;
                first += count;
            }
        }
    }
}
