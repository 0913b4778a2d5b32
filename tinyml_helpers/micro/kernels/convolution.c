#include "convolution.h"

tm_status tm_describe_convolution(tm_interpreter *m, const tm_operator *op,
                                  tm_convolution_fields fields, tm_convolution *c)
{
    c->input_tensor = tm_input(m, op, 0);
    c->filter_tensor = tm_input(m, op, 1);
    c->bias_tensor = tm_input(m, op, 2);
    c->output_tensor = tm_output(m, op, 0);
    if (c->input_tensor == NULL || c->filter_tensor == NULL || c->input_tensor->rank != 4 ||
        c->filter_tensor->rank != 4 || c->output_tensor->rank != 4)
        return tm_refuse(m, op, TM_MALFORMED, "needs an input, a filter and an output of rank 4");
    c->input = tm_shape_of(m, c->input_tensor);
    c->filter = tm_shape_of(m, c->filter_tensor);
    c->output = tm_shape_of(m, c->output_tensor);

    int32_t padding = tm_field_i8(m, op->options, 0, TM_SAME);
    c->window.stride_x = tm_field_i32(m, op->options, 1, 0);
    c->window.stride_y = tm_field_i32(m, op->options, 2, 0);
    c->activation = tm_field_i8(m, op->options, fields.activation, TM_NO_ACTIVATION);
    c->window.dilation_x = tm_field_i32(m, op->options, fields.dilation_x, 1);
    c->window.dilation_y = tm_field_i32(m, op->options, fields.dilation_y, 1);
    if (c->input.batch != c->output.batch ||
        !tm_window_fits_picture(&c->window, padding, c->input, c->output, c->filter.height,
                                c->filter.width))
        return tm_refuse(m, op, TM_MALFORMED, "has an output of another shape than it computes");
    return TM_OK;
}

tm_status tm_check_convolution_types(tm_interpreter *m, const tm_operator *op,
                                     const tm_convolution *c, int32_t channels, int32_t dimension)
{
    const tm_tensor *input = c->input_tensor, *filter = c->filter_tensor, *bias = c->bias_tensor;
    const tm_tensor *output = c->output_tensor;
    bool is_float = input->type == TM_FLOAT32;
    if ((input->type != TM_INT8 && !is_float) || filter->type != input->type ||
        output->type != input->type || filter->place != TM_IN_MODEL)
        return tm_refuse(m, op, TM_UNSUPPORTED, "needs int8 or float32 tensors, and a constant filter");
    if (bias != NULL && (bias->type != (is_float ? TM_FLOAT32 : TM_INT32) ||
                         tm_elements(m, bias) != channels || bias->place != TM_IN_MODEL))
        return tm_refuse(m, op, TM_UNSUPPORTED, "needs a constant bias, one number a channel");
    if (is_float) {
        tm_float_range range = tm_float_activation_range(c->activation);
        return range.lowest < range.highest
                   ? TM_OK
                   : tm_refuse(m, op, TM_UNSUPPORTED, "has an unknown activation");
    }
    if (!tm_is_quantized(m, input) || !tm_is_quantized(m, output))
        return tm_refuse(m, op, TM_MALFORMED, "has tensors without scale or zero point");
    uint32_t scales;
    tm_scales(m, filter, &scales);
    if (scales != 1 &&
        (scales != (uint32_t)channels || tm_quantized_dimension(m, filter) != dimension))
        return tm_refuse(m, op, TM_MALFORMED, "needs one scale for the filter, or one a channel");
    tm_range range = tm_activation_range(m, output, c->activation);
    if (range.lowest > range.highest)
        return tm_refuse(m, op, TM_UNSUPPORTED, "has an unknown activation");
    return TM_OK;
}

void tm_convolution_factors(tm_interpreter *m, const tm_tensor *input, const tm_tensor *filter,
                            const tm_tensor *output, int32_t channels, tm_factor *factors)
{
    uint32_t count;
    const float *scales = tm_scales(m, filter, &count);
    float input_scale = tm_scale(m, input), output_scale = tm_scale(m, output);
    for (int32_t i = 0; i < channels; i++) {
        if (i > 0 && count == 1)
            factors[i] = factors[0];
        else
            factors[i] = tm_factor_of(input_scale, scales[i], output_scale);
    }
}
