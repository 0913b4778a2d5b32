// pico_clocks.h: from the boot ROM's slow clock to exact ones, and peripherals out of reset.
#ifndef TM_PICO_CLOCKS_H
#define TM_PICO_CLOCKS_H

#include <stdint.h>

// Peripherals, as bits of pico_release (RP2040 Datasheet, 2.14.3).
enum { PICO_IO_BANK0 = 1 << 5, PICO_PADS_BANK0 = 1 << 8, PICO_PLL_SYS = 1 << 12,
       PICO_PLL_USB = 1 << 13, PICO_TIMER = 1 << 21, PICO_UART0 = 1 << 22, PICO_USB = 1 << 24 };

// From the crystal of 12 MHz: the processor and peripherals get 133 MHz, USB 48 MHz, the timer a
// tick each microsecond.
void pico_start_clocks(void);

// Takes peripherals out of reset, and waits until they are: before that their registers do nothing.
void pico_release(uint32_t peripherals);

#endif
