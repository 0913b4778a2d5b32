#include "rival_features.h"

#include "tm_memory.h"

enum { CODES = 256, LOW_RANK = 10, HIGH_RANK = 89 };

// The largest number whose square isn't above `value`: a bit at a time, from the top.
static uint32_t square_root(uint32_t value)
{
    uint32_t root = 0;
    for (uint32_t bit = 1u << 15; bit > 0; bit >>= 1) {
        uint32_t tried = root | bit;
        if (tried * tried <= value)
            root = tried;
    }
    return root;
}

// The first code from `code` on up to which more than `rank` samples lie. `seen` is how many lie
// below `code`, and is moved along with it.
static uint32_t ranked(const uint8_t *counts, uint32_t code, uint32_t *seen, uint32_t rank)
{
    while (*seen + counts[code] <= rank)
        *seen += counts[code++];
    return code;
}

// What depends on the order of size only, by counting how often each code is there.
static void add_order(const int8_t *axis, int16_t *features)
{
    uint8_t counts[CODES]; // of the codes -128 to 127; there are 100 samples in all
    memset(counts, 0, sizeof counts);
    for (uint32_t i = 0; i < RV_SAMPLES; i++)
        counts[axis[i * RV_AXES] + 128]++;
    static const struct {
        uint8_t feature, rank;
    } wanted[] = {
        {RV_LEAST, 0}, {RV_LOW, LOW_RANK}, {RV_HIGH, HIGH_RANK}, {RV_MOST, RV_SAMPLES - 1}};
    uint32_t code = 0, seen = 0;
    for (uint32_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        code = ranked(counts, code, &seen, wanted[i].rank);
        features[wanted[i].feature] = (int16_t)((int32_t)code - 128);
    }
}

// axis: the first sample of an axis; the next ones are RV_AXES apart.
static void add_axis(const int8_t *axis, int16_t *features)
{
    int32_t sum = 0, change = 0;
    uint32_t squares = 0, crossings = 0;
    for (uint32_t i = 0; i < RV_SAMPLES; i++) {
        int32_t x = axis[i * RV_AXES];
        sum += x;
        squares += (uint32_t)(x * x);
    }
    for (uint32_t i = 1; i < RV_SAMPLES; i++) {
        int32_t before = axis[(i - 1) * RV_AXES], x = axis[i * RV_AXES];
        change += x > before ? x - before : before - x;
        crossings += (RV_SAMPLES * x > sum) != (RV_SAMPLES * before > sum);
    }
    features[RV_SUM] = (int16_t)sum;
    // 100² × variance: 100 × the sum of squares, less the square of the sum.
    features[RV_DEVIATION] =
        (int16_t)square_root(RV_SAMPLES * squares - (uint32_t)(sum * sum));
    features[RV_CHANGE] = (int16_t)change;
    features[RV_CROSSINGS] = (int16_t)crossings;
    add_order(axis, features);
}

void rv_features(const int8_t *window, int16_t *features)
{
    for (uint32_t axis = 0; axis < RV_AXES; axis++)
        add_axis(window + axis, features + axis * RV_AXIS_FEATURES);
}
