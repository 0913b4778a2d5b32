// field.h: the program of a field's node, for main.c: a stream with a sample an hour.
//
//     type            the computer sends                     the firmware answers
//     FIELD 15        so_settings of node.h                  nothing: it starts afresh
//     HOUR 16         its number (4), an hour's 4 int16      ticks it took (4), the so_hour of node.h
//     GATEWAY 17      what the gateway answered, up to       nothing; what is no answer to the last
//                     16 bytes                               frame changes nothing
#ifndef SO_FIELD_H
#define SO_FIELD_H

#include "application.h"

enum { FIELD = 15, HOUR = 16, GATEWAY = 17 };

protocol_space field_space(const protocol_message *message, uint32_t place);
const char *field_answer(const protocol_message *message, tm_interpreter *interpreter);

static const tm_application field_application = {"the node ", FIELD, GATEWAY, field_space,
                                                 field_answer};

#endif
