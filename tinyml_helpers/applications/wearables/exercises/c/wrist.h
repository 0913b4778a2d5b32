// wrist.h: what a sensor gives becomes what the wrist does, and that what the model is shown.
//
//     static ex_wrist wrist;
//     ex_wrist_start(&wrist, &sensor);
//     ex_wrist_add(&wrist, sample, &motion); // each sample, 50 a second
//     ex_codes(&motion, codes);
//
// The frame is a watch's on the left wrist: right-handed, x to the hand, z out of its glass.
// Sensors differ in their counts and in where their axes point. On the right wrist the same watch
// has its x to the elbow: all it tells is as if in a mirror. Behind this file there is one unit,
// one frame and one arm.
//
// In that mirror x is turned round, and so are the rotations about y and z: they lead from z to x,
// and from x to y.
//
// Integers only: on every chip and computer the same numbers come out.
#ifndef EX_WRIST_H
#define EX_WRIST_H

#include <stdbool.h>
#include <stdint.h>

enum { EX_AXES = 6 }; // of a sample: acceleration along x, y, z, and rotation about them
enum { EX_RATE = 50 }; // samples a second

// What functions that start something return.
enum { EX_OK = 0, EX_BAD_SETTINGS = -1, EX_BAD_MODEL = -2 };

#define EX_MOST_SCALE ((uint32_t)1 << 24)

// How a sensor's counts become the wrist's.
typedef struct {
    uint32_t acceleration_scale; // 1/4096 g a count, × 2^16; 1 to EX_MOST_SCALE
    uint32_t rotation_scale;     // 1/1024 rad/s a count, × 2^16; 1 to EX_MOST_SCALE
    int8_t axes[3]; // the sensor's that are the frame's x, y, z: 1, 2, 3; negative: turned round
    uint8_t right;  // 1: worn on the right arm; 0: on the left one
} ex_sensor;

// Owned by the caller; private.
typedef struct {
    ex_sensor sensor;
    int32_t gravity[3]; // 1/4096 g, × 2^12
    bool moving;        // there was a sample
} ex_wrist;

// What the wrist does, and where gravity points. Numbers that don't fit are cut to the largest.
typedef struct {
    int16_t acceleration[3]; // 1/4096 g, gravity included: within 8 g
    int16_t rotation[3];     // 1/1024 rad/s: within 32 rad/s
    int16_t gravity[3];      // 1/4096 g: the acceleration, low-passed
} ex_motion;

// Starts afresh.
// Returns EX_OK or EX_BAD_SETTINGS: a scale is out of its range, `axes` don't name each axis once,
// or `right` is neither 0 nor 1.
int32_t ex_wrist_start(ex_wrist *wrist, const ex_sensor *sensor);

// Takes a sample: the sensor's counts, along and about its own axes.
// Gravity is what is left of the acceleration below 0.25 Hz; at the first sample, all of it.
void ex_wrist_add(ex_wrist *wrist, const int16_t sample[EX_AXES], ex_motion *motion);

// What the model is shown: acceleration in g × 32, rotation in rad/s × 16, rounded to the nearest
// and cut to int8; that is 4 g and 8 rad/s. With a scale of 1/32 the model takes them for g and for
// half of rad/s, so that both are about as large.
void ex_codes(const ex_motion *motion, int8_t codes[EX_AXES]);

#endif
