// workout.h: the program that counts exercises, for main.c: the coach as a stream of motion.
//
//     type         the computer sends               the firmware answers
//     EXERCISE 18  ex_settings of coach.h           nothing: it starts afresh
//     MOTION 19    its number (4), up to 25 samples ticks it took (4), then the ex_hop of coach.h
//                                                   if these samples completed one
#ifndef EX_WORKOUT_H
#define EX_WORKOUT_H

#include "application.h"

enum { EXERCISE = 18, MOTION = 19 };

protocol_space workout_space(const protocol_message *message, uint32_t place);
const char *workout_answer(const protocol_message *message, tm_interpreter *interpreter);

#ifdef TM_LIVE
extern const tm_live workout_live;
#endif

static const tm_application workout_application = {"the coach ", EXERCISE, MOTION, workout_space,
                                                   workout_answer
#ifdef TM_LIVE
                                                   , &workout_live
#endif
};

#endif
