// heart.h: the program that monitors a heart, for main.c: the monitor as a stream of an ECG's lead.
//
//     type            the computer sends                the firmware answers
//     HEART 20        hb_settings of monitor.h          nothing: it starts with a heart that
//                                                       nothing is known of
//     ECG 21          its number (4), up to 32 samples  ticks it took (4), then the hb_beat of
//                                                       monitor.h if a beat was told
#ifndef HB_HEART_H
#define HB_HEART_H

#include "application.h"

enum { HEART = 20, ECG = 21 };

protocol_space heart_space(const protocol_message *message, uint32_t place);
const char *heart_answer(const protocol_message *message, tm_interpreter *interpreter);

static const tm_application heart_application = {"the monitor ", HEART, ECG, heart_space,
                                                 heart_answer};

#endif
