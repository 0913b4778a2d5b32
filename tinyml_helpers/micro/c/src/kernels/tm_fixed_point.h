// tm_fixed_point.h: exp and what is built on it, computed with integers only.
//
// Qm.n is a number kept as an int32 with n bits behind the point: Q0.31 holds -1 to almost 1, Q5.26
// holds -32 to almost 32. The constants, the order of operations and every rounding are those of
// gemmlowp's fixedpoint.h, which TensorFlow Lite Micro computes softmax, logistic and tanh with.
#ifndef TM_FIXED_POINT_H
#define TM_FIXED_POINT_H

#include <stdint.h>

// Returns exp(x) in Q0.31, for x <= 0 in Q(31 - fraction_bits).(fraction_bits), fraction_bits 26 or
// 27. exp(0) is the number next below 1.
int32_t tm_fixed_exp(int32_t x, int32_t fraction_bits);

// Returns 1 / (1 + x) in Q0.31, for x in Q0.31, x >= 0.
int32_t tm_one_over_one_plus(int32_t x);

// Returns (1 - x) / (1 + x) in Q0.31, for x in Q0.31, x >= 0.
int32_t tm_one_minus_over_one_plus(int32_t x);

#endif
