// The microphone of a Nano 33 BLE Sense, either revision, by the core's library PDM: 16,000 samples
// a second.
#include <Arduino.h>
#include <PDM.h>

#include "sensor.h"
#include "sensor_ring.h"

// Of the chip's 0 to 80, half a decibel each, 40 for none. Both microphones give -26 dB of full
// scale at 94 dB of sound by their data sheets; at 80 (+20 dB) somebody who speaks at arm's length
// (65 dB) comes in at about -35 dB, near to what recordings have, and full scale is at 100 dB.
enum { GAIN = 80 };

enum { RATE = 16000, SAMPLES = 8192 };
SENSOR_CHECK_RING(SAMPLES, RATE);

static int16_t samples[SAMPLES];
static sensor_ring ring = {samples, SAMPLES, 0, 0, 0};

const char sensor_name[] = "sound";
const uint32_t sensor_channels = 1;
const uint32_t sensor_rate_hz = RATE;

// Called in an interrupt. All that came must be taken, or the library stops the microphone for good.
static void received(void)
{
    static int16_t block[256];
    for (int bytes; PDM.available() > 0 && (bytes = PDM.read(block, sizeof block)) > 0;)
        sensor_ring_add(&ring, block, (uint32_t)bytes / sizeof block[0]);
}

const char *sensor_start(void)
{
    static bool on = false;
    if (!on) {
        PDM.onReceive(received);
        on = PDM.begin((int)sensor_channels, (int)sensor_rate_hz) != 0;
        PDM.setGain(GAIN);
    }
    sensor_ring_empty(&ring);
    return on ? NULL : SENSOR_SILENT;
}

uint32_t sensor_read(int16_t *to, uint32_t count)
{
    return sensor_ring_take(&ring, to, count, sensor_channels);
}

uint32_t sensor_lost(void)
{
    return ring.lost;
}
