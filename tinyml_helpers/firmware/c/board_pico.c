// Raspberry Pi Pico, RP2040: UART0 (a PL011) and the microsecond timer; its Cortex-M0+ has no
// counter of cycles that would last for a whole inference.
// Registers: RP2040 Datasheet, 4.2.8 (UART) and 4.6.5 (timer). Clocks and resets are what the boot
// ROM and the second stage boot loader leave.
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define UART_DR REGISTER(0x40034000)
#define UART_FR REGISTER(0x40034018)
#define UART_IBRD REGISTER(0x40034024)
#define UART_FBRD REGISTER(0x40034028)
#define UART_LCR_H REGISTER(0x4003402C)
#define UART_CR REGISTER(0x40034030)
#define RECEIVE_EMPTY (1u << 4)
#define SEND_FULL (1u << 5)

#define TIMER_RAWL REGISTER(0x40054028)

const char board_name[] = "pico";
const uint32_t board_clock_hz = 133000000;
const uint32_t board_tick_hz = 1000000;

void board_start(void)
{
    UART_IBRD = 72; // 133 MHz / (16 × 115,200 baud) = 72 + 10/64
    UART_FBRD = 10;
    UART_LCR_H = 3u << 5 | 1u << 4; // eight bits, with queues
    UART_CR = 1u << 9 | 1u << 8 | 1;
}

uint8_t board_receive(void)
{
    while ((UART_FR & RECEIVE_EMPTY) != 0) {
    }
    return (uint8_t)UART_DR;
}

void board_send(uint8_t byte)
{
    while ((UART_FR & SEND_FULL) != 0) {
    }
    UART_DR = byte;
}

uint32_t board_ticks(void)
{
    return TIMER_RAWL;
}
