// tm_softmax_int16.h: SOFTMAX of int16, which has its own arithmetic.
#ifndef TM_SOFTMAX_INT16_H
#define TM_SOFTMAX_INT16_H

#include "tm_kernel.h"

// Checks a SOFTMAX with one input, of int16, of rank 1 or more, and one output of its shape.
// Returns TM_OK, or what tm_refuse returned.
tm_status tm_prepare_softmax_int16(tm_interpreter *m, tm_operator *op);

void tm_invoke_softmax_int16(tm_interpreter *m, const tm_operator *op);

#endif
