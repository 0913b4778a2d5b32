// The accelerometer and gyroscope of a Nano 33 BLE Sense by Arduino's library for them: LSM9DS1 on
// the first revision, BMI270 on the second.
//
// A sample is int16 [6]: acceleration along x, y and z, gravity included, in 1/4096 g; rotation about
// them in 1/1024 rad/s, cut to 32 rad/s. The frame is the common one of
// tinyml_helpers/boards/motion_sensors.py: right-handed, as printed on the second revision. There
// are 50 a second: each 20 ms the newest that the sensor has, which itself measures 100 or 119.
//
// An interrupt may not wait for the sensor's bus, so a thread does, which comes before the program:
// it also reads while a model runs. At 400,000 bits a second that takes some 1 ms of each 20.
//
// The exporter writes on top, from the board's table: the library's header, and for x, y and z which
// of the library's values it is and how many counts make its unit, ACCELERATION_AXES and
// ROTATION_AXES.
#include <Arduino.h>
#include <Wire.h>
#include <mbed.h>

#include "sensor.h"
#include "sensor_ring.h"

typedef struct {
    uint8_t from;
    float counts;
} axis;

static const axis acceleration_axes[3] = {ACCELERATION_AXES};
static const axis rotation_axes[3] = {ROTATION_AXES};

enum { CHANNELS = 6, PERIOD_MS = 20, VALUES = 1024 };
SENSOR_CHECK_RING(VALUES / CHANNELS, 1000 / PERIOD_MS);

static int16_t values[VALUES];
static sensor_ring ring = {values, VALUES, 0, 0, 0};
static rtos::Thread sampler(osPriorityAboveNormal);

const char sensor_name[] = "motion";
const uint32_t sensor_channels = CHANNELS;
const uint32_t sensor_rate_hz = 1000 / PERIOD_MS;

static int16_t rounded(float value)
{
    value += value < 0 ? -0.5f : 0.5f;
    return (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

static void turn(const axis axes[3], const float read[3], int16_t turned[3])
{
    for (int i = 0; i < 3; i++)
        turned[i] = rounded(read[axes[i].from] * axes[i].counts);
}

// Reads one sample. Where the sensor doesn't answer there is none, and it is counted as lost.
static void sample(void)
{
    float acceleration[3], rotation[3];
    int16_t turned[CHANNELS];
    if (!IMU.readAcceleration(acceleration[0], acceleration[1], acceleration[2]) ||
        !IMU.readGyroscope(rotation[0], rotation[1], rotation[2])) {
        ring.lost = ring.lost + CHANNELS;
        return;
    }
    turn(acceleration_axes, acceleration, turned);
    turn(rotation_axes, rotation, turned + 3);
    sensor_ring_add(&ring, turned, CHANNELS);
}

static void sample_for_ever(void)
{
    for (uint32_t next = (uint32_t)millis();; next += PERIOD_MS) {
        int32_t left = (int32_t)(next - (uint32_t)millis());
        if (left > 0)
            delay((unsigned long)left);
        sample();
    }
}

const char *sensor_start(void)
{
    static bool on = false;
    if (!on) {
        if (!IMU.begin())
            return SENSOR_SILENT;
        Wire1.setClock(400000);
        sampler.start(sample_for_ever);
        on = true;
    }
    sensor_ring_empty(&ring);
    return NULL;
}

uint32_t sensor_read(int16_t *to, uint32_t count)
{
    return sensor_ring_take(&ring, to, count, CHANNELS);
}

uint32_t sensor_lost(void)
{
    return ring.lost;
}
