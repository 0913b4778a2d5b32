// The accelerometer of a Nano 33 BLE Sense Rev2, a BMI270, at 1,600 samples a second: vibration
// along one axis, within 16 g. Arduino's library wakes the chip and loads the program that its maker
// gives it. But the library measures 100 times a second, so from there on registers are set here.
//
// Their addresses and bits are those of Bosch's data sheet BST-BMI270-DS000, read off Bosch's own
// driver for the chip (github.com/boschsensortec/BMI270_SensorAPI, bmi2_defs.h, commit f83d4f8).
//
// The chip keeps samples in a FIFO of 2 KiB, 180 ms of them. A thread that comes before the program
// fetches them over the sensor's bus, also while a model runs: 7 bytes each, for a quarter of the
// time at 400,000 bits a second.
#include <Arduino.h>
#include <Arduino_BMI270_BMM150.h>
#include <Wire.h>
#include <mbed.h>

#include "sensor.h"
#include "sensor_ring.h"

// Of the chip's axes, which are those printed on the board: x 0, y 1, z 2. With the board flat on a
// machine z points out of it.
enum { AXIS = 2 };

enum { RATE = 1600, PERIOD_MS = 20, PERIOD_SAMPLES = RATE * PERIOD_MS / 1000, VALUES = 1024 };
SENSOR_CHECK_RING(VALUES, RATE);

enum { BUS_ADDRESS = 0x68 }; // on the bus
enum {
    CHIP_ID = 0x00,
    INTERNAL_STATUS = 0x21,
    FIFO_LENGTH = 0x24, // two bytes, the lower one first
    FIFO_DATA = 0x26,
    ACC_CONF = 0x40,
    ACC_RANGE = 0x41,
    FIFO_DOWNS = 0x45,
    FIFO_CONFIG_0 = 0x48,
    FIFO_CONFIG_1 = 0x49,
    PWR_CONF = 0x7C,
    PWR_CTRL = 0x7D,
    COMMAND = 0x7E
};
enum { BMI270_ID = 0x24 };               // CHIP_ID
enum { STATUS_BITS = 0x0F, LOADED = 1 }; // INTERNAL_STATUS: its program runs
enum { FLUSH_FIFO = 0xB0 };              // COMMAND: empties the FIFO

static const uint8_t settings[][2] = {
    {PWR_CONF, 0x02},      // no advanced power saving, with which the FIFO sleeps
    {PWR_CTRL, 0x04},      // the accelerometer, and nothing else
    {ACC_CONF, 0xAC},      // 1,600 Hz (0x0C), the widest of its filters (0x20), performance (0x80)
    {ACC_RANGE, 0x03},     // 16 g: 2,048 counts a g
    {FIFO_DOWNS, 0x88},    // every sample, filtered
    {FIFO_CONFIG_0, 0x00}, // when it is full the oldest go
    {FIFO_CONFIG_1, 0x50}, // acceleration, each sample behind a header
};

// A frame is a header, then x, y and z, each its lower byte first. A header's two lowest bits are
// tags. Where samples were dropped the first frame says how many, in one byte.
enum { FRAME_BYTES = 7, TAG_BITS = 0x03, SAMPLE_HEADER = 0x84, SKIP_HEADER = 0x40 };
// So near to its end a FIFO may have dropped some.
static const uint32_t FULL_BYTES = 2048 - 64;
// Whole frames, and no more than the core's buffer holds (256), which isn't checked there.
static const uint32_t BURST_BYTES = 36 * FRAME_BYTES;

static const uint32_t QUIET_PERIODS = 5; // without a sample: then all that should come is lost

static int16_t values[VALUES];
static sensor_ring ring = {values, VALUES, 0, 0, 0};
static uint32_t quiet;  // periods
static rtos::Mutex bus; // whoever has it may use the bus, and what is above
static rtos::Thread fetcher(osPriorityAboveNormal);

const char sensor_name[] = "vibration";
const uint32_t sensor_channels = 1;
const uint32_t sensor_rate_hz = RATE;

static bool read_registers(uint8_t from, uint8_t *to, uint32_t count)
{
    Wire1.beginTransmission(BUS_ADDRESS);
    Wire1.write(from);
    if (Wire1.endTransmission() != 0 || Wire1.requestFrom(BUS_ADDRESS, count) != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        to[i] = (uint8_t)Wire1.read();
    return true;
}

static bool write_register(uint8_t to, uint8_t value)
{
    Wire1.beginTransmission(BUS_ADDRESS);
    Wire1.write(to);
    Wire1.write(value);
    return Wire1.endTransmission() == 0;
}

// Whether it is the right chip, and its program runs. Returns NULL, or what is wrong.
static const char *check(void)
{
    uint8_t id, status;
    if (!read_registers(CHIP_ID, &id, 1) || !read_registers(INTERNAL_STATUS, &status, 1))
        return SENSOR_SILENT;
    if (id != BMI270_ID)
        return "has another sensor than the BMI270 it was written for";
    return (status & STATUS_BITS) == LOADED ? NULL : "has a sensor whose own program didn't load";
}

// The library is asked again if the chip has forgotten all, as without power. What it returns
// doesn't count: some of its versions say that all is well if the compass is.
static const char *set_up(void)
{
    static bool begun = false;
    if (!begun || check() != NULL) {
        IMU.begin();
        Wire1.setClock(400000);
        begun = true;
    }
    const char *problem = check();
    for (uint32_t i = 0; i < sizeof settings / sizeof settings[0] && problem == NULL; i++) {
        uint8_t now = 0, wanted = settings[i][1];
        bool answers = write_register(settings[i][0], wanted);
        delay(1); // 450 µs until a chip that saves power is ready again
        if (!answers || !read_registers(settings[i][0], &now, 1))
            problem = SENSOR_SILENT;
        else if (now != wanted)
            problem = "has a sensor that doesn't take its settings";
    }
    if (problem == NULL && !write_register(COMMAND, FLUSH_FIFO))
        problem = SENSOR_SILENT;
    return problem;
}

// Adds the samples of whole frames to the ring; returns whether all were such frames.
static bool add_frames(const uint8_t *frames, uint32_t bytes)
{
    for (; bytes > 0; frames += FRAME_BYTES, bytes -= FRAME_BYTES) {
        if ((frames[0] & ~TAG_BITS) != SAMPLE_HEADER)
            return false;
        const uint8_t *at = frames + 1 + 2 * AXIS;
        int16_t value = (int16_t)(at[0] | at[1] << 8);
        sensor_ring_add(&ring, &value, 1);
    }
    return true;
}

// Counts as lost what the FIFO holds and what it says to have dropped (255 at most); empties it.
static void lose(uint32_t bytes)
{
    uint8_t skip[2] = {0, 0};
    uint32_t lost = bytes / FRAME_BYTES + 1;
    if (read_registers(FIFO_DATA, skip, sizeof skip) && (skip[0] & ~TAG_BITS) == SKIP_HEADER)
        lost += skip[1];
    write_register(COMMAND, FLUSH_FIFO);
    ring.lost = ring.lost + lost;
}

// Fetches all that the FIFO holds. Returns whether there was something, and the sensor answers.
// What comes after a silence was counted as lost before.
static bool fetch(void)
{
    static uint8_t frames[BURST_BYTES];
    uint8_t length[2];
    if (!read_registers(FIFO_LENGTH, length, sizeof length))
        return false;
    uint32_t left = length[0] + 256u * (length[1] & 0x3F);
    if (left > 0 && quiet > QUIET_PERIODS)
        return write_register(COMMAND, FLUSH_FIFO);
    bool there = left > 0, sound = left < FULL_BYTES && left % FRAME_BYTES == 0;
    while (left > 0 && sound) {
        uint32_t burst = left < BURST_BYTES ? left : BURST_BYTES;
        sound = read_registers(FIFO_DATA, frames, burst) && add_frames(frames, burst);
        left -= sound ? burst : 0;
    }
    if (!sound)
        lose(left);
    return there;
}

static void fetch_for_ever(void)
{
    for (;;) {
        delay(PERIOD_MS);
        bus.lock();
        quiet = fetch() ? 0 : quiet + 1;
        if (quiet > QUIET_PERIODS)
            ring.lost = ring.lost + PERIOD_SAMPLES * (quiet == QUIET_PERIODS + 1 ? quiet : 1);
        bus.unlock();
    }
}

const char *sensor_start(void)
{
    static bool runs = false;
    bus.lock();
    const char *problem = set_up();
    quiet = 0;
    sensor_ring_empty(&ring);
    bus.unlock();
    if (problem == NULL && !runs) {
        fetcher.start(fetch_for_ever);
        runs = true;
    }
    return problem;
}

uint32_t sensor_read(int16_t *to, uint32_t count)
{
    return sensor_ring_take(&ring, to, count, sensor_channels);
}

uint32_t sensor_lost(void)
{
    return ring.lost;
}
