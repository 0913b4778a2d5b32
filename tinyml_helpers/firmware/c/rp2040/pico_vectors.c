// pico_vectors.c: the interrupts, whose addresses follow those of startup.c's exceptions.
// RP2040 Datasheet, 2.3.2: there are 26, and number 5 is USB's.
#include "pico_usb.h"

void Fault_Handler(void);

typedef void (*handler)(void);

__attribute__((section(".vectors.interrupts"), used)) static const handler handlers[26] = {
    Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, pico_usb_interrupt,
    Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
    Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
    Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
    Fault_Handler, Fault_Handler,
};
