// watch.h: the program that watches a machine, for main.c: the watcher as a stream of vibration.
//
//     type            the computer sends                the firmware answers
//     WATCH 12        mc_settings of watcher.h          nothing: it watches, afresh
//     VIBRATION 13    its number (4), up to 512 samples ticks it took (4), then the mc_look of
//                                                       watcher.h if these samples completed one
//     SHAFT_SPEED 14  turns in 1,000 seconds (4)        nothing: looks completed from now on are
//                                                       seen at that speed
//
// A live program (live.h) takes no rate but its sensor's. Behind a gap in the samples it goes on with
// what it learned; without power it forgets that, as it does when it is started anew.
#ifndef MC_WATCH_H
#define MC_WATCH_H

#include "application.h"

enum { WATCH = 12, VIBRATION = 13, SHAFT_SPEED = 14 };

protocol_space watch_space(const protocol_message *message, uint32_t place);
const char *watch_answer(const protocol_message *message, tm_interpreter *interpreter);

#ifdef TM_LIVE
extern const tm_live watch_live;
#endif

static const tm_application watch_application = {"the watcher ", WATCH, SHAFT_SPEED, watch_space,
                                                 watch_answer
#ifdef TM_LIVE
                                                 , &watch_live
#endif
};

#endif
