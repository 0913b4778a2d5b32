// A CDC device that sends back each packet it gets, by the book, asking the controller in a loop.
// Macros put mistakes in, one each. RP2040 Datasheet, 4.1 USB; Universal Serial Bus Specification
// 2.0, chapter 9.
#define USB_MULTIPLIER 100 // 12 MHz × 100 / 25 = 48 MHz
#define RELEASED (1 << 12 | 1 << 13 | 1 << 21 | 1 << 24)
#include "pico_start.h"

#ifndef USB_DIVIDER
#define USB_DIVIDER 0x100
#endif
#ifndef MUXING
#define MUXING 9
#endif
#ifndef POWER
#define POWER 12
#endif
#ifndef EP0_EACH
#define EP0_EACH (1u << 29)
#endif
#ifndef EACH
#define EACH (1u << 29)
#endif
#ifndef AT_ONCE
#define AT_ONCE 0
#endif
#ifndef FULL
#define FULL (1u << 15)
#endif
#ifndef OUT_LENGTH
#define OUT_LENGTH 64
#endif
#ifndef FIRST_TOGGLE
#define FIRST_TOGGLE 1
#endif
#ifndef IN_TOGGLE
#define IN_TOGGLE 0
#endif
#ifndef OUT_TOGGLE
#define OUT_TOGGLE 0
#endif
#ifndef EARLY_ADDRESS
#define EARLY_ADDRESS 0
#endif
#ifndef FORGET_ADDRESS
#define FORGET_ADDRESS 1
#endif
#ifndef STALL_ARM
#define STALL_ARM 3
#endif
#ifndef STALL
#define STALL (1u << 11)
#endif
#ifndef EMPTY_PACKETS
#define EMPTY_PACKETS 1
#endif
#ifndef DEVICE_CLASS
#define DEVICE_CLASS 2
#endif
#ifndef TOTAL
#define TOTAL 67
#endif
#ifndef UNION_SLAVE
#define UNION_SLAVE 1
#endif
#ifndef TEXT_BYTES
#define TEXT_BYTES 10
#endif
#ifndef TEXT_KIND
#define TEXT_KIND 3
#endif
#ifndef HEED_LENGTH
#define HEED_LENGTH 1
#endif
#ifndef STATUS_BYTES
#define STATUS_BYTES 0
#endif
#ifndef OUT_FULL
#define OUT_FULL 0
#endif
#ifndef MORE_BYTES
#define MORE_BYTES 0
#endif
#ifndef KEEP_LINE
#define KEEP_LINE 1
#endif

#define AVAILABLE (1u << 10)
#define USB(place) REGISTER(0x50110000 + (place))
#define MEMORY(place) ((volatile uint8_t *)(uintptr_t)(0x50100000 + (place)))
#define BUFFER(endpoint, out) REGISTER(0x50100080 + 8 * (endpoint) + 4 * (out))

enum { EP0 = 0x100, RECEIVED = 0x180, SENT = 0x1C0, NOTES = 0x200, DATA = 2 };

static const uint8_t device[18] = {18, 1, 0x00, 0x02, DEVICE_CLASS, 0, 0, 64, 0x09, 0x12, 1, 0,
                                   0, 1, 0, 1, 0, 1};
static const uint8_t configuration[67] = {
    9, 2, TOTAL, 0, 2, 1, 0, 0x80, 50,
    9, 4, 0, 0, 1, 2, 2, 0, 0,
    5, 0x24, 0, 0x10, 1, 5, 0x24, 1, 0, 1, 4, 0x24, 2, 2, 5, 0x24, 6, 0, UNION_SLAVE,
    7, 5, 0x81, 3, 8, 0, 16,
    9, 4, 1, 0, 2, 10, 0, 0, 0,
    7, 5, DATA, 2, 64, 0, 0, 7, 5, 0x80 | DATA, 2, 64, 0, 0,
};
static const uint8_t languages[4] = {4, TEXT_KIND, 9, 4};
static const uint8_t text[10] = {TEXT_BYTES, 3, 'P', 0, 'i', 0, 'c', 0, 'o', 0};

static uint8_t line[7];
static uint32_t new_address, in_toggle, out_toggle, control_toggle;
static const uint8_t *left;   // of a control answer
static uint32_t left_bytes, awaits_line, owes_empty;

static void hand_over(uint32_t endpoint, uint32_t out, uint32_t value)
{
    if (!AT_ONCE) {
        BUFFER(endpoint, out) = value;
        __asm__ volatile("nop\nnop\nnop\nnop");
    }
    BUFFER(endpoint, out) = value | AVAILABLE;
}

static void send(uint32_t endpoint, uint32_t place, const uint8_t *from, uint32_t bytes,
                 uint32_t toggle)
{
    for (uint32_t i = 0; i < bytes; i++)
        MEMORY(place)[i] = from[i];
    hand_over(endpoint, 0, FULL | toggle << 13 | bytes);
}

// Answers a request with bytes, or with none if there is nothing to say.
static void answer(const uint8_t *from, uint32_t bytes, uint32_t wanted)
{
    left = from;
    left_bytes = bytes < wanted || !HEED_LENGTH ? bytes : wanted;
    uint32_t now = left_bytes < 64 ? left_bytes : 64;
    control_toggle = FIRST_TOGGLE;
    send(0, EP0, left, now, control_toggle);
    left += now;
    left_bytes -= now;
    if (wanted != 0)
        hand_over(0, 1, 1u << 13 | 64); // for the status
}

static void refuse(void)
{
    USB(0x68) = STALL_ARM;
    BUFFER(0, 0) = STALL;
    BUFFER(0, 1) = STALL;
}

static void set_up(void)
{
    volatile uint8_t *packet = MEMORY(0);
    uint32_t request = (uint32_t)packet[0] << 8 | packet[1];
    uint32_t wanted = packet[6] | (uint32_t)packet[7] << 8;
    BUFFER(0, 0) = BUFFER(0, 1) = 0;
    awaits_line = 0;
    static const uint8_t zeros[2];
    if (request == 0x8006 && packet[3] == 1) {
        answer(device, sizeof device, wanted);
    } else if (request == 0x8006 && packet[3] == 2) {
        answer(configuration, sizeof configuration, wanted);
    } else if (request == 0x8006 && packet[3] == 3) {
        if (packet[2] == 0)
            answer(languages, sizeof languages, wanted);
        else
            answer(text, sizeof text, wanted);
    } else if (request == 0x8000 || request == 0x8008) {
        answer(zeros, sizeof zeros, wanted);
    } else if (request == 0x0005) {
        new_address = packet[2];
        if (EARLY_ADDRESS)
            USB(0) = new_address;
        answer(zeros, 0, 0);
    } else if (request == 0x0009) {
        in_toggle = IN_TOGGLE;
        out_toggle = OUT_TOGGLE;
        BUFFER(DATA, 0) = 0;
        USB(0x58) = 3 << (2 * DATA);
        hand_over(DATA, 1, OUT_FULL | out_toggle << 13 | OUT_LENGTH);
        answer(zeros, 0, 0);
    } else if (request == 0x2120) {
        awaits_line = 1;
        hand_over(0, 1, 1u << 13 | 64);
    } else if (request == 0xA121) {
        answer(line, sizeof line, wanted);
    } else if (request == 0x2122) {
        answer(zeros, 0, 0);
    } else {
        refuse();
    }
}

static void packet_went(void) // of endpoint 0
{
    if (new_address != 0) {
        USB(0) = new_address;
        new_address = 0;
    }
    if (left_bytes > 0) {
        uint32_t now = left_bytes < 64 ? left_bytes : 64;
        control_toggle ^= 1;
        send(0, EP0, left, now, control_toggle);
        left += now;
        left_bytes -= now;
    }
}

static void packet_came(void) // for endpoint 0
{
    if (!awaits_line)
        return;
    for (int i = 0; KEEP_LINE && i < 7; i++)
        line[i] = MEMORY(EP0)[i];
    awaits_line = 0;
    send(0, EP0, line, STATUS_BYTES, 1);
}

static void echo(void)
{
    uint32_t bytes = BUFFER(DATA, 1) & 0x3FF;
    for (uint32_t i = 0; i < bytes; i++)
        MEMORY(SENT)[i] = MEMORY(RECEIVED)[i];
    owes_empty = EMPTY_PACKETS == 2 || (EMPTY_PACKETS && bytes == 64);
    hand_over(DATA, 0, FULL | in_toggle << 13 | (bytes + MORE_BYTES));
    in_toggle ^= 1;
}

static void echoed(void)
{
    if (owes_empty) {
        owes_empty = EMPTY_PACKETS == 2;
        hand_over(DATA, 0, FULL | in_toggle << 13);
        in_toggle ^= 1;
        return;
    }
    out_toggle ^= 1;
    hand_over(DATA, 1, OUT_FULL | out_toggle << 13 | OUT_LENGTH);
}

void Reset_Handler(void)
{
    start_clocks();
    REGISTER(0x40008058) = USB_DIVIDER;
    release(NEED_CLOCKS);
    for (uint32_t place = 0; place < 0x1000; place += 4)
        *(volatile uint32_t *)MEMORY(place) = 0;
    new_address = left_bytes = awaits_line = owes_empty = 0;
    USB(0x74) = MUXING;
    USB(0x78) = POWER;
    REGISTER(0x50100008) = 1u << 31 | 3u << 26 | NOTES;
    REGISTER(0x50100008 + 8) = 1u << 31 | EACH | 2u << 26 | SENT;
    REGISTER(0x5010000C + 8) = 1u << 31 | EACH | 2u << 26 | RECEIVED;
    USB(0x40) = 1;
    USB(0x4C) = EP0_EACH | 1 << 16;
    for (;;) {
        if (USB(0x50) & 1 << 19) { // the bus is reset
            USB(0x50) = 1 << 19;
            if (FORGET_ADDRESS)
                USB(0) = 0;
        }
        uint32_t done = USB(0x58);
        USB(0x58) = done;
        if (done & 1)
            packet_went();
        if (done & 2)
            packet_came();
        if (done & 1u << (2 * DATA + 1))
            echo();
        if (done & 1u << (2 * DATA))
            echoed();
        if (USB(0x50) & 1 << 17) {
            USB(0x50) = 1 << 17;
            set_up();
        }
    }
}
