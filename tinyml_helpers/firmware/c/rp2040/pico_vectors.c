// pico_vectors.c: the interrupts, whose addresses follow those of startup.c's exceptions.
// RP2040 Datasheet, 2.3.2.
#include "pico_usb.h"

void Fault_Handler(void);

enum { USB_INTERRUPT = 5, INTERRUPTS = 26 };

__attribute__((section(".vectors.interrupts"), used)) static void (*const handlers[INTERRUPTS])(
    void) = {
    Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
    [USB_INTERRUPT] = pico_usb_interrupt,
};
