#include "tm_window.h"

// Sizes and steps up to here can be added without leaving 31 bits.
#define MOST (1 << 30)

// The same as tm_window_fits_picture, along one axis.
// SAME gives ceil(input / stride) outputs, VALID as many as windows fit in the input. What the
// windows lack is padded, half before and half behind, the odd one behind (TensorFlow Lite's
// ComputePadding).
static bool fits(int32_t padding, int32_t input, int32_t output, int32_t filter, int32_t stride,
                 int32_t dilation, int32_t *before)
{
    if (stride < 1 || stride > MOST || dilation < 1 || filter < 1 || filter > MOST / dilation)
        return false;
    int32_t reach = (filter - 1) * dilation + 1; // cells from first to last
    if (padding != TM_SAME && (padding != TM_VALID || reach > input))
        return false;
    int32_t places = padding == TM_SAME ? input : input - reach + 1;
    if (output != (places + stride - 1) / stride)
        return false;
    int32_t missing = (output - 1) * stride + reach - input;
    *before = missing > 0 ? missing / 2 : 0;
    return true;
}

bool tm_window_fits_picture(tm_window *window, int32_t padding, tm_nhwc input, tm_nhwc output,
                            int32_t filter_height, int32_t filter_width)
{
    return fits(padding, input.height, output.height, filter_height, window->stride_y,
                window->dilation_y, &window->pad_y) &&
           fits(padding, input.width, output.width, filter_width, window->stride_x,
                window->dilation_x, &window->pad_x);
}
