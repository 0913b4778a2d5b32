// The coach as a program, for sanitizers: see stream_filter.h.

#include "coach.h"

typedef ex_coach filtered;
typedef ex_settings filter_settings;
typedef ex_hop filter_event;
enum { CHANNELS = EX_AXES, MOST_SAMPLES = 10 };
#define START ex_coach_start
#define PUSH ex_coach_push

#include "stream_filter.h"
