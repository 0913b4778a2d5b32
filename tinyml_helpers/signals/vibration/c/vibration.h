// vibration.h: from a machine's vibration to what an anomaly model and a fault model look at.
//
// int16 samples go in as they come, at 12,000, 3,200 or 1,600 a second. Every look, 2,048 samples
// × 8, 2 or 1 (1.37 s, or 1.28 s), gives one frame; looks don't overlap.
//
//     fe_vibration state;
//     if (fe_vibration_start(&state, 12000, 29950) != FE_OK) // the shaft turns at 29.95 Hz
//         give_up();
//     for (;;) {
//         uint32_t count = read_sensor(samples);
//         for (uint32_t used = 0; used < count;) {
//             used += fe_vibration_push(&state, samples + used, count - used, &frame, &ready);
//             if (ready)
//                 look_at(&frame);
//         }
//     }
//
// The push that completes a look computes for up to 3 blocks' time at 12 kHz, on a Nano or a Pico:
// let samples queue up meanwhile.
//
// Integers only: the same samples give the same codes on every chip and computer.
#ifndef FE_VIBRATION_H
#define FE_VIBRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "filters.h"
#include "spectrum.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FE_ORDERS 192
#define FE_BANDS 32
#define FE_BLOCK 64 // samples that are filtered together

typedef struct {
    // How strongly the vibration's loudness comes and goes with the shaft's turns: [i] around i/16
    // times a turn. 8 codes an octave of power, less their median. 0 above what the rate allows.
    int8_t orders[FE_ORDERS];
    // How loud it is: [0] from rate/600 up, [31] up to 0.49 of the rate, equally wide in octaves.
    // 6 codes an octave of power (0.5 dB a code). The loudest sine in the middle of a narrow band
    // has code 122, a noise of one step (rms) about -108.
    int8_t bands[FE_BANDS];
    uint16_t clipped; // samples at either end of int16
    uint16_t span;    // the largest sample less the least
} fe_vibration_frame;

// The caller's memory; its fields are the front end's own.
typedef struct {
    uint64_t bands[FE_BANDS];                     // power so far
    int32_t spectrum[FE_SPECTRUM];                // samples as they come, × 2^12; then theirs
    int32_t envelope[FE_SPECTRUM];                // × 2^12
    int32_t rectified[FE_LOW_PASS + FE_BLOCK];    // those before the block, and the block's
    int16_t samples[FE_BAND_PASS - 1 + FE_BLOCK]; // as rectified
    int16_t least, most;
    uint32_t clipped;
    uint32_t filled;   // samples of the block
    uint32_t gathered; // samples of the look, without the block's
    uint32_t shaft_mhz;
    const fe_filters *filters;
} fe_vibration;

// Prepares a state, or forgets all samples. Before the first sample it is as if there had been
// silence.
// hz: samples a second.  shaft_mhz: how often the shaft turns in 1,000 seconds.
// Returns FE_OK, FE_BAD_RATE or FE_BAD_SPEED; then the state can't be used.
int32_t fe_vibration_start(fe_vibration *state, uint32_t hz, uint32_t shaft_mhz);

// Sets the shaft's speed, for looks that are completed from now on.
// Returns FE_OK or FE_BAD_SPEED; then it stays as it is.
int32_t fe_vibration_set_speed(fe_vibration *state, uint32_t shaft_mhz);

// Takes samples until they are used up or a look is complete, whichever is first.
// samples: [count] int16.  frame: written only when complete.  *ready: whether it is.
// Returns how many samples were taken, at most count.
uint32_t fe_vibration_push(fe_vibration *state, const int16_t *samples, uint32_t count,
                           fe_vibration_frame *frame, bool *ready);

#ifdef __cplusplus
}
#endif

#endif
