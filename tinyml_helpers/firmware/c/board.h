// board.h: what the firmware needs of a board; one board_*.c for each.
#ifndef TM_BOARD_H
#define TM_BOARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const char board_name[];       // as tinyml_helpers.boards calls it
extern const uint32_t board_clock_hz; // of the processor
extern const uint32_t board_tick_hz;  // of board_ticks

// Switches on what the other functions need.
void board_start(void);

// Waits for a byte from the computer and returns it.
uint8_t board_receive(void);

// Sends a byte to the computer.
void board_send(uint8_t byte);

// Returns a running count; differences are times, modulo 2^32 ticks.
uint32_t board_ticks(void);

// Called once the model is loaded, or refused: a place in the program to measure at.
void board_ready(void);

#ifdef __cplusplus
}
#endif

#endif
