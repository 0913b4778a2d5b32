// The front end on an emulated board: samples are written to `audio` and `run` is called.

#include "log_mel.h"

#define SAMPLES (FE_WINDOW + 9 * FE_HOP)
#define FRAMES 10

int16_t audio[SAMPLES];
int8_t features[FRAMES * FE_BINS];
fe_log_mel state;
volatile uint32_t frames;

int main(void);
__attribute__((noinline)) void run(void);

void run(void)
{
    fe_reset(&state);
    frames = 0;
    for (uint32_t used = 0; used < SAMPLES;) {
        bool ready;
        used += fe_push(&state, audio + used, SAMPLES - used, features + frames * FE_BINS, &ready);
        frames = frames + ready;
    }
}

int main(void)
{
    while (frames == 0) // always, at first; the call below keeps run in the program
        __asm__ volatile("wfi");
    run();
    return 0;
}
