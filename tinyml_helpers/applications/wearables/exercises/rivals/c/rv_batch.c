// rv_batch.c: what Python calls on this computer: many windows at once. Not for boards.
#include <stddef.h>

#include "rival_linear.h"
#include "rival_trees.h"

void rv_features_all(const int8_t *windows, uint32_t count, int16_t *features);
void rv_linear_all(const rv_linear *linear, const int16_t *features, uint32_t count,
                   uint8_t *classes);
void rv_trees_all(const rv_trees *trees, const int16_t *features, uint32_t count,
                  uint8_t *classes);

// windows: [count, 100, 6]; features: [count, 48].
void rv_features_all(const int8_t *windows, uint32_t count, int16_t *features)
{
    for (size_t i = 0; i < count; i++)
        rv_features(windows + i * RV_SAMPLES * RV_AXES, features + i * RV_FEATURES);
}

// features: [count, 48]; classes: [count].
void rv_linear_all(const rv_linear *linear, const int16_t *features, uint32_t count,
                   uint8_t *classes)
{
    for (size_t i = 0; i < count; i++)
        classes[i] = (uint8_t)rv_linear_class(linear, features + i * RV_FEATURES);
}

// features: [count, 48]; classes: [count].
void rv_trees_all(const rv_trees *trees, const int16_t *features, uint32_t count,
                  uint8_t *classes)
{
    for (size_t i = 0; i < count; i++)
        classes[i] = (uint8_t)rv_trees_class(trees, features + i * RV_FEATURES);
}
