// speed.h: how fast a shaft turns, from the vibration it makes, where nothing else tells.
//
// A shaft's vibration has lines at one, two, three ... times its speed. After 2,048 samples × 8, 2
// or 1 (as a look of vibration.h) the speed is the one whose first 12 multiples stick out of the
// spectrum most. Multiples of 50 and 60 Hz are left out, since mains make such lines: so a shaft of
// exactly 50 or 60 Hz isn't found. Nor can a speed be told from its half or double: give bounds
// nearer to each other than that.
#ifndef FE_SPEED_H
#define FE_SPEED_H

#include <stdbool.h>
#include <stdint.h>

#include "filters.h"
#include "spectrum.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FE_SPEED_BLOCK 64 // samples that are filtered together

typedef struct {
    uint32_t shaft_mhz;  // turns in 1,000 seconds
    uint32_t confidence; // 0 to 255: by how much these multiples stick out more than others'
} fe_speed_estimate;

// The caller's memory; its fields are the front end's own.
typedef struct {
    int32_t spectrum[FE_SPECTRUM];                 // decimated samples, × 2^12; then theirs
    int32_t samples[FE_LOW_PASS + FE_SPEED_BLOCK]; // those before the block, and its, × 2^13
    uint32_t filled;                               // samples of the block
    uint32_t gathered;                             // numbers in the spectrum
    uint32_t low_mhz, high_mhz;
    const fe_filters *filters;
} fe_speed;

// Prepares a state, or forgets all samples.
// hz: samples a second.  low_mhz, high_mhz: turns in 1,000 seconds to search between.
// Returns FE_OK; FE_BAD_RATE, or FE_BAD_SPEED if the bounds aren't 5 Hz <= low < high <= 200 Hz:
// then the state can't be used.
int32_t fe_speed_start(fe_speed *state, uint32_t hz, uint32_t low_mhz, uint32_t high_mhz);

// Takes samples until they are used up or there is an estimate, whichever is first.
// samples: [count] int16.  estimate: written only when there is one.  *ready: whether there is.
// Returns how many samples were taken, at most count.
uint32_t fe_speed_push(fe_speed *state, const int16_t *samples, uint32_t count,
                       fe_speed_estimate *estimate, bool *ready);

#ifdef __cplusplus
}
#endif

#endif
