// TRANSPOSE_CONV: a convolution the wrong way round. Every input pixel stamps the filter, times its
// value, onto the output, stride_y × stride_x pixels from the stamp before.
//
// Here each output collects what is stamped onto it, so no memory for sums is needed. Cell f of the
// filter falls from input row y on output row y × stride_y - pad_y + f.
#include "tm_convolution_int16.h"
#include "tm_walk.h"

enum { TRANSPOSE_CONV = 67 };

// Sets all but the bias of a convolution. Returns false if it has no tensors of rank 4, or shapes
// that don't fit together. filter: [output channels, height, width, input channels]
static bool describe(tm_interpreter *m, const tm_operator *op, tm_convolution *c)
{
    memset(c, 0, sizeof *c);
    c->filter_tensor = tm_input(m, op, 1);
    c->input_tensor = tm_input(m, op, 2);
    c->bias_tensor = tm_input(m, op, 3);
    c->output_tensor = tm_output(m, op, 0);
    if (c->input_tensor == NULL || c->filter_tensor == NULL || c->input_tensor->rank != 4 ||
        c->filter_tensor->rank != 4 || c->output_tensor->rank != 4)
        return false;
    c->input = tm_nhwc_of(m, c->input_tensor);
    c->filter = tm_nhwc_of(m, c->filter_tensor);
    c->output = tm_nhwc_of(m, c->output_tensor);
    c->window.stride_x = tm_field_i32(m, op->options, 1, 0);
    c->window.stride_y = tm_field_i32(m, op->options, 2, 0);
    c->window.dilation_x = c->window.dilation_y = 1;
    c->activation = tm_field_i8(m, op->options, 3, TM_NO_ACTIVATION);
    // The padding is that of the convolution that leads from this output back to this input.
    return c->input.batch == c->output.batch && c->filter.channels == c->input.channels &&
           c->filter.batch == c->output.channels &&
           tm_window_fits_picture(&c->window, tm_field_i8(m, op->options, 0, TM_SAME), c->output,
                                  c->input, c->filter.height, c->filter.width);
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    tm_convolution c;
    if (!describe(m, op, &c))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (c.activation < TM_NO_ACTIVATION || c.activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_ACTIVATION);
    tm_status status = tm_check_convolution_types(m, op, &c, c.output.channels, 0);
    if (status == TM_OK && tm_is_int16(c.input_tensor))
        return tm_prepare_int16(m, op, &c, false);
    if (status == TM_OK && c.input_tensor->type == TM_INT8)
        op->scratch_bytes = (uint32_t)c.output.channels * sizeof(tm_factor);
    return status;
}

// The input rows (columns) that stamp onto one of the output: `count` of them from `first` on. The
// first does it with cell `cell`, the others each with one `stride` before.
typedef struct {
    int32_t first, count, cell;
} stamps;

static stamps find_stamps(int32_t place, int32_t stride, int32_t pad, int32_t filter, int32_t size)
{
    int32_t reach = place + pad; // on the padded output
    int32_t last = reach / stride < size ? reach / stride : size - 1;
    int32_t first = reach < filter ? 0 : (reach - filter) / stride + 1;
    stamps found = {first, last - first + 1, reach - first * stride};
    return found;
}

// Returns the sum of what is stamped onto one output, of the channel with these weights. It wraps.
// input: [H, W, C] of this batch, weights: [height, width, C]
static uint32_t collect_codes(const tm_convolution *c, const int8_t *input, const int8_t *weights,
                              stamps rows, stamps columns, int32_t zero)
{
    int32_t channels = c->input.channels;
    uint32_t sum = 0;
    for (int32_t y = 0; y < rows.count; y++)
        for (int32_t x = 0; x < columns.count; x++) {
            int32_t cell = (rows.cell - y * c->window.stride_y) * c->filter.width + columns.cell -
                           x * c->window.stride_x;
            int32_t pixel = (rows.first + y) * c->input.width + columns.first + x;
            for (int32_t i = 0; i < channels; i++)
                sum += (uint32_t)((input[pixel * channels + i] - zero) *
                                  weights[cell * channels + i]);
        }
    return sum;
}

// The same for int16; the sum is wide enough.
static int64_t collect_int16(const tm_convolution *c, const int16_t *input, const int8_t *weights,
                             stamps rows, stamps columns)
{
    int32_t channels = c->input.channels;
    int64_t sum = 0;
    for (int32_t y = 0; y < rows.count; y++)
        for (int32_t x = 0; x < columns.count; x++) {
            int32_t cell = (rows.cell - y * c->window.stride_y) * c->filter.width + columns.cell -
                           x * c->window.stride_x;
            int32_t pixel = (rows.first + y) * c->input.width + columns.first + x;
            sum += tm_dot_int16(input + pixel * channels, weights + cell * channels, channels);
        }
    return sum;
}

// The same in single precision. Adds in the order of TensorFlow Lite's reference kernel.
static float collect_floats(const tm_convolution *c, const float *input, const float *weights,
                            stamps rows, stamps columns)
{
    int32_t channels = c->input.channels;
    float sum = 0.0f;
    for (int32_t y = 0; y < rows.count; y++)
        for (int32_t x = 0; x < columns.count; x++) {
            int32_t cell = (rows.cell - y * c->window.stride_y) * c->filter.width + columns.cell -
                           x * c->window.stride_x;
            int32_t pixel = (rows.first + y) * c->input.width + columns.first + x;
            for (int32_t i = 0; i < channels; i++)
                sum += input[pixel * channels + i] * weights[cell * channels + i];
        }
    return sum;
}

// What all outputs have in common.
typedef struct {
    tm_convolution c;
    tm_factor *factors; // [output channels], not for float32
    tm_range range;
    tm_float_range float_range;
} job;

// Compute all channels of one output pixel. input: [H, W, C] of this batch, out: [output channels]
static void collect_all_codes(tm_interpreter *m, const job *all, const int8_t *input, stamps rows,
                              stamps columns, int8_t *out)
{
    const tm_convolution *c = &all->c;
    const int8_t *weights = tm_data(m, c->filter_tensor);
    const int32_t *bias = tm_data(m, c->bias_tensor);
    int32_t zero = tm_zero_point(m, c->input_tensor);
    uint32_t zero_out = (uint32_t)tm_zero_point(m, c->output_tensor);
    int32_t length = c->filter.height * c->filter.width * c->filter.channels;
    for (int32_t i = 0; i < c->output.channels; i++) {
        uint32_t sum = collect_codes(c, input, weights + i * length, rows, columns, zero);
        if (bias != NULL)
            sum += (uint32_t)bias[i];
        uint32_t code = (uint32_t)tm_requantize((int32_t)sum, all->factors[i]) + zero_out;
        out[i] = (int8_t)tm_clamp((int32_t)code, all->range.lowest, all->range.highest);
    }
}

static void collect_all_int16(tm_interpreter *m, const job *all, const int16_t *input, stamps rows,
                              stamps columns, int16_t *out)
{
    const tm_convolution *c = &all->c;
    const int8_t *weights = tm_data(m, c->filter_tensor);
    int32_t length = c->filter.height * c->filter.width * c->filter.channels;
    for (int32_t i = 0; i < c->output.channels; i++) {
        uint64_t sum = (uint64_t)collect_int16(c, input, weights + i * length, rows, columns) +
                       (uint64_t)tm_wide_bias(m, c->bias_tensor, i);
        int32_t code = tm_requantize_wide((int64_t)sum, all->factors[i]);
        out[i] = (int16_t)tm_clamp(code, all->range.lowest, all->range.highest);
    }
}

static void collect_all_floats(tm_interpreter *m, const job *all, const float *input, stamps rows,
                               stamps columns, float *out)
{
    const tm_convolution *c = &all->c;
    tm_float_range range = all->float_range;
    const float *weights = tm_data(m, c->filter_tensor);
    const float *bias = tm_data(m, c->bias_tensor);
    int32_t length = c->filter.height * c->filter.width * c->filter.channels;
    for (int32_t i = 0; i < c->output.channels; i++) {
        float sum = collect_floats(c, input, weights + i * length, rows, columns);
        if (bias != NULL)
            sum += bias[i];
        out[i] = sum < range.lowest ? range.lowest : sum > range.highest ? range.highest : sum;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    job all;
    memset(&all, 0, sizeof all);
    tm_convolution *c = &all.c;
    describe(m, op, c);
    bool is_float = c->input_tensor->type == TM_FLOAT32;
    if (is_float) {
        all.float_range = tm_float_activation_range(c->activation);
    } else {
        all.range = tm_activation_range(m, c->output_tensor, c->activation);
        all.factors = tm_scratch(m, op);
        tm_convolution_factors(m, c->input_tensor, c->filter_tensor, c->output_tensor,
                               c->output.channels, all.factors);
    }
    int32_t picture = c->input.height * c->input.width * c->input.channels, to = 0;
    for (int32_t b = 0; b < c->output.batch; b++)
        for (int32_t y = 0; y < c->output.height; y++) {
            stamps rows = find_stamps(y, c->window.stride_y, c->window.pad_y, c->filter.height,
                                      c->input.height);
            for (int32_t x = 0; x < c->output.width; x++, to += c->output.channels) {
                stamps columns = find_stamps(x, c->window.stride_x, c->window.pad_x,
                                             c->filter.width, c->input.width);
                if (is_float)
                    collect_all_floats(m, &all,
                                       (const float *)tm_data(m, c->input_tensor) + b * picture,
                                       rows, columns, (float *)tm_data(m, c->output_tensor) + to);
                else if (tm_is_int16(c->input_tensor))
                    collect_all_int16(m, &all,
                                      (const int16_t *)tm_data(m, c->input_tensor) + b * picture,
                                      rows, columns, (int16_t *)tm_data(m, c->output_tensor) + to);
                else
                    collect_all_codes(m, &all,
                                      (const int8_t *)tm_data(m, c->input_tensor) + b * picture,
                                      rows, columns, (int8_t *)tm_data(m, c->output_tensor) + to);
            }
        }
}

const tm_kernel tm_transpose_conv = {TRANSPOSE_CONV, 5, prepare, invoke, 1, 0};
