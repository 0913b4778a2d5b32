// log_mel.h: from a microphone's samples to what a keyword spotter looks at.
//
// 16 kHz int16 samples go in as they come. Every 320 of them (20 ms), the last 512 give one frame:
// how loud it is in each of 40 bands of frequency, as int8, 8 codes an octave of power (0.376 dB a
// code). 127 is the loudest sine there can be, -128 anything 96 dB below it or quieter.
//
//     fe_log_mel state;
//     fe_reset(&state);
//     for (;;) {
//         uint32_t count = read_microphone(samples);
//         for (uint32_t used = 0; used < count;) {
//             used += fe_push(&state, samples + used, count - used, frame, &ready);
//             if (ready)
//                 look_at(frame);
//         }
//     }
//
// Integers only: the same samples give the same codes on every chip and computer.
#ifndef FE_LOG_MEL_H
#define FE_LOG_MEL_H

#include <stdbool.h>
#include <stdint.h>

#include "fft.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FE_HOP 320 // samples from one frame to the next
#define FE_BINS 40 // codes a frame

// The caller's memory; it may lie anywhere. Its fields are the front end's own.
typedef struct {
    int32_t spectrum[FE_WINDOW];
    int16_t samples[FE_WINDOW]; // the window that is being filled
    uint32_t filled;            // how many of them are there
} fe_log_mel;

// Prepares a state, or forgets all samples: the next frame is complete after 512.
void fe_reset(fe_log_mel *state);

// Takes samples until they are used up or a frame is complete, whichever is first.
// samples: [count] int16, 16 kHz.  frame: [40] int8, written only when complete.
// *ready: whether it is. The first frame is after 512 samples, the others after 320 each.
// Returns how many samples were taken, at most count.
uint32_t fe_push(fe_log_mel *state, const int16_t *samples, uint32_t count,
                 int8_t frame[FE_BINS], bool *ready);

#ifdef __cplusplus
}
#endif

#endif
