// board_rp2040.c: a real Pico, or Pico W. The computer may talk to it over USB, or over UART0 on the
// pins GP0 (sends) and GP1 (receives) at 115,200 baud: answers go where the last byte came from.
// RP2040 Datasheet: 2.3.1 (SIO), 2.19 (GPIO), 4.2 (UART), 4.6 (timer).
#include "board.h"
#include "pico_clocks.h"
#include "pico_registers.h"
#include "pico_usb.h"

#define GPIO_FUNCTION(pin) REGISTER(0x40014004 + 8 * (pin))
#define GPIO_PAD(pin) REGISTER(0x4001C004 + 4 * (pin))
enum { FUNCTION_UART = 2, FUNCTION_SIO = 5, SENDS = 0, RECEIVES = 1, LIGHT = 25 };
#define PAD_WITH_PULL_UP 0x5A // as after reset, but with the other resistor

#define SIO_SET REGISTER(0xD0000014)
#define SIO_CLEAR REGISTER(0xD0000018)
#define SIO_OUTPUT REGISTER(0xD0000024)

#define UART_DR REGISTER(0x40034000)
#define UART_FR REGISTER(0x40034018)
#define UART_IBRD REGISTER(0x40034024)
#define UART_FBRD REGISTER(0x40034028)
#define UART_LCR_H REGISTER(0x4003402C)
#define UART_CR REGISTER(0x40034030)
#define RECEIVE_EMPTY (1u << 4)
#define SEND_FULL (1u << 5)
#define BROKEN_BYTE (7u << 8) // framing, parity or break: a line that hangs in the air

#define TIMER_RAWL REGISTER(0x40054028)
#define PATIENCE_TICKS 1000000u // a computer that takes nothing for a second isn't there

const char board_name[] = "pico";
const uint32_t board_clock_hz = 133000000;
const uint32_t board_tick_hz = 1000000;

static enum { NOWHERE, UART, USB } answers_go;

void board_start(void)
{
    pico_start_clocks();
    pico_release(PICO_IO_BANK0 | PICO_PADS_BANK0 | PICO_TIMER | PICO_UART0 | PICO_USB);
    GPIO_PAD(RECEIVES) = PAD_WITH_PULL_UP; // with nothing plugged in the line rests
    GPIO_FUNCTION(SENDS) = FUNCTION_UART;
    GPIO_FUNCTION(RECEIVES) = FUNCTION_UART;
    UART_IBRD = 72; // 133 MHz / (16 × 115,200 baud) = 72 + 10/64
    UART_FBRD = 10;
    UART_LCR_H = 3u << 5 | 1u << 4; // eight bits, with queues
    UART_CR = 1u << 9 | 1u << 8 | 1;
    SIO_OUTPUT = 1u << LIGHT;
    GPIO_FUNCTION(LIGHT) = FUNCTION_SIO; // a Pico W has none there, and its radio stays off
    pico_usb_start();
}

// Takes a byte from the line that has one; returns false if none has.
static bool receive(uint8_t *byte)
{
    if (pico_usb_receive(byte)) {
        answers_go = USB;
        return true;
    }
    if ((UART_FR & RECEIVE_EMPTY) != 0)
        return false;
    uint32_t received = UART_DR;
    *byte = (uint8_t)received;
    if ((received & BROKEN_BYTE) != 0)
        return false;
    answers_go = UART;
    return true;
}

// The light is on while the program works, off while it waits.
uint8_t board_receive(void)
{
    uint8_t byte;
    SIO_CLEAR = 1u << LIGHT;
    do {
        pico_usb_flush(); // whatever ends an answer, the program then waits for the next question
    } while (!receive(&byte));
    SIO_SET = 1u << LIGHT;
    return byte;
}

void board_send(uint8_t byte)
{
    if (answers_go == USB) {
        for (uint32_t start = TIMER_RAWL; !pico_usb_send(byte);) {
            if (TIMER_RAWL - start > PATIENCE_TICKS) {
                answers_go = NOWHERE;
                break;
            }
        }
    } else if (answers_go == UART) {
        while ((UART_FR & SEND_FULL) != 0) {
        }
        UART_DR = byte;
    }
}

uint32_t board_ticks(void)
{
    return TIMER_RAWL;
}
