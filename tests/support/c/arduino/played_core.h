// played_core.h: what a test does to the Nano that played_core.cpp plays.
#ifndef PLAYED_CORE_H
#define PLAYED_CORE_H

#include <stddef.h>
#include <stdint.h>

extern "C" {
extern int played_gain, played_channels, played_rate, played_light;
void played_port(unsigned long opens_at_ms, size_t most_bytes, unsigned haste_ms);
void played_sound(const int16_t *samples, unsigned count);
// values: float [count][6], acceleration in g and rotation in degrees a second, as the library says.
void played_motion(const float *values, unsigned count, unsigned period_ms);
void played_motion_answers(int answers);
void played_thread_waits(unsigned milliseconds); // the other one, however urgent it is
// The second revision's BMI270, on its bus. samples: along z, in 1/2048 g.
extern unsigned played_chip_id, played_chip_status, played_stuck_register, played_fifo_position;
extern unsigned played_skips, played_odd_bytes; // whether it says what it dropped; FIFO_LENGTH is off by
extern double played_bus_ms;
void played_vibration(const int16_t *samples, unsigned count);
void played_chip_answers(int answers);
void played_chip_loses_power(void);
void played_fifo_spoils(unsigned header); // of the newest frame
// For the core: what the library does with it, and a millisecond that goes by.
void played_chip_begin(void);
void played_chip_ms(void);
// bytes: pictures of 176 by 144 pixels in YUV 4:2:2, one after another.
void played_pictures(const uint8_t *bytes, unsigned count);
}

#endif
