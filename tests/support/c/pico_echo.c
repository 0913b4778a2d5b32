// Echoes bytes over UART0, by the book; a star comes back forty times. Macros put mistakes in.
// RP2040 Datasheet, 2.19 GPIO and 4.2 UART.
#include "pico_start.h"

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

static void start_uart(void)
{
    release(NEED_CLOCKS);
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

typedef void *(*finder)(const uint16_t *table, uint32_t code);
typedef void (*usb_boot)(uint32_t light, uint32_t disabled);

// Asks the ROM for its USB boot loader: 2.8.3, Bootrom Contents.
__attribute__((unused)) static void bootsel(void)
{
    volatile uint16_t *rom = (volatile uint16_t *)0;
    __asm__("" : "+r"(rom)); // else the compiler takes address 0 for a mistake
    finder find = (finder)(uintptr_t)rom[0x18 / 2];
    usb_boot start = (usb_boot)find((const uint16_t *)(uintptr_t)rom[0x14 / 2], 'U' | 'B' << 8);
    start(1u << 25, 0);
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
