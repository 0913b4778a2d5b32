// live.h: a live program, one that takes its samples from the board's own sensor (sensor.h) as soon
// as the board has power. All C of such a program is compiled with TM_LIVE defined.
//
// Its application takes samples whenever the program waits for the computer. The computer may also
// have the samples themselves, to make a data set of: while it records, the application pauses, and
// afterwards it goes on as behind a gap.
//
//     type         the computer sends    the firmware answers
//     RECORD 22    1: start, 0: stop     live_sensor, and the sensor's name in ASCII
//     RECORDED 23  its number (4)        how many values were lost since the start (4), then those
//                                        that came: int16, whole samples, up to LIVE_VALUES
//
// The first RECORDED after a start has number 0, each other one 1 more than the one before; one
// that comes twice is answered twice. A computer that stops asking has stopped recording.
#ifndef TM_LIVE_H
#define TM_LIVE_H

#include "micro.h"
#include "protocol.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RECORD = 22, RECORDED = 23 };
enum { LIVE_VALUES = 510 }; // that one answer brings: 32 ms of sound, 85 samples of motion

// The payload of an answer to RECORD starts with these.
typedef struct {
    uint32_t rate_hz;
    uint32_t channels;
} live_sensor;

// What an application does with a sensor; a field of its tm_application.
typedef struct {
    // Starts afresh, with live_settings. Returns NULL, or what is wrong, a sentence without subject.
    const char *(*start)(tm_interpreter *interpreter);
    // Goes on behind a gap in the samples, with what still holds; mostly that is to start afresh.
    // Returns as start.
    const char *(*resume)(tm_interpreter *interpreter);
    // Takes samples with sensor_read, at most those of a hop; *happened is false, and becomes true
    // if something is to be shown to people. Returns how many values it took.
    uint32_t (*take)(bool *happened);
} tm_live;

// The application's settings, as a message that starts it has them: those of the export, until the
// computer sends others. They are made for each program.
extern uint8_t live_settings[];

// To be called by a board's board_receive while no byte comes, each few milliseconds. It returns
// soon: it has the application take samples, a hop at most, and that may run the model.
void live_poll(void);

// Whether the board's light should be on: something happened within the last second.
bool live_light(void);

// For main.c: starts the application. interpreter: with the program's first model loaded.
void live_begin(tm_interpreter *interpreter);

// For main.c: the messages above, as tm_application has it.
bool live_has_message(uint8_t type);
protocol_space live_space(const protocol_message *message, uint32_t place);
const char *live_answer(const protocol_message *message);

// For applications: starts afresh with live_settings, and with samples that come from now on.
// Returns as tm_live's start.
const char *live_restart(void);

// What is wrong, as live_restart returned it last.
const char *live_problem(void);

// How many values were lost since power came, because nobody fetched them in time; at each gap the
// application's resume was called.
uint32_t live_lost(void);

#ifdef __cplusplus
}
#endif

#endif
