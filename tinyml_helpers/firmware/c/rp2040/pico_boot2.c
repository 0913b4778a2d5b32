// pico_boot2.c: the second stage boot loader. The chip's boot ROM copies the first 256 bytes of
// flash to RAM and calls them there if their last four are the CRC-32 of the others; uf2.py puts
// that in. They make the flash readable as memory, then start the program that lies behind them.
// RP2040 Datasheet: 2.8.1 (boot sequence), 4.10 (SSI); Armv6-M ARM, B3.2.5 (VTOR).
//
// Every flash chip knows the command 03h, which reads over one wire. Faster ones differ from chip
// to chip.
#include "pico_registers.h"

#define SSI_CTRLR0 REGISTER(0x18000000)
#define SSI_CTRLR1 REGISTER(0x18000004)
#define SSI_SSIENR REGISTER(0x18000008)
#define SSI_BAUDR REGISTER(0x18000014)
#define SSI_SPI_CTRLR0 REGISTER(0x180000F4)

#define VTOR REGISTER(0xE000ED08)
#define VECTORS 0x10000100u

void pico_boot2(void);

// One function, which calls none: it runs 256 MB away from where it was linked for.
__attribute__((section(".boot2"), used, noreturn)) void pico_boot2(void)
{
    SSI_SSIENR = 0; // or the settings can't be written
    SSI_BAUDR = 4;  // 133 MHz / 4 = 33 MHz; for 03h the Pico's W25Q16JV allows 50
    SSI_CTRLR0 = 31u << 16 | 3u << 8; // words of 32 bits; a command goes out, then data comes in
    SSI_CTRLR1 = 0;                   // one word at a time
    SSI_SPI_CTRLR0 = 0x03u << 24 | 2u << 8 | 6u << 2; // 03h, 8 bits of it, 24 bits of address
    SSI_SSIENR = 1;
    VTOR = VECTORS;
    uint32_t stack = REGISTER(VECTORS), reset = REGISTER(VECTORS + 4);
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(stack), "r"(reset));
    __builtin_unreachable();
}
