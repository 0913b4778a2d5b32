// filter_rows_dsp.h: see filter_rows.h. For processors with the DSP extension.
//
// Two neighbours of a row are one word, and SMLAD multiplies both by two neighbours of the filter.
// The filter's rows end with a zero if they are odd, so that whole words do; the rows of inputs
// have a number to spare.
#include "tm_dsp.h"

static inline uint32_t tm_load_half(const int8_t *address)
{
    uint16_t half;
    __builtin_memcpy(&half, address, sizeof half);
    return half;
}

static inline void tm_store(int16_t *address, uint32_t word)
{
    __builtin_memcpy(address, &word, sizeof word);
}

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

// Writes neighbours of a row, of four channels, to where the pointers lead, and moves those on.
static inline void tm_write_pairs(tm_word *to[4], uint32_t left, uint32_t right, uint32_t offsets)
{
    uint32_t first = (left & 0xFFFF) | right << 16, second = left >> 16 | (right & 0xFFFF0000);
    *to[0]++ = tm_sxtab16(offsets, first);
    *to[1]++ = tm_sxtab16(offsets, tm_odd(first));
    *to[2]++ = tm_sxtab16(offsets, second);
    *to[3]++ = tm_sxtab16(offsets, tm_odd(second));
}

// Copies inputs of four channels that are neighbours, plus `offset`, to their rows, which are
// `apart` numbers apart: `count` inputs of each, which are `step` apart. Their other halves of the
// first and the last word become 0.
__attribute__((noinline)) static void tm_copy_four(const int8_t *from, int32_t step, int16_t *to,
                                                   int32_t apart, int32_t count, int32_t offset)
{
    uint32_t offsets = tm_twice(offset), nothing = (uint32_t)(-offset & 0xFF) * 0x01010101u;
    tm_word *words[4] = {(tm_word *)(void *)((uintptr_t)to & ~(uintptr_t)3)};
    for (int32_t n = 1; n < 4; n++)
        words[n] = words[n - 1] + (apart >> 1);
    if (((uintptr_t)to & 2) != 0 && count > 0) {
        tm_write_pairs(words, nothing, tm_load(from), offsets);
        from += step;
        count--;
    }
    for (; count >= 2; count -= 2, from += 2 * step)
        tm_write_pairs(words, tm_load(from), tm_load(from + step), offsets);
    if (count > 0)
        tm_write_pairs(words, tm_load(from), nothing, offsets);
}

#define TM_COPY_TWO

// The same of two channels. It writes no half of a word that it wasn't given.
__attribute__((noinline)) static void tm_copy_two(const int8_t *from, int32_t step, int16_t *to,
                                                  int32_t apart, int32_t count, int32_t offset)
{
    uint32_t offsets = tm_twice(offset);
    int16_t *other = to + apart;
    for (; count > 1; count -= 2, from += 2 * step, to += 2, other += 2) {
        uint32_t both = tm_load_half(from) | tm_load_half(from + step) << 16;
        tm_store(to, tm_sxtab16(offsets, both));
        tm_store(other, tm_sxtab16(offsets, tm_odd(both)));
    }
    if (count > 0) {
        *to = (int16_t)(from[0] + offset);
        *other = (int16_t)(from[1] + offset);
    }
}

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FP)
#include "filter_rows_m4.h"
#endif
