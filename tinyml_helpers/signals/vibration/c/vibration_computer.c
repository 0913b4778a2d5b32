// What only this computer needs: many recordings in one call from Python.

#include "speed.h"
#include "vibration.h"

uint64_t fe_vibration_bytes(void);
uint64_t fe_speed_bytes(void);
void fe_vibration_frames(fe_vibration *state, const int16_t *samples, uint64_t count,
                         fe_vibration_frame *frames);
void fe_vibration_recordings(fe_vibration *state, const int16_t *samples, uint64_t recordings,
                             uint64_t count, uint32_t hz, const uint32_t *shaft_mhz,
                             fe_vibration_frame *frames);

void fe_speed_recordings(fe_speed *state, const int16_t *samples, uint64_t recordings,
                         uint64_t count, uint32_t hz, uint32_t low_mhz, uint32_t high_mhz,
                         fe_speed_estimate *estimates);

// Returns the size of a state.
uint64_t fe_vibration_bytes(void)
{
    return sizeof(fe_vibration);
}

// Returns the size of a state.
uint64_t fe_speed_bytes(void)
{
    return sizeof(fe_speed);
}

// Takes all samples. samples: [count] int16.  frames: all they complete.
void fe_vibration_frames(fe_vibration *state, const int16_t *samples, uint64_t count,
                         fe_vibration_frame *frames)
{
    while (count > 0) {
        bool ready;
        uint32_t some = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
        uint32_t taken = fe_vibration_push(state, samples, some, frames, &ready);
        samples += taken;
        count -= taken;
        frames += ready;
    }
}

// Takes recordings, each from a fresh start. samples: [recordings, count] int16.
// shaft_mhz: [recordings].  frames: [recordings, looks].  Needs a rate and speeds that are valid.
void fe_vibration_recordings(fe_vibration *state, const int16_t *samples, uint64_t recordings,
                             uint64_t count, uint32_t hz, const uint32_t *shaft_mhz,
                             fe_vibration_frame *frames)
{
    for (uint64_t i = 0; i < recordings; i++) {
        fe_vibration_start(state, hz, shaft_mhz[i]);
        uint64_t looks = count / (FE_SPECTRUM * state->filters->decimation);
        fe_vibration_frames(state, samples + i * count, count, frames + i * looks);
    }
}

// Estimates the speed of each look of recordings, each from a fresh start.
// samples: [recordings, count] int16.  estimates: [recordings, looks]. Needs a rate and bounds that
// are valid.
void fe_speed_recordings(fe_speed *state, const int16_t *samples, uint64_t recordings,
                         uint64_t count, uint32_t hz, uint32_t low_mhz, uint32_t high_mhz,
                         fe_speed_estimate *estimates)
{
    for (uint64_t i = 0; i < recordings; i++) {
        fe_speed_start(state, hz, low_mhz, high_mhz);
        const int16_t *next = samples + i * count;
        for (uint64_t left = count; left > 0;) {
            bool ready;
            uint32_t some = left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
            uint32_t taken = fe_speed_push(state, next, some, estimates, &ready);
            next += taken;
            left -= taken;
            estimates += ready;
        }
    }
}
