// pico_registers.h: how the Pico's files reach the RP2040's registers.
#ifndef TM_PICO_REGISTERS_H
#define TM_PICO_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

// Every register of a peripheral is there three more times (datasheet, 2.1.2): what is written to
// these sets, or clears, the bits that are 1 and leaves the others.
#define SET(address) REGISTER((address) + 0x2000)
#define CLEAR(address) REGISTER((address) + 0x3000)

#endif
