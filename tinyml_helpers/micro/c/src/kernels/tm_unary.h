// tm_unary.h: what operators share that compute each value of their output from one of their
// input.
#ifndef TM_UNARY_H
#define TM_UNARY_H

#include "tm_kernel.h"
#include "tm_requantize.h"

// Whether an operator's first input is int16, and it may be.
static inline bool tm_reads_int16(tm_interpreter *m, const tm_operator *op)
{
#ifdef TM_WITHOUT_INT16
    (void)m;
    (void)op;
    return false;
#else
    const tm_tensor *input = tm_input(m, op, 0);
    return input != NULL && tm_is_int16(input);
#endif
}

// Checks that there are one input and one output, of the same shape.
// Returns TM_OK, or what tm_refuse returned.
tm_status tm_check_unary(tm_interpreter *m, const tm_operator *op);

// The same, and that both are float32, or both int8 and quantized as a whole. The output may lie
// where the input lies.
tm_status tm_prepare_unary(tm_interpreter *m, tm_operator *op);

// The same, for int16 also.
#ifdef TM_WITHOUT_INT16
#define tm_prepare_wide_unary tm_prepare_unary
#else
tm_status tm_prepare_wide_unary(tm_interpreter *m, tm_operator *op);
#endif

// The same for a function that flattens out on both sides; int8 inputs must have a scale that
// tm_invoke_squashing can compute with, int16 ones one that is not too large.
tm_status tm_prepare_squashing(tm_interpreter *m, tm_operator *op);

// Computes such a function. Of int8 codes: code_of is given a number between -15 and 15 in Q4.27
// (see tm_fixed_point.h) and returns the output's code; what lies farther out gets the lowest and
// the highest code. Of float32: number_of.
void tm_invoke_squashing(tm_interpreter *m, const tm_operator *op, int32_t (*code_of)(int32_t x),
                         float (*number_of)(float x));

#endif
