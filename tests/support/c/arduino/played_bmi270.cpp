// The BMI270 of a Nano that this computer plays: registers on the bus Wire1, and a FIFO that fills as
// time goes by. It is as strict as the chip: asleep or without its program it measures nothing, and
// what isn't fetched in time is dropped. How it is known to behave stands in sensor_vibration.cpp.
#include <deque>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <Wire.h>

#include "played_core.h"

enum { ADDRESS = 0x68, BUFFER = 256, FIFO_BYTES = 2048, VALUES_BYTES = 6 };
enum {
    CHIP_ID = 0x00, INTERNAL_STATUS = 0x21, FIFO_LENGTH = 0x24, FIFO_DATA = 0x26, ACC_CONF = 0x40,
    ACC_RANGE = 0x41, FIFO_DOWNS = 0x45, FIFO_CONFIG_0 = 0x48, FIFO_CONFIG_1 = 0x49,
    PWR_CONF = 0x7C, PWR_CTRL = 0x7D, CMD = 0x7E
};

struct frame {
    uint8_t bytes[1 + VALUES_BYTES];
};

TwoWire Wire1;
static unsigned id_of_environment()
{
    const char *said = getenv("PLAYED_CHIP_ID");
    return said == NULL ? 0x24 : (unsigned)atoi(said);
}

unsigned played_chip_id = id_of_environment();
unsigned played_chip_status = 1; // with the library's program
unsigned played_stuck_register = 128; // none
unsigned played_skips = 1, played_odd_bytes = 0;
unsigned played_fifo_position; // samples that had come when it was emptied last
double played_bus_ms; // that the bus was busy

static uint8_t registers[128];
static bool answers = true, begun;
static bool deaf; // until a millisecond has gone by: it was written to while it saved power
static double bus_hertz = 100000;
static std::deque<frame> fifo;
static unsigned dropped; // frames, since the FIFO was read last

static const int16_t *samples;
static unsigned sample_count, position, due; // due: thousandths of a sample

void played_vibration(const int16_t *values, unsigned count)
{
    samples = values;
    sample_count = count;
}

void played_chip_answers(int wish) { answers = wish != 0; }

void played_chip_loses_power(void)
{
    memset(registers, 0, sizeof registers);
    registers[PWR_CONF] = 0x03;
    fifo.clear();
}

void played_chip_begin(void)
{
    begun = true;
    bus_hertz = 100000;
    if (!answers || played_chip_id != 0x24)
        return;
    played_chip_loses_power();
    registers[INTERNAL_STATUS] = (uint8_t)played_chip_status;
    registers[ACC_CONF] = 0xA8;  // 100 Hz
    registers[ACC_RANGE] = 0x01; // 4 g
    registers[FIFO_DOWNS] = 0x88;
    registers[FIFO_CONFIG_0] = 0x02;
    registers[FIFO_CONFIG_1] = 0x10;
    registers[PWR_CTRL] = 0x06;
}

void played_fifo_spoils(unsigned header) { fifo.back().bytes[0] = (uint8_t)header; }

static bool has_headers() { return registers[FIFO_CONFIG_1] & 0x10; }
static unsigned frame_bytes() { return VALUES_BYTES + has_headers(); }
static bool is_asleep() { return registers[PWR_CONF] & 0x01; }

static void measure()
{
    if (!(registers[FIFO_CONFIG_1] & 0x40) || registers[FIFO_DOWNS] != 0x88 || is_asleep())
        return;
    int value = samples[position < sample_count ? position : sample_count - 1];
    position++;
    value *= 1 << (3 - (registers[ACC_RANGE] & 0x03));
    value = value > 32767 ? 32767 : value < -32768 ? -32768 : value;
    int16_t all[3] = {(int16_t)(value / 2), 77, (int16_t)value};
    frame made = {{0x84}};
    memcpy(made.bytes + 1, all, sizeof all);
    fifo.push_back(made);
    if (fifo.size() * frame_bytes() > FIFO_BYTES) {
        fifo.pop_front();
        dropped++;
    }
}

// Whether a test wants it to be silent now: "FROM TO", in ms from the first start on.
static bool is_silent(unsigned ms)
{
    static const char *said = getenv("PLAYED_SILENCE");
    unsigned from, until;
    return said != NULL && sscanf(said, "%u %u", &from, &until) == 2 && from <= ms && ms < until;
}

void played_chip_ms(void)
{
    static unsigned ms;
    static bool was_silent;
    bool silent = is_silent(ms);
    ms += begun;
    deaf = false;
    if (silent != was_silent)
        answers = !silent;
    was_silent = silent;
    if (registers[INTERNAL_STATUS] != 1 || !(registers[PWR_CTRL] & 0x04) || sample_count == 0)
        return;
    unsigned code = registers[ACC_CONF] & 0x0F;
    for (due += 100u << (code - 8); due >= 1000; due -= 1000)
        measure();
}

static unsigned skip_bytes() { return dropped > 0 && has_headers() && played_skips ? 2 : 0; }

static void flush()
{
    fifo.clear();
    dropped = 0;
    played_fifo_position = position;
    fprintf(stderr, "flush at %u\n", position);
}

// The next bytes of the FIFO. A frame that isn't read to its end comes again.
static void read_fifo(uint8_t *to, size_t count)
{
    size_t done = 0;
    if (skip_bytes() > 0) {
        uint8_t skip[2] = {0x40, (uint8_t)(dropped < 255 ? dropped : 255)};
        for (; done < count && done < 2; done++)
            to[done] = skip[done];
        if (done == 2)
            dropped = 0;
    }
    while (done < count && !fifo.empty()) {
        const uint8_t *bytes = fifo.front().bytes + 1 - has_headers();
        size_t part = count - done < frame_bytes() ? count - done : frame_bytes();
        memcpy(to + done, bytes, part);
        done += part;
        if (part == frame_bytes())
            fifo.pop_front();
    }
    memset(to + done, 0x80, count - done);
}

static uint8_t to, sent[BUFFER], came[BUFFER], pointer;
static size_t sent_count, came_count, came_read;

static void busy(size_t bytes)
{
    if (!begun)
        abort(); // the core would stray
    played_bus_ms += 1000 * (9.0 * (double)(bytes + 1) + 2) / bus_hertz;
}

void TwoWire::setClock(uint32_t hertz) { bus_hertz = hertz; }

void TwoWire::beginTransmission(uint8_t address)
{
    to = address;
    sent_count = 0;
}

size_t TwoWire::write(uint8_t byte)
{
    if (sent_count == BUFFER)
        return 0;
    sent[sent_count++] = byte;
    return 1;
}

uint8_t TwoWire::endTransmission()
{
    busy(sent_count);
    if (!answers || to != ADDRESS || sent_count == 0)
        return 2;
    pointer = sent[0];
    bool saves_power = is_asleep();
    for (size_t i = 1; i < sent_count; i++) {
        if (pointer == CMD && sent[i] == 0xB0)
            flush();
        if (pointer != played_stuck_register && !deaf)
            registers[pointer & 0x7F] = sent[i];
        pointer++;
    }
    deaf = deaf || (saves_power && sent_count > 1);
    return 0;
}

size_t TwoWire::requestFrom(uint8_t address, size_t count)
{
    busy(count);
    if (count > BUFFER - (came_count - came_read))
        abort(); // the core's buffers overflow
    if (!answers || address != ADDRESS)
        return 0;
    registers[CHIP_ID] = (uint8_t)played_chip_id;
    size_t length = is_asleep() ? 0 : fifo.size() * frame_bytes() + skip_bytes() + played_odd_bytes;
    registers[FIFO_LENGTH] = (uint8_t)length;
    registers[FIFO_LENGTH + 1] = (uint8_t)(length >> 8);
    if (pointer == FIFO_DATA)
        read_fifo(came, count);
    else
        memcpy(came, registers + pointer, count);
    if (deaf)
        memset(came, 0, count);
    came_count = count;
    came_read = 0;
    return count;
}

int TwoWire::read() { return came_read < came_count ? came[came_read++] : 0; }
