// The watcher as a program, for sanitizers: see stream_filter.h.

#include "watcher.h"

typedef mc_watcher filtered;
typedef mc_settings filter_settings;
typedef mc_look filter_event;
enum { CHANNELS = 1, MOST_SAMPLES = 100 };
#define START mc_start
#define PUSH mc_push

#include "stream_filter.h"
