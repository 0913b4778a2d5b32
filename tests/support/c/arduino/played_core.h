// played_core.h: what a test does to the Nano that played_core.cpp plays.
#ifndef PLAYED_CORE_H
#define PLAYED_CORE_H

#include <stddef.h>
#include <stdint.h>

extern "C" {
extern int played_gain, played_channels, played_rate, played_light;
void played_port(unsigned long opens_at_ms, size_t most_bytes);
void played_sound(const int16_t *samples, unsigned count);
// values: float [count][6], acceleration in g and rotation in degrees a second, as the library says.
void played_motion(const float *values, unsigned count, unsigned period_ms);
void played_motion_answers(int answers);
// bytes: pictures of 176 by 144 pixels in YUV 4:2:2, one after another.
void played_pictures(const uint8_t *bytes, unsigned count);
}

#endif
