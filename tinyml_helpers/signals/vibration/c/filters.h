// filters.h: the rates of samples the front end knows, and its filters for each.
#ifndef FE_FILTERS_H
#define FE_FILTERS_H

#include <stdint.h>

#define FE_BAND_PASS 65 // taps
#define FE_LOW_PASS 64

// What functions that start something return.
#define FE_OK 0
#define FE_BAD_RATE (-1)  // not 12,000, 3,200 or 1,600 samples a second
#define FE_BAD_SPEED (-2) // a shaft slower or faster than may be

// A filter's taps are the same from both ends: half of them are here.
typedef struct {
    uint32_t hz;         // samples a second
    uint32_t decimation; // of so many filtered samples one is kept
    uint32_t scale;      // positions a millihertz in the spectrum of those kept, × 2^24
    int16_t band_pass[FE_BAND_PASS / 2 + 1]; // × 2^13
    int16_t low_pass[FE_LOW_PASS / 2];       // × 2^15
} fe_filters;

// Returns the filters for a rate, or NULL if there are none.
const fe_filters *fe_filters_for(uint32_t hz);

// Returns the last of 65 samples, band-passed, × 2^13: less than 2^29.3 in size.
int32_t fe_band_passed(const fe_filters *filters, const int16_t samples[FE_BAND_PASS]);

// Returns the last of 64 numbers, low-passed, / 2. Needs numbers less than 2^29.3 in size: the
// result is too.
int32_t fe_low_passed(const fe_filters *filters, const int32_t numbers[FE_LOW_PASS]);

#endif
