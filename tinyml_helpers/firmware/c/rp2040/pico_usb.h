// pico_usb.h: a serial port over USB. What the computer asks of the device itself is answered in an
// interrupt, so also while a model runs; bytes wait in a packet until somebody takes them.
#ifndef TM_PICO_USB_H
#define TM_PICO_USB_H

#include <stdbool.h>
#include <stdint.h>

// Connects. Needs: clocks run, the USB block is out of reset.
void pico_usb_start(void);

// Takes the next byte that came from the computer. Returns false if none waits.
bool pico_usb_receive(uint8_t *byte);

// Whether there is something to do: a byte waits, or the next packet could go. Needs: interrupts are
// off.
bool pico_usb_has_work(void);

// Puts a byte into the packet that goes next, which goes when it is full. Returns false if the last
// one hasn't gone yet: try again.
bool pico_usb_send(uint8_t byte);

// Lets the next packet go as it is. Does nothing if it is empty, or the last hasn't gone yet.
void pico_usb_flush(void);

#endif
