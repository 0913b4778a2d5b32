// Arduino Nano 33 BLE (Sense), nRF52840: UART0 on the pins TX and RX, 115,200 baud.
// Registers: nRF52840 Product Specification v1.11, 6.33 UART; Armv7-M ARM, C1.8 DWT.
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define UART_STARTRX REGISTER(0x40002000)
#define UART_STARTTX REGISTER(0x40002008)
#define UART_RXDRDY REGISTER(0x40002108)
#define UART_TXDRDY REGISTER(0x4000211C)
#define UART_ENABLE REGISTER(0x40002500)
#define UART_PSELTXD REGISTER(0x4000250C)
#define UART_PSELRXD REGISTER(0x40002514)
#define UART_RXD REGISTER(0x40002518)
#define UART_TXD REGISTER(0x4000251C)
#define UART_BAUDRATE REGISTER(0x40002524)

#define DEMCR REGISTER(0xE000EDFC)
#define DWT_CTRL REGISTER(0xE0001000)
#define DWT_CYCCNT REGISTER(0xE0001004)

const char board_name[] = "nano33ble";
const uint32_t board_clock_hz = 64000000;
const uint32_t board_tick_hz = 64000000;

void board_start(void)
{
    DEMCR |= 1u << 24; // TRCENA: power for the DWT unit
    DWT_CYCCNT = 0;
    DWT_CTRL |= 1; // CYCCNTENA
    UART_PSELTXD = 32 + 3;  // P1.03, the pin TX
    UART_PSELRXD = 32 + 10; // P1.10, the pin RX
    UART_BAUDRATE = 0x01D7E000;
    UART_ENABLE = 4;
    UART_STARTRX = 1;
    UART_STARTTX = 1;
}

uint8_t board_receive(void)
{
    while (UART_RXDRDY == 0) {
    }
    UART_RXDRDY = 0;
    return (uint8_t)UART_RXD;
}

void board_send(uint8_t byte)
{
    UART_TXDRDY = 0;
    UART_TXD = byte;
    while (UART_TXDRDY == 0) {
    }
}

uint32_t board_ticks(void)
{
    return DWT_CYCCNT;
}
