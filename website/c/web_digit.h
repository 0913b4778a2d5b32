// web_digit.h: a digit that somebody drew becomes what the model of digits was trained on.
//
// The forms of `data/digits.md` went through NIST's programs: each digit was scaled to a box of 20
// by 32 pixels, wide or narrow, and its strokes made thinner or thicker until all digits had about
// as much ink (M. D. Garris and others, "NIST Form-Based Handprint Recognition System", NISTIR
// 5469, 1994). What is drawn on a screen has strokes instead of pixels, so that the same is simpler
// here: scale the strokes, choose the pen, and draw them anew.
#ifndef WEB_DIGIT_H
#define WEB_DIGIT_H

#include <stdint.h>

enum {
    WEB_DIGIT_SIDE = 8,   // cells
    WEB_DIGIT_CELL = 4,   // pixels of a cell's side
    WEB_DIGIT_INK = 16,   // pixels of a cell
    WEB_DIGIT_MOST = 4096 // parts of strokes
};

// A straight part of a stroke, from one point to another; both are the same for a dot.
typedef struct {
    int16_t x0, y0, x1, y1; // to the right and down, in any unit: 0 to 1023
} web_stroke;

// Draws strokes anew, and counts how much of each cell is ink.
// strokes: [count], up to WEB_DIGIT_MOST; ink: [WEB_DIGIT_SIDE][WEB_DIGIT_SIDE], 0 to
// WEB_DIGIT_INK, all 0 without a stroke.
void web_digit_ink(const web_stroke *strokes, uint32_t count, uint8_t *ink);

#endif
