// Brings an RP2040 up by the book and echoes bytes over UART0. Macros put mistakes in, one each.
// RP2040 Datasheet: 2.8 boot, 2.14 resets, 2.15 clocks, 2.16 XOSC, 2.18 PLL, 4.2 UART, 4.10 SSI.
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
#ifndef FUNCTION_OF_0
#define FUNCTION_OF_0 2
#endif
#ifndef FUNCTION_OF_1
#define FUNCTION_OF_1 2
#endif
#ifndef DIVIDER
#define DIVIDER 72
#endif
#ifndef FRACTION
#define FRACTION 10
#endif
#ifndef LINE
#define LINE 0x70
#endif
#ifndef LINE_LAST
#define LINE_LAST 1
#endif
#ifndef UART_ON
#define UART_ON 0x301
#endif
#ifndef CHECK_FULL
#define CHECK_FULL 1
#endif
#ifndef EXTRA
#define EXTRA
#endif

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
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

static void start_clocks(void)
{
    REGISTER(0x4002400C) = CRYSTAL_START;
    REGISTER(0x40024000) = 0xFABAA0;
    while (CRYSTAL_WAIT && (REGISTER(0x40024004) & 1u << 31) == 0) {
    }
    REGISTER(0x40008030) = 2; // clk_ref from the crystal
    REGISTER(0x4000F000) = RELEASED & ~(1u << 22);
    while ((REGISTER(0x4000C008) & RELEASE_WAIT & ~(1u << 22)) != (RELEASE_WAIT & ~(1u << 22))) {
    }
    REGISTER(0x40028000) = 1;
    REGISTER(0x40028008) = PLL_MULTIPLIER;
    REGISTER(0x4002B004) = 1 << 5 | 1;
    while (PLL_WAIT && (REGISTER(0x40028000) & 1u << 31) == 0) {
    }
    REGISTER(0x4002800C) = PLL_DIVIDERS;
    REGISTER(0x4002B004) = PLL_DIVIDER_OFF;
    REGISTER(0x4000803C) = 1; // clk_sys from pll_sys
    REGISTER(0x40008048) = PERIPHERAL_CLOCK;
    REGISTER(0x4005802C) = TICK;
}

static void start_uart(void)
{
    REGISTER(0x4000F000) = RELEASED;
    while ((REGISTER(0x4000C008) & RELEASE_WAIT) != RELEASE_WAIT) {
    }
    REGISTER(0x40014004) = FUNCTION_OF_0;
    REGISTER(0x4001400C) = FUNCTION_OF_1;
    if (!LINE_LAST)
        REGISTER(0x4003402C) = LINE;
    REGISTER(0x40034024) = DIVIDER; // 133 MHz / (16 × 115,200) = 72 + 10/64
    REGISTER(0x40034028) = FRACTION;
    if (LINE_LAST)
        REGISTER(0x4003402C) = LINE;
    REGISTER(0x40034030) = UART_ON;
}

__attribute__((unused)) static void wait(void)
{
    for (volatile int turns = 50000; turns > 0; turns--) {
    }
}

void Reset_Handler(void)
{
    start_clocks();
    start_uart();
    EXTRA;
    for (;;) {
        while ((REGISTER(0x40034018) & 1 << 4) != 0) {
        }
        uint32_t byte = REGISTER(0x40034000) & 0xFF;
        (void)REGISTER(0x40054028); // the time
        for (int copies = byte == '*' ? 40 : 1; copies > 0; copies--) {
            while (CHECK_FULL && (REGISTER(0x40034018) & 1 << 5) != 0) {
            }
            REGISTER(0x40034000) = byte;
        }
    }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    __stack_top,
    (const void *)(uintptr_t)Reset_Handler,
};
