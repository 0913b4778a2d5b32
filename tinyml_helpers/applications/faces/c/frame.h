// frame.h: a picture, and a square in it.
#ifndef FD_FRAME_H
#define FD_FRAME_H

#include <stdint.h>

// A grey picture, 0 black to 255 white.
typedef struct {
    const uint8_t *pixels; // [height, width], the top row first
    uint16_t height, width;
} fd_frame;

// A square that holds a face, in 1/16 pixel; from the picture's corner, right and down. It may
// reach beyond the picture's edges. The same bytes on a chip, on this computer and on the line.
typedef struct {
    int16_t left, top;
    int16_t side;  // at least 1
    uint8_t score; // how sure the detector is: 256 would be certainty
    uint8_t unused;
} fd_box;

#endif
