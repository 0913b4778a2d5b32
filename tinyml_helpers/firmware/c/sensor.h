// sensor.h: a board's own sensor, as a program that is live takes its samples; one
// sensor_*.c or .cpp for each. The sensor fills a ring by itself (an interrupt, a timer), the
// program empties it whenever it waits for the computer.
#ifndef TM_SENSOR_H
#define TM_SENSOR_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const char sensor_name[];       // what it measures: "sound", "motion"
extern const uint32_t sensor_channels; // values of a sample: sound 1; motion 6, x y z of
                                       // acceleration, then x y z of rotation
extern const uint32_t sensor_rate_hz;  // samples a second

// Switches it on and empties the ring. Returns false if the sensor doesn't answer.
bool sensor_start(void);

// Copies the oldest samples that wait, whole ones, and takes them out of the ring; never waits for
// more. to: int16 [count], at least one sample's. Returns how many values it wrote.
uint32_t sensor_read(int16_t *to, uint32_t count);

// How many values came since sensor_start and were lost, because the ring was full.
uint32_t sensor_lost(void);

#ifdef __cplusplus
}
#endif

#endif
