// tm_squashing_int16.h: LOGISTIC and TANH of int16, which share a table.
#ifndef TM_SQUASHING_INT16_H
#define TM_SQUASHING_INT16_H

#include "tm_kernel.h"

// Checks an operator whose first input is int16: TANH or LOGISTIC.
// Returns TM_OK, or what tm_refuse returned.
tm_status tm_prepare_squashing_int16(tm_interpreter *m, tm_operator *op);

void tm_invoke_squashing_int16(tm_interpreter *m, const tm_operator *op, bool is_tanh);

// Return logistic(x) and tanh(x) in Q0.15, for x in steps of 1/12288.
int16_t tm_logistic_int16(int32_t x);
int16_t tm_tanh_int16(int32_t x);

#endif
