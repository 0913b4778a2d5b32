// The vibration front end on an emulated board: samples are written to `samples`, and `feed` or
// `feed_speed` is called until all are used.

#include "speed.h"
#include "vibration.h"

#define READY (1u << 31)

int16_t samples[4096];
fe_vibration state;
fe_vibration_frame frame;
fe_speed speed;
fe_speed_estimate estimate;
volatile uint32_t waiting;

int main(void);
int32_t start(uint32_t hz, uint32_t shaft_mhz, uint32_t low_mhz, uint32_t high_mhz);
uint32_t feed(uint32_t used, uint32_t count);
uint32_t feed_speed(uint32_t used, uint32_t count);

__attribute__((noinline)) int32_t start(uint32_t hz, uint32_t shaft_mhz, uint32_t low_mhz,
                                        uint32_t high_mhz)
{
    int32_t code = fe_vibration_start(&state, hz, shaft_mhz);
    return code == FE_OK ? fe_speed_start(&speed, hz, low_mhz, high_mhz) : code;
}

// Pushes the samples behind those used already. Returns how many are used now; and READY if a frame
// is complete.
__attribute__((noinline)) uint32_t feed(uint32_t used, uint32_t count)
{
    bool ready;
    used += fe_vibration_push(&state, samples + used, count - used, &frame, &ready);
    return used | (ready ? READY : 0);
}

// As feed, of estimates.
__attribute__((noinline)) uint32_t feed_speed(uint32_t used, uint32_t count)
{
    bool ready;
    used += fe_speed_push(&speed, samples + used, count - used, &estimate, &ready);
    return used | (ready ? READY : 0);
}

int main(void)
{
    while (waiting == 0) // always; the calls below keep the functions in the program
        __asm__ volatile("wfi");
    return start(feed(0, 0), feed_speed(0, 0), 0, 0);
}
