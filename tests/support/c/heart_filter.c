// The monitor of a heart as a program, for sanitizers: see stream_filter.h.

#include "monitor.h"

typedef hb_monitor filtered;
typedef hb_settings filter_settings;
typedef hb_beat filter_event;
enum { CHANNELS = 1, MOST_SAMPLES = 100 };
#define START hb_start
#define PUSH hb_push

#include "stream_filter.h"
