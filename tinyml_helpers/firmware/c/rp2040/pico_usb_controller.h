// pico_usb_controller.h: the RP2040's USB controller, and what pico_usb.c and pico_usb_requests.c
// want of each other. RP2040 Datasheet, 4.1.
//
// The controller has a memory of its own that the processor sees too. Each direction of each
// endpoint has a buffer there and a word that says whose it is: the program fills a buffer, or
// empties it, and hands it over; the controller hands it back once a packet went or came.
#ifndef TM_PICO_USB_CONTROLLER_H
#define TM_PICO_USB_CONTROLLER_H

#include "pico_descriptors.h"
#include "pico_registers.h"

#define DPRAM 0x50100000
enum { DPRAM_BYTES = 4096, CONTROL_BUFFER = 0x100, OUT_BUFFER = 0x180, IN_BUFFER = 0x1C0,
       NOTICE_BUFFER = 0x200 };
#define MEMORY(place) ((volatile uint8_t *)(uintptr_t)(DPRAM + (place)))
#define SETUP_LOW REGISTER(DPRAM + 0)
#define SETUP_HIGH REGISTER(DPRAM + 4)
#define ENDPOINT_IN(endpoint) REGISTER(DPRAM + 8 * (endpoint))
#define ENDPOINT_OUT(endpoint) REGISTER(DPRAM + 8 * (endpoint) + 4)
#define BUFFER_IN(endpoint) (&REGISTER(DPRAM + 0x80 + 8 * (endpoint)))
#define BUFFER_OUT(endpoint) (&REGISTER(DPRAM + 0x84 + 8 * (endpoint)))
#define ENDPOINT_ON(kind, buffer) (1u << 31 | 1u << 29 | (uint32_t)(kind) << 26 | (buffer))
enum { BULK = 2, INTERRUPT = 3 };

#define ADDR_ENDP REGISTER(0x50110000)
#define MAIN_CTRL REGISTER(0x50110040)
#define SIE_CTRL REGISTER(0x5011004C)
#define SIE_STATUS REGISTER(0x50110050)
#define BUFF_STATUS REGISTER(0x50110058)
#define EP_STALL_ARM REGISTER(0x50110068)
#define USB_MUXING REGISTER(0x50110074)
#define USB_PWR REGISTER(0x50110078)
#define INTE REGISTER(0x50110090)
#define INTS REGISTER(0x50110098)

#define INT_BUFFER (1u << 4)
#define INT_BUS_RESET (1u << 12)
#define INT_SETUP (1u << 16)
#define SIE_PULL_UP (1u << 16)     // of SIE_CTRL
#define SIE_EACH_BUFFER (1u << 29) // of SIE_CTRL: endpoint 0 interrupts for each
#define SIE_SETUP (1u << 17)
#define SIE_BUS_RESET (1u << 19)

// Of a buffer's word, and of BUFF_STATUS.
enum { FULL = 1 << 15, DATA1 = 1 << 13, STALL = 1 << 11, AVAILABLE = 1 << 10, LENGTH = 0x3FF };
#define CAME_IN(endpoint) (1u << 2 * (endpoint))
#define CAME_OUT(endpoint) (2u << 2 * (endpoint))

// Hands a buffer to the controller, whose clock is slower: AVAILABLE comes when it has seen the
// rest (datasheet, 4.1.2.5.1).
static inline void hand_over(volatile uint32_t *buffer, uint32_t value)
{
    *buffer = value;
    for (int i = 0; i < 3; i++)
        __asm__ volatile("nop\n\tnop\n\tnop\n\tnop");
    *buffer = value | AVAILABLE;
}

// In pico_usb_requests.c. A request has come; a packet of the answer has gone; bytes that belong to
// a request have come.
void usb_request_came(void);
void usb_answer_went(void);
void usb_request_data_came(void);

// In pico_usb.c. The configuration in use: 1, or 0 for none.
extern uint8_t usb_configuration;
// Begins with one: nothing waits in either direction.
void usb_configure(uint8_t number);
// The computer counts an endpoint's packets anew. endpoint: with USB_IN, if it is that direction.
void usb_clear_halt(uint32_t endpoint);

#endif
