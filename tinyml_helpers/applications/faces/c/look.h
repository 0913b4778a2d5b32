// look.h: the program that finds faces, and tells whether one is the enrolled one, for main.c.
//
//     type       the computer sends                 the firmware answers
//     LOOK 8     its number (4), the fd_settings    ticks of the stages of looker.h, and of loading
//                of looker.h, then a frame          models (4 each), then the fd_sight of looker.h
//     ENROL 9    as LOOK                            as LOOK
//     FORGET 10  nothing                            nothing: the template and the frame are wiped
//
// In a live program (live.h) LOOK and ENROL bring no frame: the board looks at its own camera's newest.
// It also looks by itself at each new frame, with live_settings, and lights its light for a face; with
// a verifier, for the enrolled one.
//
// A frame has a byte a pixel, the top row first. Each LOOK or ENROL has another number than the one
// before; one that comes twice is answered twice, and looked at, or enrolled, once.
#ifndef FD_LOOK_H
#define FD_LOOK_H

#include "application.h"

enum { LOOK = 8, ENROL = 9, FORGET = 10 };

// What ticks an answer has: of the stages of looker.h, and of loading models.
enum { LOOK_LOAD = 5, LOOK_PARTS = 6 };

// What is made for each pair of models and linked to the firmware.
extern uint8_t look_frame[]; // [look_height, look_width]
extern const uint16_t look_height, look_width;
extern const uint8_t *const look_verifier; // the .tflite file, or NULL for none
extern const uint32_t look_verifier_bytes;
extern const int16_t look_zero_point; // of the verifier's output

protocol_space look_space(const protocol_message *message, uint32_t place);
const char *look_answer(const protocol_message *message, tm_interpreter *interpreter);

#ifdef TM_LIVE
extern const tm_live look_live;
#endif

static const tm_application look_application = {"the looker ", LOOK, FORGET, look_space,
                                                look_answer
#ifdef TM_LIVE
                                                , &look_live
#endif
};

#endif
