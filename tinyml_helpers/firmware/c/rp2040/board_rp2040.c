// board_rp2040.c: a real Pico, or Pico W. The computer may talk to it over USB, or over UART0 on the
// pins GP0 (sends) and GP1 (receives) at 115,200 baud: answers go where the last byte came from.
// While it waits for a question it sleeps, and draws less.
// RP2040 Datasheet: 2.19 (GPIO), 4.2 (UART), 4.6 (timer).
#include "board.h"
#include "pico_clocks.h"
#include "pico_interrupts.h"
#include "pico_registers.h"
#include "pico_usb.h"

#define GPIO_FUNCTION(pin) REGISTER(0x40014004 + 8 * (pin))
#define GPIO_PAD(pin) REGISTER(0x4001C004 + 4 * (pin))
enum { FUNCTION_UART = 2, SENDS = 0, RECEIVES = 1 };
#define PAD_WITH_PULL_UP 0x5A // as after reset, but with the other resistor

#define UART_DR REGISTER(0x40034000)
#define UART_FR REGISTER(0x40034018)
#define UART_IBRD REGISTER(0x40034024)
#define UART_FBRD REGISTER(0x40034028)
#define UART_LCR_H REGISTER(0x4003402C)
#define UART_CR REGISTER(0x40034030)
#define UART_IFLS REGISTER(0x40034034)
#define UART_IMSC REGISTER(0x40034038)
#define RECEIVE_EMPTY (1u << 4)
#define SEND_FULL (1u << 5)
#define BROKEN_BYTE (7u << 8) // framing, parity or break: a line that hangs in the air

#define NVIC_ISER REGISTER(0xE000E100)
#define UART_INTERRUPT (1u << 20)

#define TIMER_RAWL REGISTER(0x40054028)
#define PATIENCE_TICKS 1000000u // a computer that takes nothing for a second isn't there

const char board_name[] = "pico";
const uint32_t board_clock_hz = 133000000;
const uint32_t board_tick_hz = 1000000;

static enum { NOWHERE, UART, USB } answers_go;

// Bytes that came over the UART; the interrupt puts them in, the program takes them out.
enum { UART_BYTES = 256 };
static uint8_t uart_bytes[UART_BYTES];
static volatile uint32_t uart_put, uart_taken; // how many, modulo 2^32

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
    UART_IFLS = 0;                 // an interrupt when four bytes wait,
    UART_IMSC = 1u << 6 | 1u << 4; // or fewer, and for a while no more come
    NVIC_ISER = UART_INTERRUPT;
    pico_usb_start();
}

void pico_uart_interrupt(void)
{
    while ((UART_FR & RECEIVE_EMPTY) == 0) {
        uint32_t received = UART_DR;
        // What has no room is lost: its message is unsound then, and is sent again.
        if ((received & BROKEN_BYTE) == 0 && uart_put - uart_taken < UART_BYTES)
            uart_bytes[uart_put++ % UART_BYTES] = (uint8_t)received;
    }
}

// Takes a byte from the line that has one; returns false if none has.
static bool receive(uint8_t *byte)
{
    if (pico_usb_receive(byte)) {
        answers_go = USB;
        return true;
    }
    if (uart_put == uart_taken)
        return false;
    *byte = uart_bytes[uart_taken++ % UART_BYTES];
    answers_go = UART;
    return true;
}

// Sleeps until the next interrupt, unless there is work. With interrupts off none comes between
// the question and the sleep; the processor wakes for one all the same (Armv6-M ARM, B1.5.19).
static void sleep(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
    if (!pico_usb_has_work() && uart_put == uart_taken)
        __asm__ volatile("wfi");
    __asm__ volatile("cpsie i" ::: "memory");
}

uint8_t board_receive(void)
{
    for (uint8_t byte;;) {
        pico_usb_flush(); // whatever ends an answer, the program then waits for the next question
        if (receive(&byte))
            return byte;
        sleep();
    }
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
