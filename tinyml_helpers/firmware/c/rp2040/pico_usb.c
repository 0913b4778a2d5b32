// pico_usb.c: USB CDC ACM, a serial port that needs no driver, on the RP2040's own controller.
#include "pico_usb.h"

#include "pico_interrupts.h"
#include "pico_usb_controller.h"

#define NVIC_ISER REGISTER(0xE000E100)
#define USB_INTERRUPT (1u << 5)

// A packet that isn't full ends what the computer reads: so no empty one has to follow.
enum { SEND_BYTES = USB_PACKET_BYTES - 1 };

uint8_t usb_configuration;

// The main program works with these while interrupts are off.
static uint32_t out_toggle, in_toggle; // of the next packet: 0 or DATA1
static uint32_t out_count;             // bytes in the packet that came
static uint32_t out_place;             // of them taken
static uint32_t in_count;              // bytes in the packet that goes next
static bool in_goes;                   // the last one is still the controller's

static void interrupts_off(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}

static void interrupts_on(void)
{
    __asm__ volatile("cpsie i" ::: "memory");
}

static void await_packet(void)
{
    out_count = out_place = 0;
    hand_over(BUFFER_OUT(USB_DATA), out_toggle | USB_PACKET_BYTES);
    out_toggle ^= DATA1;
}

static void send_packet(void)
{
    hand_over(BUFFER_IN(USB_DATA), FULL | in_toggle | in_count);
    in_toggle ^= DATA1;
    in_count = 0;
    in_goes = true;
}

void usb_configure(uint8_t number)
{
    usb_configuration = number;
    out_toggle = in_toggle = 0;
    out_count = out_place = in_count = 0;
    in_goes = false;
    *BUFFER_IN(USB_DATA) = *BUFFER_OUT(USB_DATA) = 0;
    if (number == 0)
        return;
    ENDPOINT_IN(USB_NOTICES) = ENDPOINT_ON(INTERRUPT, NOTICE_BUFFER); // never has anything to say
    ENDPOINT_IN(USB_DATA) = ENDPOINT_ON(BULK, IN_BUFFER);
    ENDPOINT_OUT(USB_DATA) = ENDPOINT_ON(BULK, OUT_BUFFER);
    await_packet();
}

void usb_clear_halt(uint32_t endpoint)
{
    if (endpoint == (USB_IN | USB_DATA)) {
        in_toggle = 0;
        if (in_goes) {
            hand_over(BUFFER_IN(USB_DATA), FULL | (*BUFFER_IN(USB_DATA) & LENGTH));
            in_toggle = DATA1;
        }
    } else if (endpoint == USB_DATA) {
        out_toggle = 0;
        if (out_count == 0)
            await_packet();
    }
}

static void buffers_came_back(uint32_t which)
{
    if ((which & CAME_IN(0)) != 0)
        usb_answer_went();
    if ((which & CAME_OUT(0)) != 0)
        usb_request_data_came();
    if ((which & CAME_IN(USB_DATA)) != 0)
        in_goes = false;
    if ((which & CAME_OUT(USB_DATA)) != 0) {
        out_count = *BUFFER_OUT(USB_DATA) & LENGTH;
        if (out_count == 0)
            await_packet();
    }
}

void pico_usb_interrupt(void)
{
    uint32_t what = INTS;
    if ((what & INT_BUFFER) != 0) { // first: it may have been the end of an earlier request
        uint32_t which = BUFF_STATUS;
        BUFF_STATUS = which;
        buffers_came_back(which);
    }
    if ((what & INT_SETUP) != 0) {
        SIE_STATUS = SIE_SETUP;
        usb_request_came();
    }
    if ((what & INT_BUS_RESET) != 0) {
        SIE_STATUS = SIE_BUS_RESET;
        ADDR_ENDP = 0;
        usb_configure(0);
    }
}

void pico_usb_start(void)
{
    for (uint32_t place = 0; place < DPRAM_BYTES; place += 4)
        REGISTER(DPRAM + place) = 0;
    USB_MUXING = 1u << 3 | 1u << 0; // to the chip's own USB pins
    USB_PWR = 1u << 3 | 1u << 2;    // takes for granted that there is a computer: no pin tells
    MAIN_CTRL = 1;
    SIE_CTRL = SIE_EACH_BUFFER;
    INTE = INT_BUFFER | INT_BUS_RESET | INT_SETUP;
    NVIC_ISER = USB_INTERRUPT;
    SIE_CTRL = SIE_EACH_BUFFER | SIE_PULL_UP; // now the computer sees that there is a device
}

bool pico_usb_has_work(void)
{
    return out_place < out_count || (in_count > 0 && !in_goes);
}

bool pico_usb_receive(uint8_t *byte)
{
    interrupts_off();
    bool waits = out_place < out_count;
    if (waits) {
        *byte = MEMORY(OUT_BUFFER)[out_place++];
        if (out_place == out_count)
            await_packet();
    }
    interrupts_on();
    return waits;
}

bool pico_usb_send(uint8_t byte)
{
    interrupts_off();
    bool has_room = usb_configuration != 0 && !in_goes;
    if (has_room) {
        MEMORY(IN_BUFFER)[in_count++] = byte;
        if (in_count == SEND_BYTES)
            send_packet();
    }
    interrupts_on();
    return has_room;
}

void pico_usb_flush(void)
{
    interrupts_off();
    if (in_count > 0 && !in_goes)
        send_packet();
    interrupts_on();
}
