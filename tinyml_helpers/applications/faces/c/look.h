// look.h: the part of the firmware that finds faces. It is there only in a program compiled with
// TM_LOOK; in others nothing calls it.
#ifndef TM_LOOK_H
#define TM_LOOK_H

#include "micro.h"
#include "protocol.h"
#include <stdbool.h>

#ifdef TM_LOOK
enum { LOOKING = true };
#else
enum { LOOKING = false };
#endif

// What ticks an answer has: of the stages of looker.h, and of loading models.
enum { LOOK_LOAD = 5, LOOK_PARTS = 6 };

// What is made for each pair of models and linked to the firmware.
extern uint8_t look_frame[]; // [look_height, look_width]
extern const uint16_t look_height, look_width;
extern const uint8_t *const look_verifier; // the .tflite file, or NULL for none
extern const uint32_t look_verifier_bytes;
extern const int16_t look_zero_point; // of the verifier's output

// Says where the payload of a LOOK, ENROL or FORGET message goes.
protocol_space look_space(const protocol_message *message, uint32_t place);

// Does what a LOOK, ENROL or FORGET message asks for, and answers it.
// Needs: an interpreter with the detector loaded, which it has again afterwards.
// Returns NULL, or if there was no answer what is wrong, a sentence without its subject.
const char *look_answer(const protocol_message *message, tm_interpreter *interpreter);

#endif
