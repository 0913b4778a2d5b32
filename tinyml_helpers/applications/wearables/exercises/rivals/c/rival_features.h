// rival_features.h: 48 numbers that describe a window of movement, in integers.
#ifndef RIVAL_FEATURES_H
#define RIVAL_FEATURES_H

#include <stdint.h>

enum {
    RV_SAMPLES = 100,
    RV_AXES = 6,
    RV_AXIS_FEATURES = 8,
    RV_FEATURES = RV_AXES * RV_AXIS_FEATURES,
};

// What is kept of each axis, in this order.
enum {
    RV_SUM,       // of the 100 samples: their mean × 100
    RV_DEVIATION, // their standard deviation × 100, rounded down
    RV_LEAST,
    RV_MOST,
    RV_CHANGE,    // sum of the steps from sample to sample, without their signs
    RV_CROSSINGS, // how often the curve passes its mean
    RV_LOW,       // the 11th sample by size
    RV_HIGH,      // the 90th sample by size
};

// The features of a window. window: int8 [100, 6], codes of the network's input; features: int16
// [6, 8]. Uses some 300 bytes of stack.
void rv_features(const int8_t *window, int16_t *features);

#endif
