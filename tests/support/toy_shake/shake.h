// shake.h: a toy program that notices when it is shaken, for main.c.
#ifndef SHAKE_H
#define SHAKE_H

#include "application.h"

enum { SHAKE_START = 100, SHAKE_SAMPLES = 101 };

protocol_space shake_space(const protocol_message *message, uint32_t place);
const char *shake_answer(const protocol_message *message, tm_interpreter *interpreter);

static const tm_application shake_application = {"the shaker ", SHAKE_START, SHAKE_SAMPLES,
                                                 shake_space, shake_answer};

#endif
