// live_board.c: a live program on this computer, with a sensor that plays a file. The line is the
// standard input and output; what the sensor and the light do is written to the standard error.
//
//     program FILE PACE RING BURST_AT BURST
//
// It is compiled for one sensor: NAME, CHANNELS and RATE are defined. FILE is int16. PACE values come
// with each END of a frame that is received, so that the computer's messages are the clock, however
// fast either is. When BURST_AT values came, BURST more come at once.
// The ring has room for RING values; a sensor with none doesn't answer.
#include "board.h"
#include "live.h"
#include "sensor.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#undef main

int firmware_main(void);
int main(int count, char **arguments);

enum { LINE = 0 };

const char board_name[] = "nano33ble";
const uint32_t board_clock_hz = 64000000;
const uint32_t board_tick_hz = 2000; // a tick each time it waited for a millisecond
static uint32_t ticks;

const char sensor_name[] = NAME;
const uint32_t sensor_channels = CHANNELS;
const uint32_t sensor_rate_hz = RATE;

static int16_t *file, *ring;
static uint32_t file_values, came; // of the file
static uint32_t ring_values, waiting, lost;
static uint32_t pace, burst_at, burst;

static void come(uint32_t count)
{
    for (; count > 0 && came < file_values; count--) {
        if (waiting < ring_values)
            ring[waiting++] = file[came];
        else
            lost++;
        came++;
        if (came == burst_at)
            count += burst;
    }
}

const char *sensor_start(void)
{
    waiting = lost = 0;
    fprintf(stderr, "start %u\n", (unsigned)came);
    fflush(stderr);
    return ring_values > 0 ? NULL : SENSOR_SILENT;
}

uint32_t sensor_read(int16_t *to, uint32_t count)
{
    uint32_t taken = waiting < count ? waiting : count;
    taken -= taken % sensor_channels;
    if (taken > 0)
        memcpy(to, ring, taken * sizeof *ring);
    waiting -= taken;
    memmove(ring, ring + taken, waiting * sizeof *ring);
    return taken;
}

uint32_t sensor_lost(void)
{
    return lost;
}

void board_start(void)
{
}

static bool answered; // since the last poll

// Returns whether the program took samples.
static bool poll_program(void)
{
    static bool light;
    uint32_t before = waiting;
    live_poll();
    if (live_light() != light) {
        light = !light;
        fprintf(stderr, "light %d %u\n", light, (unsigned)(came - waiting));
        fflush(stderr);
    }
    return waiting != before;
}

// After an answer the program has its turn in any case, however quickly the computer asks on.
uint8_t board_receive(void)
{
    uint8_t byte;
    struct pollfd line = {LINE, POLLIN, 0};
    while (answered && poll_program()) {
    }
    answered = false;
    while (poll(&line, 1, 0) <= 0 || !(line.revents & POLLIN)) {
        if (poll_program())
            continue;
        ticks++;
        if (poll(&line, 1, 1) > 0 && !(line.revents & POLLIN))
            usleep(1000); // nobody has the port open
    }
    if (read(LINE, &byte, 1) != 1)
        exit(0);
    if (byte == FRAME_END)
        come(pace);
    return byte;
}

void board_send(uint8_t byte)
{
    answered = true;
    if (write(1, &byte, 1) != 1)
        exit(0);
}

uint32_t board_ticks(void)
{
    return ticks;
}

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

int main(int count, char **arguments)
{
    if (count != 6)
        return 2;
    FILE *from = fopen(arguments[1], "rb");
    if (from == NULL || fseek(from, 0, SEEK_END) != 0)
        return 2;
    file_values = (uint32_t)ftell(from) / (uint32_t)sizeof *file;
    rewind(from);
    file = malloc(file_values * sizeof *file);
    if (file == NULL || fread(file, sizeof *file, file_values, from) != file_values)
        return 2;
    fclose(from);
    pace = number(arguments[2]);
    ring_values = number(arguments[3]);
    burst_at = number(arguments[4]);
    burst = number(arguments[5]);
    ring = malloc((ring_values + 1) * sizeof *ring);
    return ring == NULL ? 2 : firmware_main();
}
