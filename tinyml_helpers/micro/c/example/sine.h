/* sine: a TensorFlow Lite model of 2056 bytes.

   input 0: int8 [1, 1], 1 bytes, scale 0.024639944, zero point -128
   output 0: int8 [1, 1], 1 bytes, scale 0.007833771, zero point -1
   real number = scale * (code - zero point)
   operators: FULLY_CONNECTED
   weights: 96 bytes; multiply-accumulates: 32

   SHA-256 of the model: b2c22d0243fd9a609a1efa4678eff441c9b4aa33bb164f4259896ad56f792bd3
*/
#ifndef MODEL_sine_H
#define MODEL_sine_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const unsigned char sine[2056]; /* aligned to 16 bytes: TFLM reads it in place */
extern const size_t sine_len;

#ifdef __cplusplus
}
#endif

#endif
