#include "tm_convolution.h"

#define MOST_CHANNELS (1 << 24) // of an output: their factors, and more, must fit 32 bits

tm_status tm_describe_convolution(tm_interpreter *m, const tm_operator *op,
                                  tm_convolution_fields fields, tm_convolution *c)
{
    c->input_tensor = tm_input(m, op, 0);
    c->filter_tensor = tm_input(m, op, 1);
    c->bias_tensor = tm_input(m, op, 2);
    c->output_tensor = tm_output(m, op, 0);
    if (c->input_tensor == NULL || c->filter_tensor == NULL || c->input_tensor->rank != 4 ||
        c->filter_tensor->rank != 4 || c->output_tensor->rank != 4)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_LACKS_TENSOR);
    c->input = tm_nhwc_of(m, c->input_tensor);
    c->filter = tm_nhwc_of(m, c->filter_tensor);
    c->output = tm_nhwc_of(m, c->output_tensor);
    c->groups = c->input.channels / c->filter.channels;

    int32_t padding = tm_field_i8(m, op->options, 0, TM_SAME);
    c->window.stride_x = tm_field_i32(m, op->options, 1, 0);
    c->window.stride_y = tm_field_i32(m, op->options, 2, 0);
    c->activation = tm_field_i8(m, op->options, fields.activation, TM_NO_ACTIVATION);
    c->window.dilation_x = tm_field_i32(m, op->options, fields.dilation_x, 1);
    c->window.dilation_y = tm_field_i32(m, op->options, fields.dilation_y, 1);
    if (c->input.batch != c->output.batch ||
        !tm_window_fits_picture(&c->window, padding, c->input, c->output, c->filter.height,
                                c->filter.width))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

tm_status tm_check_convolution_types(tm_interpreter *m, const tm_operator *op,
                                     const tm_convolution *c, int32_t channels, int32_t dimension)
{
    const tm_tensor *input = c->input_tensor, *filter = c->filter_tensor, *bias = c->bias_tensor;
    const tm_tensor *output = c->output_tensor;
    bool is_float = tm_is_float(input), is_int16 = tm_is_int16(input);
    if ((input->type != TM_INT8 && !is_float && !is_int16) ||
        filter->type != (is_int16 ? TM_INT8 : input->type) || output->type != input->type)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    if (channels > MOST_CHANNELS ||
        (bias != NULL && ((bias->type != (is_float ? TM_FLOAT32 : TM_INT32) &&
                           !(is_int16 && bias->type == TM_INT64)) ||
                          tm_elements(m, bias) != channels || bias->place != TM_IN_MODEL)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_WEIGHTS);
    if (is_float) {
        tm_float_range range = tm_float_activation_range(c->activation);
        return range.lowest < range.highest
                   ? TM_OK
                   : tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_UNKNOWN_ACTIVATION);
    }
    if (!tm_is_quantized(m, input) || !tm_is_quantized(m, output))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_QUANTIZATION);
    uint32_t scales;
    tm_scales(m, filter, &scales);
    if (scales != 1 &&
        (scales != (uint32_t)channels || tm_quantized_dimension(m, filter) != dimension))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_QUANTIZATION);
    tm_range range = tm_activation_range(m, output, c->activation);
    if (range.lowest > range.highest)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_UNKNOWN_ACTIVATION);
    return TM_OK;
}

void tm_convolution_factors(tm_interpreter *m, const tm_tensor *input, const tm_tensor *filter,
                            const tm_tensor *output, int32_t channels, tm_factor *factors)
{
    uint32_t count;
    const float *scales = tm_scales(m, filter, &count);
    tm_ratio ratio = tm_ratio_of(tm_scale(m, input), tm_scale(m, output));
    for (int32_t i = 0; i < channels; i++) {
        if (i > 0 && count == 1)
            factors[i] = factors[0];
        else
            factors[i] = tm_factor_by(&ratio, scales[i]);
    }
}

void tm_start_convolution(tm_interpreter *m, const tm_operator *op, tm_convolution *c)
{
    c->factors = tm_scratch(m, op);
    tm_convolution_factors(m, c->input_tensor, c->filter_tensor, c->output_tensor,
                           c->output.channels, tm_scratch(m, op));
    tm_set_convolution(m, c);
}

void tm_set_convolution(tm_interpreter *m, tm_convolution *c)
{
    c->input_offset = -tm_zero_point(m, c->input_tensor);
    c->zero_point = tm_zero_point(m, c->output_tensor);
    c->range = tm_activation_range(m, c->output_tensor, c->activation);
}

// The sum of one output: `count` channels of input [H, W, C] under the window at (y, x), and filter
// [FH, FW, channels], both from the first channel on.
static float sum_float(const tm_convolution *c, const float *input, const float *filter,
                       int32_t count, int32_t y, int32_t x)
{
    float sum = 0.0f;
    for (int32_t fy = 0; fy < c->filter.height; fy++) {
        int32_t row = y + fy * c->window.dilation_y;
        for (int32_t fx = 0; fx < c->filter.width; fx++, filter += c->filter.channels) {
            int32_t column = x + fx * c->window.dilation_x;
            if (row < 0 || row >= c->input.height || column < 0 || column >= c->input.width)
                continue;
            const float *in = input + (row * c->input.width + column) * c->input.channels;
            for (int32_t i = 0; i < count; i++)
                sum += in[i] * filter[i];
        }
    }
    return sum;
}

void tm_convolve_float(tm_interpreter *m, const tm_convolution *c, bool depthwise)
{
    const float *input = tm_data(m, c->input_tensor), *filter = tm_data(m, c->filter_tensor);
    const float *bias = tm_data(m, c->bias_tensor);
    float *output = tm_data(m, c->output_tensor);
    tm_float_range range = tm_float_activation_range(c->activation);
    // The outputs that see the same `count` channels of the input.
    int32_t count = depthwise ? 1 : c->filter.channels;
    int32_t depth = c->output.channels / (c->input.channels / count);
    int32_t size = depthwise ? 1 : c->filter.height * c->filter.width * count;
    int32_t pixels = c->output.height * c->output.width;
    for (int32_t i = 0; i < c->output.batch * pixels; i++) {
        int32_t y = i % pixels / c->output.width * c->window.stride_y - c->window.pad_y;
        int32_t x = i % c->output.width * c->window.stride_x - c->window.pad_x;
        const float *picture = input + i / pixels * c->input.height * c->input.width *
                                           c->input.channels;
        for (int32_t n = 0; n < c->output.channels; n++) {
            float sum = sum_float(c, picture + n / depth * count, filter + n * size, count, y, x);
            sum += bias == NULL ? 0.0f : bias[n];
            sum = sum < range.lowest ? range.lowest : sum;
            *output++ = sum > range.highest ? range.highest : sum;
        }
    }
}
