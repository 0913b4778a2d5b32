// filter_copies.h: rows of inputs, copied for DEPTHWISE_CONV_2D.
#ifndef TM_FILTER_COPIES_H
#define TM_FILTER_COPIES_H

#include "filter_rows.h"

// Rows of several input channels, and those that are in them already.
typedef struct {
    int16_t *rows;  // [channels, capacity, stride]
    int32_t apart;  // numbers from a channel's rows to the next one's
    int32_t stride; // numbers in a row
    int32_t channels;
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
    int16_t *row = to->rows + first * to->stride + pad;
    for (int32_t at = y + first; at < y + end; at++, row += to->stride) {
        bool outside = at < 0 || at >= c->input.height;
        for (int32_t n = 0; n < to->channels && !(outside && to->whole); n++) {
            int16_t *numbers = row + n * to->apart, *behind = numbers + width;
            if (outside) {
                while (numbers < behind)
                    *numbers++ = 0;
                continue;
            }
#ifdef TM_COPY_FOUR
            if (tm_can_copy_four(from, step, to->channels)) {
                tm_copy_four(from, step, row, to->apart, width, c->input_offset);
                break;
            }
#endif
            for (const int8_t *number = from + n; numbers < behind; number += step)
                *numbers++ = (int16_t)(*number + c->input_offset);
        }
        from += c->input.width * step;
    }
}

// Moves rows [first, end) of all channels to the front.
static inline void tm_move_rows(const tm_copies *in, int32_t first, int32_t end)
{
    for (int32_t n = 0; n < in->channels; n++) {
        tm_word *words = (tm_word *)(void *)(in->rows + n * in->apart);
        const tm_word *others = words + first * in->stride / 2;
        for (const tm_word *last = words + end * in->stride / 2; others < last;)
            *words++ = *others++;
    }
}

#endif
