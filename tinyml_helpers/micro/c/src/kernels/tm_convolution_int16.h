// tm_convolution_int16.h: layers that read int16 activations with int8 weights.
//
// Their zero points are 0. Sums are kept in 64 bits, and rescaled by a multiplier of 15 bits, in one
// rounding. A CONV_2D whose bias is int32 keeps them in 32 bits, and rescales as int8 layers do. All
// this is how TensorFlow Lite Micro does it.
#ifndef TM_CONVOLUTION_INT16_H
#define TM_CONVOLUTION_INT16_H

#include "tm_convolution.h"

// Checks what tm_check_convolution_types leaves open, and asks for the scratch memory of the
// factors. Needs: narrow, whether the operator may have a bias of int32.
// Returns TM_OK, or what tm_refuse returned.
tm_status tm_prepare_int16(tm_interpreter *m, tm_operator *op, const tm_convolution *c,
                           bool narrow);

// Convolves int16; `depthwise` as for tm_convolve_float. Writes the factors to the operator's
// scratch memory.
void tm_convolve_int16(tm_interpreter *m, const tm_operator *op, tm_convolution *c, bool depthwise);

// Returns the sum of `count` products.
int64_t tm_dot_int16(const int16_t *in, const int8_t *weights, int32_t count);

// Returns the bias of a channel: of int64 or int32, 0 if there is none.
int64_t tm_wide_bias(const tm_interpreter *m, const tm_tensor *bias, int32_t channel);

// Returns sum × factor for a sum of 64 bits, as 32 bits. Needs a shift of at most TM_MOST_SHIFT.
#define TM_MOST_SHIFT 7
int32_t tm_requantize_wide(int64_t sum, tm_factor factor);

#endif
