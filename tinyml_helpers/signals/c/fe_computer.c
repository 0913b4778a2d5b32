// What only this computer needs: many samples in one call from Python.

#include "log_mel.h"

void fe_go_on(fe_log_mel *state, const int16_t *samples, uint64_t count, int8_t *features);
void fe_clips(fe_log_mel *state, const int16_t *audio, uint64_t clips, uint64_t samples,
              int8_t *features);

// Takes all samples. samples: [count] int16.  features: [frames, 40] int8, all they complete.
void fe_go_on(fe_log_mel *state, const int16_t *samples, uint64_t count, int8_t *features)
{
    while (count > 0) {
        bool ready;
        uint32_t some = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
        uint32_t taken = fe_push(state, samples, some, features, &ready);
        samples += taken;
        count -= taken;
        features += ready ? FE_BINS : 0;
    }
}

// Takes clips, each from a fresh start. audio: [clips, samples] int16.
// features: [clips, frames, 40] int8, frames = (samples - 512) / 320 + 1. Needs samples >= 512.
void fe_clips(fe_log_mel *state, const int16_t *audio, uint64_t clips, uint64_t samples,
              int8_t *features)
{
    uint64_t frames = (samples - FE_WINDOW) / FE_HOP + 1;
    for (uint64_t clip = 0; clip < clips; clip++) {
        fe_reset(state);
        fe_go_on(state, audio + clip * samples, samples, features + clip * frames * FE_BINS);
    }
}
