// pico_interrupts.h: what the processor calls; pico_vectors.c lists them.
#ifndef TM_PICO_INTERRUPTS_H
#define TM_PICO_INTERRUPTS_H

void pico_usb_interrupt(void);
void pico_uart_interrupt(void);

#endif
