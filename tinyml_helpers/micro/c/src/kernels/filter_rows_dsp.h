// filter_rows_dsp.h: see filter_rows.h. For processors with the DSP extension.
//
// Two neighbours of a row are one word, and SMLAD multiplies both by two neighbours of the filter.
// The filter's rows end with a zero if they are odd, so that whole words do; the rows of inputs
// have a number to spare.
#include "tm_dsp.h"

static inline uint32_t tm_add_row(const int16_t *row, const int16_t *filter, int32_t width,
                                  uint32_t sum)
{
    for (const int16_t *end = filter + width; filter < end; row += 2, filter += 2)
        sum = tm_smlad(tm_load(row), tm_load(filter), sum);
    return sum;
}

#define TM_COPY_FOUR

static inline bool tm_can_copy_four(const int8_t *from, int32_t step, int32_t channels)
{
    (void)from, (void)step;
    return channels == 4;
}

// Copies an input of four channels that are neighbours, plus `offset`, to their rows, which are
// `apart` numbers apart.
static inline void tm_copy_one(const int8_t *from, int16_t *to, int32_t apart, int32_t offset)
{
    for (int32_t n = 0; n < 4; n++)
        to[n * apart] = (int16_t)(from[n] + offset);
}

// The same for `count` inputs of a row, which are `step` apart.
__attribute__((noinline)) static void tm_copy_four(const int8_t *from, int32_t step, int16_t *to,
                                                   int32_t apart, int32_t count, int32_t offset)
{
    uint32_t offsets = tm_twice(offset);
    if (((uintptr_t)to & 2) != 0 && count > 0) {
        tm_copy_one(from, to++, apart, offset);
        from += step;
        count--;
    }
    tm_word *words = (tm_word *)(void *)to;
    apart >>= 1;
    for (; count >= 2; count -= 2, from += 2 * step, words++) {
        uint32_t left = tm_load(from), right = tm_load(from + step);
        uint32_t first = (left & 0xFFFF) | right << 16;
        uint32_t second = left >> 16 | (right & 0xFFFF0000);
        words[0] = tm_sxtab16(offsets, first);
        words[apart] = tm_sxtab16(offsets, tm_odd(first));
        words[2 * apart] = tm_sxtab16(offsets, second);
        words[3 * apart] = tm_sxtab16(offsets, tm_odd(second));
    }
    if (count > 0)
        tm_copy_one(from, (int16_t *)(void *)words, 2 * apart, offset);
}

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FP)
#include "filter_rows_m4.h"
#endif
