// pico_start.h: brings an RP2040 up by the book, as far as its clocks; for the witness's programs.
// Macros put mistakes in, one each. RP2040 Datasheet: 2.8 boot, 2.14 resets, 2.15 clocks, 2.16
// XOSC, 2.18 PLL, 4.10 SSI.
#include <stdint.h>

#ifndef SSI_ON
#define SSI_ON 1
#endif
#ifndef SSI_DIVIDER
#define SSI_DIVIDER 4
#endif
#ifndef SSI_COMMAND
#define SSI_COMMAND 0x03000218 // 03h, 8 bits; 24 bits of address; no waiting
#endif
#ifndef CRYSTAL_START
#define CRYSTAL_START 47 // times 256 cycles: 1 ms
#endif
#ifndef CRYSTAL_WAIT
#define CRYSTAL_WAIT 1
#endif
#ifndef PLL_WAIT
#define PLL_WAIT 1
#endif
#ifndef PLL_MULTIPLIER
#define PLL_MULTIPLIER 133 // 12 MHz × 133 / 12 = 133 MHz
#endif
#ifndef PLL_DIVIDERS
#define PLL_DIVIDERS (6 << 16 | 2 << 12)
#endif
#ifndef PLL_DIVIDER_OFF
#define PLL_DIVIDER_OFF (1 << 3)
#endif
#ifndef PERIPHERAL_CLOCK
#define PERIPHERAL_CLOCK (1 << 11)
#endif
#ifndef RELEASED
#define RELEASED (1 << 5 | 1 << 8 | 1 << 12 | 1 << 21 | 1 << 22)
#endif
#ifndef RELEASE_WAIT
#define RELEASE_WAIT RELEASED
#endif
#ifndef TICK
#define TICK (1 << 9 | 12)
#endif
#ifndef USB_MULTIPLIER
#define USB_MULTIPLIER 0 // none: pll_usb stays off
#endif

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define NEED_CLOCKS (1u << 22 | 1u << 24) // UART0 and USB, those of their own
#define TEXT(value) TEXT_OF(value)
#define TEXT_OF(value) #value

extern uint32_t __stack_top[];

void boot2(void);
void Reset_Handler(void);

// Runs from RAM; the ROM has read it by the slowest command.
__attribute__((naked, used, section(".boot2"))) void boot2(void)
{
    __asm__ volatile("ldr r3, =0x18000000\n"
                     "movs r0, #0\n"
                     "str r0, [r3, #8]\n"
                     "movs r0, #" TEXT(SSI_DIVIDER) "\n"
                     "str r0, [r3, #0x14]\n"
                     "ldr r0, =0x001f0300\n" // 32 bits, "EEPROM read", one wire
                     "str r0, [r3]\n"
                     "ldr r0, =" TEXT(SSI_COMMAND) "\n"
                     "ldr r1, =0x180000f4\n"
                     "str r0, [r1]\n"
                     "movs r0, #" TEXT(SSI_ON) "\n"
                     "str r0, [r3, #8]\n"
                     "ldr r0, =0x10000100\n"
                     "ldr r1, =0xe000ed08\n"
                     "str r0, [r1]\n"
                     "ldr r1, [r0]\n"
                     "msr msp, r1\n"
                     "ldr r0, [r0, #4]\n"
                     "bx r0\n"
                     ".ltorg\n");
}

// Lets blocks out of reset, of those that are to be.
static void release(uint32_t blocks)
{
    REGISTER(0x4000F000) = RELEASED & blocks;
    while ((REGISTER(0x4000C008) & RELEASE_WAIT & blocks) != (RELEASE_WAIT & blocks)) {
    }
}

static void start_pll(uint32_t pll, uint32_t multiplier, uint32_t dividers)
{
    REGISTER(pll) = 1;
    REGISTER(pll + 0x08) = multiplier;
    REGISTER(pll + 0x3004) = 1 << 5 | 1; // clears bits: the oscillator gets power
    while (PLL_WAIT && (REGISTER(pll) & 1u << 31) == 0) {
    }
    REGISTER(pll + 0x0C) = dividers;
    REGISTER(pll + 0x3004) = PLL_DIVIDER_OFF;
}

static void start_clocks(void)
{
    REGISTER(0x4002400C) = CRYSTAL_START;
    REGISTER(0x40024000) = 0xFABAA0;
    while (CRYSTAL_WAIT && (REGISTER(0x40024004) & 1u << 31) == 0) {
    }
    REGISTER(0x40008030) = 2; // clk_ref from the crystal
    release(~NEED_CLOCKS);
    start_pll(0x40028000, PLL_MULTIPLIER, PLL_DIVIDERS);
    if (USB_MULTIPLIER != 0) {
        start_pll(0x4002C000, USB_MULTIPLIER, 5 << 16 | 5 << 12);
        REGISTER(0x40008054) = 1 << 11; // clk_usb from pll_usb
    }
    REGISTER(0x4000803C) = 1; // clk_sys from pll_sys
    REGISTER(0x40008048) = PERIPHERAL_CLOCK;
    REGISTER(0x4005802C) = TICK;
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    __stack_top,
    (const void *)(uintptr_t)Reset_Handler,
};
