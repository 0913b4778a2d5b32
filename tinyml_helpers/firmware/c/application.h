// application.h: what a program does besides running its model when asked. main.c knows an
// application only by this table, which the application's own header defines.
#ifndef TM_APPLICATION_H
#define TM_APPLICATION_H

#include "micro.h"
#include "protocol.h"
#ifdef TM_LIVE
#include "live.h"
#endif

typedef struct {
    const char *subject;                 // of its refusals, such as "the detector "
    uint8_t first_message, last_message; // the types of its messages; see protocol.h
    // Says where the payload of one of its messages goes; called as protocol_receive says.
    protocol_space (*space)(const protocol_message *message, uint32_t place);
    // Does what one of its messages asks for, and answers it.
    // Needs: an interpreter with the program's first model loaded, which it has again afterwards.
    // Returns NULL, or if there was no answer what is wrong, a sentence without its subject.
    const char *(*answer)(const protocol_message *message, tm_interpreter *interpreter);
#ifdef TM_LIVE
    const tm_live *live; // what it does with the board's own sensor
#endif
} tm_application;

#endif
