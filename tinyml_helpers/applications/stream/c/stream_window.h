// stream_window.h: the last frames of a stream's features, which a model sees every so often.
//
// A front end makes a frame of int8 features of each hop. The frames lie in a ring: the next one
// overwrites the oldest. Once the ring is full for the first time, and then every few hops, the
// model runs on all of them, the oldest first.
//
// The ring is the caller's, int8 [length][size], with length and size constants of the application:
// passed as such, they cost nothing.
#ifndef STREAM_WINDOW_H
#define STREAM_WINDOW_H

#include "tm_memory.h"
#include "micro.h"
#include <stdbool.h>

// Owned by the caller. At the start: 0, and the ring's length.
typedef struct {
    uint32_t oldest;          // the frame to be overwritten next
    uint32_t until_inference; // hops
} stream_window;

// Counts the frame that was written over the oldest. Returns whether the model's turn has come: then
// the caller says when the next one is, by setting `until_inference`.
static inline bool stream_window_add(stream_window *window, uint32_t length)
{
    window->oldest = (window->oldest + 1) % length;
    return --window->until_inference == 0;
}

// Copies the frames to the model's first input, the oldest first, and runs the model.
static inline void stream_window_infer(const stream_window *window, const int8_t *frames,
                                       uint32_t length, uint32_t size, tm_interpreter *interpreter)
{
    int8_t *input = (int8_t *)tm_input_data(interpreter, 0);
    uint32_t at_end = length - window->oldest; // frames from the oldest on to the ring's end
    memcpy(input, frames + window->oldest * size, at_end * size);
    memcpy(input + at_end * size, frames, window->oldest * size);
    tm_invoke(interpreter);
}

#endif
