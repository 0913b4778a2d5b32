// filter_copies.h: rows of inputs, copied for DEPTHWISE_CONV_2D.
#ifndef TM_FILTER_COPIES_H
#define TM_FILTER_COPIES_H

#include "filter_rows.h"

// Words that are moved by two instructions.
typedef struct {
    tm_word words[4];
} tm_words;

// Sets numbers from a whole word on to 0.
__attribute__((noinline)) static void tm_clear_numbers(int16_t *numbers, int32_t count)
{
    tm_word zero = 0, *to = (tm_word *)(void *)numbers;
    __asm__("" : "+r"(zero)); // or this becomes a memset, which on a chip may go byte by byte
    tm_words zeros = {{zero, zero, zero, zero}};
    for (; count >= 8; count -= 8, to += 4)
        *(tm_words *)(void *)to = zeros;
    for (; count > 0; count -= 2)
        *to++ = zero;
}

// Rows of several input channels, and those that are in them already.
typedef struct {
    int16_t *rows;    // [capacity, channels, stride]
    int32_t stride;   // numbers in a channel's row
    int32_t pitch;    // in the rows of all channels
    int32_t channels; // that are wanted
    bool whole; // all rows have room: those beyond the picture keep their zeros too
} tm_copies;

// Copies rows [first, end). input: [H, W, C] int8, from the first channel on; y: of row 0, may be
// beyond the picture. Left and right of the picture rows keep the zeros they have.
static inline void tm_copy_rows(const tm_convolution *c, const tm_copies *to, const int8_t *input,
                                int32_t y, int32_t first, int32_t end)
{
    int32_t step = c->input.channels, pad = c->window.pad_x;
    int32_t width = to->stride - pad < c->input.width ? to->stride - pad : c->input.width;
    const int8_t *from = input + (int64_t)(y + first) * c->input.width * step;
    int16_t *row = to->rows + first * to->pitch + pad;
    for (int32_t at = y + first; at < y + end;
         at++, row += to->pitch, from += c->input.width * step) {
        if (at < 0 || at >= c->input.height) {
            if (!to->whole)
                tm_clear_numbers(row - pad, to->pitch);
            continue;
        }
#ifdef TM_COPY_FOUR
        if (tm_can_copy_four(from, step, to->channels)) {
            tm_copy_four(from, step, row, to->stride, width, c->input_offset);
            continue;
        }
#endif
#ifdef TM_COPY_TWO
        if (to->channels == 2) {
            tm_copy_two(from, step, row, to->stride, width, c->input_offset);
            continue;
        }
#endif
        for (int32_t n = 0; n < to->channels; n++) {
            int16_t *numbers = row + n * to->stride, *behind = numbers + width;
            for (const int8_t *number = from + n; numbers < behind; number += step)
                *numbers++ = (int16_t)(*number + c->input_offset);
        }
    }
}

// Moves rows [first, end) to the front.
static inline void tm_move_rows(const tm_copies *in, int32_t first, int32_t end)
{
    int32_t words = (end - first) * in->pitch / 2;
    tm_word *to = (tm_word *)(void *)in->rows;
    const tm_word *from = to + first * in->pitch / 2;
    for (; words >= 4; words -= 4, to += 4, from += 4) { // which may overlap
        tm_word a = from[0], b = from[1], c = from[2], d = from[3];
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = d;
    }
    for (; words > 0; words--)
        *to++ = *from++;
}

#endif
