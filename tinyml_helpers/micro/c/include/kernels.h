// kernels.h: the names of all kernels, for the list a program gives to tm_init. Only those in the
// list are linked. A kernel is called as its operator, in small letters: by the schema's name, or
// a custom operator's own.
#ifndef TM_KERNELS_H
#define TM_KERNELS_H

#include "micro.h"

#define TM_KERNELS(K) \
    K(add) K(average_pool_2d) K(batch_to_space_nd) K(concatenation) K(conv_2d) \
    K(depthwise_conv_2d) K(dequantize) K(expand_dims) K(fully_connected) K(gather) K(hard_swish) \
    K(leaky_relu) K(logistic) K(max_pool_2d) K(maximum) K(mean) K(minimum) K(mul) K(pack) K(pad) \
    K(padv2) K(prelu) K(quantize) K(reduce_max) K(relu) K(relu6) K(reshape) K(resize_bilinear) \
    K(resize_nearest_neighbor) K(shape) K(slice) K(softmax) K(space_to_batch_nd) K(split) \
    K(split_v) K(squeeze) K(strided_slice) K(sub) K(svdf) K(tanh) K(tflm_decode) K(transpose) \
    K(transpose_conv) K(unidirectional_sequence_lstm) K(unpack)

#ifdef __cplusplus
extern "C" {
#endif

#define TM_DECLARE(name) extern const tm_kernel tm_##name;
TM_KERNELS(TM_DECLARE)
#undef TM_DECLARE

#ifdef __cplusplus
}
#endif

#endif
