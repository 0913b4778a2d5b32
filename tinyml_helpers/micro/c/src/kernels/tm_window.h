// tm_window.h: where the window of a convolution or a pooling lies on its input.
//
// The window has filter_height × filter_width cells, `dilation` rows (columns) apart. For output
// row y its cell row f lies on input row y × stride_y - pad_y + f × dilation_y; cells that fall
// off the picture count as padding.
#ifndef TM_WINDOW_H
#define TM_WINDOW_H

#include "tm_kernel.h"

typedef struct {
    int32_t stride_y, stride_x;
    int32_t dilation_y, dilation_x; // 1 for cells without gaps
    int32_t pad_y, pad_x;           // rows and columns of padding in front of the input
} tm_window;

// Sets the padding of a window whose strides and dilations are set.
// Needs: padding, the option of the model, TM_SAME or TM_VALID; filter_height and filter_width,
// the cells of the window.
// Returns false for any other padding, for cells, strides or dilations below 1 or so large that
// places could overflow 32 bits, and if the output has another size than the windows give it;
// channels and batch are left to the caller.
bool tm_window_fits_picture(tm_window *window, int32_t padding, tm_nhwc input, tm_nhwc output,
                            int32_t filter_height, int32_t filter_width);

#endif
