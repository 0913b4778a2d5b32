// convolution.h: what CONV_2D and DEPTHWISE_CONV_2D have in common.
#ifndef TM_CONVOLUTION_H
#define TM_CONVOLUTION_H

#include "../requantize.h"
#include "window.h"

// A convolution, ready to compute.
typedef struct {
    const tm_tensor *input_tensor, *filter_tensor, *bias_tensor, *output_tensor;
    tm_shape input, filter, output; // filter.batch: a CONV_2D's output channels
    tm_window window;
    int32_t activation;
} tm_convolution;

// Where the options table keeps what both operators have; they differ in these three.
typedef struct {
    uint32_t activation, dilation_x, dilation_y;
} tm_convolution_fields;

// Reads an operator's tensors and options and checks all but what the channels must be.
// Returns TM_OK, or what tm_refuse returned.
tm_status tm_describe_convolution(tm_interpreter *m, const tm_operator *op,
                                  tm_convolution_fields fields, tm_convolution *c);

// Checks types, scales and bias of a described convolution with `channels` outputs whose scales
// differ along dimension `dimension` of the filter.
tm_status tm_check_convolution_types(tm_interpreter *m, const tm_operator *op,
                                     const tm_convolution *c, int32_t channels,
                                     int32_t dimension);

// Writes the factor of each output channel: input scale × filter scale / output scale.
// factors: [channels].
void tm_convolution_factors(tm_interpreter *m, const tm_tensor *input, const tm_tensor *filter,
                            const tm_tensor *output, int32_t channels, tm_factor *factors);

#endif
