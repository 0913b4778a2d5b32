// tm_convolution.h: what CONV_2D and DEPTHWISE_CONV_2D have in common.
#ifndef TM_CONVOLUTION_H
#define TM_CONVOLUTION_H

#include "tm_requantize.h"
#include "tm_window.h"

// A word of memory that holds int16.
typedef uint32_t __attribute__((may_alias)) tm_word;

// A convolution, ready to compute.
typedef struct {
    const tm_tensor *input_tensor, *filter_tensor, *bias_tensor, *output_tensor;
    tm_nhwc input, filter, output; // filter.batch: a CONV_2D's output channels
    int32_t groups;                // of a CONV_2D's channels
    tm_window window;
    int32_t activation;
    // For int8, set by tm_start_convolution.
    const tm_factor *factors; // [channels]: input scale × filter scale / output scale
    int32_t input_offset;     // - the input's zero point
    int32_t zero_point;       // of the output
    tm_range range;           // of the output's codes
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

// Sets what computing int8 takes; the factors are written to the start of the operator's scratch
// memory.
void tm_start_convolution(tm_interpreter *m, const tm_operator *op, tm_convolution *c);

// Sets all of that but the factors.
void tm_set_convolution(tm_interpreter *m, tm_convolution *c);

// Convolves float32. Filter n of a `depthwise` convolution is a channel of filter [1, FH, FW, N]
// and sees one channel, else it is filter [n] and sees all of its group.
void tm_convolve_float(tm_interpreter *m, const tm_convolution *c, bool depthwise);

#endif
