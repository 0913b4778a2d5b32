#include "rival_linear.h"

// Features in 1/16 of their standard deviations, from their means; saturated.
static void standardise(const rv_linear *linear, const int16_t *features, int8_t *standard)
{
    for (uint32_t i = 0; i < RV_FEATURES; i++) {
        int32_t off = (int32_t)features[i] - linear->means[i];
        int32_t code = (off * linear->multipliers[i] + (1 << (RV_STANDARD_SHIFT - 1))) >>
                       RV_STANDARD_SHIFT;
        standard[i] = (int8_t)(code > 127 ? 127 : code < -128 ? -128 : code);
    }
}

uint32_t rv_linear_class(const rv_linear *linear, const int16_t *features)
{
    int8_t standard[RV_FEATURES];
    standardise(linear, features, standard);
    uint32_t best = 0;
    int32_t most = INT32_MIN;
    for (uint32_t k = 0; k < linear->classes; k++) {
        const int8_t *weights = linear->weights + k * RV_FEATURES;
        int32_t score = linear->biases[k];
        for (uint32_t i = 0; i < RV_FEATURES; i++)
            score += weights[i] * standard[i];
        if (score > most) {
            most = score;
            best = k;
        }
    }
    return best;
}
