// rival_linear.h: logistic regression on the features, in integers.
#ifndef RIVAL_LINEAR_H
#define RIVAL_LINEAR_H

#include "rival_features.h"

enum { RV_STANDARD_SHIFT = 12 };

typedef struct {
    const int16_t *means;        // [48], of the features
    const uint16_t *multipliers; // [48], 16 / standard deviation × 2^12, at most 32767
    const int8_t *weights;       // [classes, 48]
    const int32_t *biases;       // [classes]
    uint32_t classes;
} rv_linear;

// The class that the features speak for most. features: int16 [48]. Of equals it is the first.
uint32_t rv_linear_class(const rv_linear *linear, const int16_t *features);

#endif
