#include "steepness.h"

enum { MOST_SLOPE = 8191 }; // a lead that falls off is no steeper: the window's sum stays below 2^31

// Averages 4 samples, then 2: nothing is left of mains of 50 Hz, and a tenth of those of 60 Hz.
static void smooth(hb_steepness *s, uint64_t now)
{
    const int32_t *raw = s->raw;
    int32_t sum = raw[now % 8] + raw[(now - 4) % 8] +
                  2 * (raw[(now - 1) % 8] + raw[(now - 2) % 8] + raw[(now - 3) % 8]);
    if (now >= HB_SMOOTH_DELAY)
        s->smooth[(now - HB_SMOOTH_DELAY) % HB_RING] = sum / 8;
}

// The paper's filters. It writes the low-pass as a recursion, y = 2 y' - y'' + x - 2 x(-6) + x(-12):
// the same as to sum the last 6 samples, twice. Its high-pass is what there was 16 samples ago less
// the average of the last 32. Sums of integers, they forget exactly, whatever came.
static void filter(hb_steepness *s, uint64_t now)
{
    // |raw| <= 2^18, |once| <= 6 × 2^18, |low| <= 36 × 2^18, |high| <= 64 × 36 × 2^18 < 2^30.
    s->raw_sum += s->raw[now % 8] - s->raw[(now - 6) % 8];
    s->once[now % 8] = s->raw_sum;
    s->once_sum += s->raw_sum - s->once[(now - 6) % 8];
    s->low_sum += s->once_sum - s->low[now % 32]; // of 32 samples ago
    s->low[now % 32] = s->once_sum;
    int32_t high = 32 * s->low[(now - 16) % 32] - s->low_sum;
    int32_t *band = s->band;
    band[now % 8] = high / 1024; // 36 × 32 is its gain: so it is a little more than 1
    int32_t slope = 2 * (band[now % 8] - band[(now - 4) % 8]) + band[(now - 1) % 8] -
                    band[(now - 3) % 8];
    slope = slope > MOST_SLOPE ? MOST_SLOPE : slope < -MOST_SLOPE ? -MOST_SLOPE : slope;
    int32_t oldest = s->slopes[(now - HB_WINDOW) % 32];
    s->slopes[now % 32] = (int16_t)slope;
    s->power += (uint32_t)(slope * slope) - (uint32_t)(oldest * oldest);
}

void hb_steepness_add(hb_steepness *s, uint64_t now, int32_t value)
{
    s->raw[now % 8] = value;
    smooth(s, now);
    filter(s, now);
}
