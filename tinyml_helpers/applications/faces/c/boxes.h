// boxes.h: from the detector's grid to boxes round faces.
//
// The detector's output has a cell for each 8 by 8 pixels of the frame, of four codes. With
// u = (code + 128) / 256, from 0 to 1:
//
//     0  score: the chance that the middle of a face lies in this cell, or next to it
//     1  the middle's x: that of the cell's middle, and 16 * (u - 1/2) pixels
//     2  the middle's y, likewise
//     3  the box's side: 12 * 2^(3 u) pixels
//
// A face lights up several cells. What is left of them:
//
//     peaks       cells with a score from the threshold on, and no neighbour's (of 8) is higher;
//                 of equal neighbours the first, row by row
//     one a face  from the best score down, a peak is dropped if its box and that of a better one
//                 share too much: more than 3/10 of what both cover (intersection over union), or
//                 if its middle lies in the other's middle half. This is non-maximum suppression.
#ifndef FD_BOXES_H
#define FD_BOXES_H

#include "frame.h"

enum {
    FD_STRIDE = 8,      // pixels of the frame a cell, each way
    FD_CHANNELS = 4,    // codes of a cell
    FD_MOST_CELLS = 20, // in a row, and in a column
    FD_MAX_FACES = 16,
};

// Finds faces in a grid.
// grid: [rows, columns, 4] int8; rows and columns from 1 to FD_MOST_CELLS.
// threshold: the lowest score that counts, of 0 to 255.
// boxes: [FD_MAX_FACES], the best first; of what was found the others aren't written.
// Returns how many.
uint32_t fd_boxes(const int8_t *grid, uint32_t rows, uint32_t columns, uint8_t threshold,
                  fd_box *boxes);

#endif
