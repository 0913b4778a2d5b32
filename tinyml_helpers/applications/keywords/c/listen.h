// listen.h: the part of the firmware that listens for keywords. It is there only in a program
// compiled with TM_LISTEN; in others nothing calls it.
#ifndef TM_LISTEN_H
#define TM_LISTEN_H

#include "micro.h"
#include "protocol.h"
#include <stdbool.h>

#ifdef TM_LISTEN
enum { LISTENING = true };
#else
enum { LISTENING = false };
#endif

// Says where the payload of a LISTEN or HEAR message goes.
protocol_space listen_space(const protocol_message *message, uint32_t place);

// Does what a LISTEN or HEAR message asks for, and answers it.
// Returns NULL, or if there was no answer what is wrong, a sentence without its subject.
const char *listen_answer(const protocol_message *message, tm_interpreter *interpreter);

#endif
