// A Nano that this computer plays: the port is standard input and output, time goes by as the
// program waits, and the sensors give what a test has put there. Time stands still where nobody has
// asked anything for a second, or a test on a busy computer would miss something.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include <Arduino.h>
#include <Arduino_OV767X.h>
#include <PDM.h>
#include <mbed.h>
#ifdef REVISION_2
#include <Arduino_BMI270_BMM150.h>
typedef BoschSensorClass Imu;
#else
#include <Arduino_LSM9DS1.h>
typedef LSM9DS1Class Imu;
#endif

#include "played_core.h"

USBSerial SerialUSB;
PDMClass PDM;
Imu IMU;
OV767X Camera;
DWT_Type arduino_dwt;
CoreDebug_Type arduino_core_debug;

static unsigned long now, asked_at; // ms

// The port. `most` bytes of a write are taken; the sizes of all writes go to standard error.
static unsigned long opens_at;
static size_t most = 1 << 20;
static bool on_the_port;
static unsigned haste = 1; // ms that go by while the program waits for one

void played_port(unsigned long opens_at_ms, size_t most_bytes, unsigned haste_ms)
{
    on_the_port = true;
    haste = haste_ms;
    opens_at = opens_at_ms;
    most = most_bytes;
}

void USBSerial::begin(unsigned long) {}

USBSerial::operator bool()
{
    return now >= opens_at;
}

int USBSerial::available()
{
    static bool asked;
    if (!asked)
        fprintf(stderr, "asks at %lu\n", now);
    asked = true;
    struct pollfd in = {0, POLLIN, 0};
    return poll(&in, 1, 0) > 0;
}

int USBSerial::read()
{
    uint8_t byte;
    if (::read(0, &byte, 1) != 1)
        exit(0); // the test is over
    asked_at = now;
    return byte;
}

size_t USBSerial::write(const uint8_t *bytes, size_t count)
{
    fprintf(stderr, "writes %zu\n", count);
    if (!SerialUSB)
        return 0;
    size_t taken = count < most ? count : most;
    for (size_t sent = 0; sent < taken;) {
        ssize_t done = ::write(1, bytes + sent, taken - sent); // waits, as the core's does
        if (done <= 0)
            exit(0);
        sent += (size_t)done;
    }
    return taken;
}

// The microphone: 16 samples each ms, an interrupt for each full block. As in the core's library,
// what an interrupt has left there stops the microphone for good.
static const int16_t *sound;
static unsigned sound_left;
enum { BLOCK = 512 }; // twice what the library has now: no size is promised
static int16_t block[BLOCK];
static unsigned block_samples, block_taken;
static bool sound_on, sound_stuck;
static void (*received)(void);
int played_gain = -1, played_channels, played_rate;

void played_sound(const int16_t *samples, unsigned count)
{
    sound = samples;
    sound_left = count;
}

int PDMClass::begin(int channels, int rate)
{
    played_channels = channels;
    played_rate = rate;
    sound_on = true;
    return 1;
}

void PDMClass::onReceive(void (*function)(void)) { received = function; }
void PDMClass::setGain(int gain) { played_gain = gain; }
int PDMClass::available() { return (int)((block_samples - block_taken) * sizeof *block); }

int PDMClass::read(void *buffer, size_t bytes)
{
    size_t there = (size_t)available();
    bytes = bytes < there ? bytes : there;
    memcpy(buffer, block + block_taken, bytes);
    block_taken += (unsigned)(bytes / sizeof *block);
    return (int)bytes;
}

static void hear(void)
{
    static int16_t filling[BLOCK];
    static unsigned filled;
    for (int i = 0; i < 16 && sound_left > 0 && !sound_stuck; i++) {
        filling[filled++] = *sound++;
        sound_left--;
        if (filled < BLOCK && sound_left > 0)
            continue;
        if (block_taken < block_samples) {
            sound_stuck = true;
            return;
        }
        memcpy(block, filling, sizeof block);
        block_samples = filled;
        block_taken = filled = 0;
        received();
    }
}

// The motion sensor: a reading of six values each so many ms, then the last one again. After
// `motion_fails` it doesn't answer.
static const float *readings;
static unsigned reading_count, reading_ms = 1;
static unsigned long motion_began;
static int motion_answers = 1;

void played_motion(const float *values, unsigned count, unsigned period_ms)
{
    readings = values;
    reading_count = count;
    reading_ms = period_ms;
    motion_began = now;
}

void played_motion_answers(int answers)
{
    motion_answers = answers;
    played_chip_answers(answers);
}

static int reading(int from, float &x, float &y, float &z)
{
    unsigned long place = (now - motion_began) / reading_ms;
    const float *newest = readings + 6 * (place < reading_count ? place : reading_count - 1);
    x = newest[from];
    y = newest[from + 1];
    z = newest[from + 2];
    return motion_answers;
}

int Imu::begin()
{
    played_chip_begin();
    return motion_answers;
}
int Imu::readAcceleration(float &x, float &y, float &z) { return reading(0, x, y, z); }
int Imu::readGyroscope(float &x, float &y, float &z) { return reading(3, x, y, z); }

// The camera: each picture once, then the last one again.
enum { PICTURE_BYTES = 176 * 144 * 2 };
static const uint8_t *pictures;
static unsigned pictures_left;

void played_pictures(const uint8_t *bytes, unsigned count)
{
    pictures = bytes;
    pictures_left = count / PICTURE_BYTES;
}

int OV767X::begin(int resolution, int format, int)
{
    return resolution == QCIF && format == YUV422 && pictures_left > 0;
}

void OV767X::readFrame(void *buffer)
{
    memcpy(buffer, pictures, PICTURE_BYTES);
    if (pictures_left > 1) {
        pictures += PICTURE_BYTES;
        pictures_left--;
    }
}

// One thread besides the program's own, which comes first when its time has come.
static ucontext_t program, other;
static bool other_runs, in_other;
static unsigned long other_wakes;
static bool locked;

rtos::Thread::Thread(osPriority) {}

int rtos::Thread::start(void (*function)(void))
{
    static char stack[1 << 16];
    getcontext(&other);
    other.uc_stack.ss_sp = stack;
    other.uc_stack.ss_size = sizeof stack;
    makecontext(&other, function, 0);
    other_runs = true;
    other_wakes = now;
    return 0;
}

void played_thread_waits(unsigned milliseconds) { other_wakes = now + milliseconds; }

void rtos::Mutex::unlock()
{
    if (!locked)
        abort();
    locked = false;
}

void rtos::Mutex::lock()
{
    for (; locked; swapcontext(&other, &program)) {
        if (!in_other)
            abort(); // nobody would open it
        other_wakes = now + 1;
    }
    locked = true;
}

unsigned long millis(void) { return now; }
unsigned long micros(void) { return 1000 * now; }

void delay(unsigned long milliseconds)
{
    if (in_other) {
        other_wakes = now + milliseconds;
        swapcontext(&other, &program);
        return;
    }
    for (; milliseconds > 0; milliseconds--) {
        now++;
        if (sound_on)
            hear();
        played_chip_ms();
        if (other_runs && now >= other_wakes) {
            in_other = true;
            swapcontext(&program, &other);
            in_other = false;
        }
    }
    struct pollfd in = {0, POLLIN, 0};
    if (on_the_port && now % haste == 0)
        poll(&in, 1, now - asked_at > 1000 ? -1 : 1);
}

int played_light = -1; // -1: nobody has set it
void pinMode(uint8_t, PinMode) {}
void digitalWrite(uint8_t pin, PinStatus status)
{
    if (pin == LED_BUILTIN && played_light != (status == HIGH))
        fprintf(stderr, "light %d at %lu\n", status == HIGH, now);
    if (pin == LED_BUILTIN)
        played_light = status == HIGH;
}
