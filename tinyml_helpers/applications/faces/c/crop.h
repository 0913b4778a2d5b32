// crop.h: from a face in a picture to what the verifier looks at.
//
// The face is brought to one size, and its light is taken out: the same face in bright and in dim
// light, large and small, should give nearly the same 48 by 48 codes.
#ifndef FD_CROP_H
#define FD_CROP_H

#include "frame.h"

enum { FD_CROP_SIDE = 48, FD_CROP_PIXELS = FD_CROP_SIDE * FD_CROP_SIDE };

// Cuts a face out.
//
// The square that is cut out has the box's centre and 1.1 times its side. Each of the 48 by 48
// pixels is the mean of four points in it, 2 by 2, between the frame's pixels (bilinear); beyond
// the frame's edge its nearest pixels go on. Then the mean of all is taken off, and what is left is
// scaled to a standard deviation of 40, but never by more than 8, so that noise on a bare wall
// stays small.
//
// Needs: the frame with at most 2,047 pixels a side; box->side at least 1.
// crop: [48, 48] int8, written: code 0 is the mean, and 64 codes are 1 for the verifier.
void fd_crop(const fd_frame *frame, const fd_box *box, int8_t *crop);

#endif
