// sensor.h: a board's own sensor, as a program that is live takes its samples; one
// sensor_*.c or .cpp for each. The sensor fills a ring by itself (an interrupt, a timer), the
// program empties it whenever it waits for the computer.
//
// Samples of sound are int16, as a microphone's are. Those of motion are in the common frame of
// tinyml_helpers/boards/motion_sensors.py: acceleration in 1/4096 g, rotation in 1/1024 rad/s. Those
// of vibration are acceleration along one axis in 1/2048 g, gravity included.
#ifndef TM_SENSOR_H
#define TM_SENSOR_H

#include <stddef.h>
#include <stdint.h>

// The ring holds so much at least. Nobody fetches samples while the program answers, at longest while
// a model runs because the computer asked; 250 ms for the rest of a message; and while the model
// runs for the application's own sake.
#define SENSOR_RING_MS 500

// Has the compiler check a ring of so many samples, of all channels one each.
#define SENSOR_CHECK_RING(samples, rate_hz)                                                        \
    typedef char sensor_ring_is_too_short[1000 * (samples) >= SENSOR_RING_MS * (rate_hz) ? 1 : -1]

#ifdef __cplusplus
extern "C" {
#endif

extern const char sensor_name[];       // what it measures: "sound", "motion", "pictures", "vibration"
extern const uint32_t sensor_channels; // values of a sample: sound, vibration 1; motion 6, x y z of
                                       // acceleration, then x y z of rotation; pictures 1, a pixel,
                                       // 0 to 255: a frame comes whole, its top row first
extern const uint32_t sensor_rate_hz;  // samples a second

// What sensor_start returns where nothing answers.
#define SENSOR_SILENT "has a sensor that doesn't answer"

// Switches it on and empties the ring. Returns NULL, or what is wrong, a sentence without subject.
const char *sensor_start(void);

// Copies the oldest samples that wait, whole ones, and takes them out of the ring; never waits for
// more. to: int16 [count], at least one sample's. Returns how many values it wrote.
uint32_t sensor_read(int16_t *to, uint32_t count);

// How many values came since sensor_start and were lost: the ring was full, or the sensor's own. One
// that started once counts on while it is silent.
uint32_t sensor_lost(void);

#ifdef __cplusplus
}
#endif

#endif
