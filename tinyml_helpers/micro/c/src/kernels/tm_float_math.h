// tm_float_math.h: what float32 kernels need of math.h, which chips don't have. The bits are the
// same on every computer.
#ifndef TM_FLOAT_MATH_H
#define TM_FLOAT_MATH_H

// Returns e^x, within 2 units of the last place; infinity where that is too large for a float.
float tm_exp(float x);

#endif
