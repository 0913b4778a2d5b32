// steepness.h: how steep an ECG is where a QRS would be, and a smooth one to measure beats by.
//
// The filters of J. Pan and W. J. Tompkins (see qrs.h) at 200 samples a second: low-pass, high-pass,
// derivative, square, and a window of 150 ms in which squares are summed. Memory is the caller's and
// 0 at the start: filters are at rest then.
#ifndef HB_STEEPNESS_H
#define HB_STEEPNESS_H

#include <stdint.h>

enum { HB_RING = 1024 }; // smooth samples that are kept, 5.1 s

// In samples.
enum {
    HB_SMOOTH_DELAY = 2,
    HB_SLOPE_DELAY = 5 + 16 + 2, // of low-pass, high-pass and derivative
    HB_WINDOW = 30,
};

// Owned by the caller; private but for `power` and hb_steepness_at.
typedef struct {
    int32_t smooth[HB_RING]; // the ECG without mains, by number of sample
    // The filters' memories, rings all, and running sums of them.
    int32_t raw[8], once[8], low[32], band[8];
    int16_t slopes[32];
    int32_t raw_sum, once_sum, low_sum;
    uint32_t power; // the squared slopes in the window that ends with the last sample, summed
} hb_steepness;

// Takes a sample, of at most HB_MOST to either side. now: its number, from 0.
void hb_steepness_add(hb_steepness *steepness, uint64_t now, int32_t value);

// The smooth ECG: one of its last HB_RING samples, up to HB_SMOOTH_DELAY before the last taken.
static inline int32_t hb_steepness_at(const hb_steepness *steepness, uint64_t number)
{
    return steepness->smooth[number % HB_RING];
}

#endif
