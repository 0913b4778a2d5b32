// columns_dsp.h: see columns.h. For processors with the DSP extension, such as the Cortex-M4.
//
// SMLAD does two multiplications of 16-bit numbers in one cycle. SXTB16 makes such pairs of four
// int8 weights, but of bytes 0 and 2, and of bytes 1 and 3. So columns keep their numbers in that
// order: [length / 4, (even, odd), TM_PIXELS, 2] int16, and a weight's pair meets one word of each
// pixel in turn.
//
// The two loops are in assembly: eight sums, a pointer to weights, one to columns and four words
// to work with are all the fourteen registers there are, and a compiler puts some of them on the
// stack, at two cycles a visit.
#include "dsp.h"

// Where number k of a column is.
static inline int32_t tm_place(int32_t pixel, int32_t k)
{
    return (k >> 2) * 4 * TM_PIXELS + (k & 1) * 2 * TM_PIXELS + pixel * 2 + (k >> 1 & 1);
}

static inline void tm_fill(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                           const int8_t *inputs, int32_t count, int32_t offset)
{
    (void)length;
    const int8_t *end = inputs + count;
    for (; inputs < end && (k & 3) != 0; k++)
        columns[tm_place(pixel, k)] = (int16_t)(*inputs++ + offset);
    uint32_t *words = (uint32_t *)(void *)(columns + tm_place(pixel, k));
    uint32_t offsets = tm_twice(offset);
    for (; end - inputs >= 4; inputs += 4, k += 4, words += 2 * TM_PIXELS) {
        uint32_t four = tm_load(inputs);
        words[0] = tm_sxtab16(offsets, four);
        words[TM_PIXELS] = tm_sxtab16(offsets, tm_odd(four));
    }
    for (; inputs < end; k++)
        columns[tm_place(pixel, k)] = (int16_t)(*inputs++ + offset);
}

static inline void tm_fill_zeros(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                                 int32_t count)
{
    (void)length;
    for (int32_t i = 0; i < count; i++)
        columns[tm_place(pixel, k + i)] = 0;
}

#if defined(__ARM_FEATURE_DSP)

// r4 to r7 and r8 to r11: the sums of the first and the second row, one a pixel. r2, r3: a pair
// of weights of each row. r12, lr: the pairs of two pixels. On the stack: end, stride.
#define TM_MULTIPLY_PAIRS          \
    "ldrd r12, lr, [r1], #8\n"     \
    "smlad r4, r2, r12, r4\n"      \
    "smlad r8, r3, r12, r8\n"      \
    "smlad r5, r2, lr, r5\n"       \
    "smlad r9, r3, lr, r9\n"       \
    "ldrd r12, lr, [r1], #8\n"     \
    "smlad r6, r2, r12, r6\n"      \
    "smlad r10, r3, r12, r10\n"    \
    "smlad r7, r2, lr, r7\n"       \
    "smlad r11, r3, lr, r11\n"
#define TM_MULTIPLY_FOURS          \
    "ldr r3, [sp, #4]\n"           \
    "ldr r2, [r0]\n"               \
    "ldr r3, [r0, r3]\n"           \
    "sxtb16 r2, r2\n"              \
    "sxtb16 r3, r3\n"              \
    TM_MULTIPLY_PAIRS              \
    "ldr r3, [sp, #4]\n"           \
    "ldr r3, [r0, r3]\n"           \
    "ldr r2, [r0], #4\n"           \
    "sxtb16 r3, r3, ror #8\n"      \
    "sxtb16 r2, r2, ror #8\n"      \
    TM_MULTIPLY_PAIRS

// Multiplies two rows of weights, `stride` apart, by all columns; `end` - `first` is a multiple of
// 4 and not 0. sums: [2, TM_PIXELS], added to.
__attribute__((naked, noinline)) static void tm_multiply_fours(
    const int8_t *first __attribute__((unused)), const int16_t *columns __attribute__((unused)),
    const int8_t *end __attribute__((unused)), int32_t stride __attribute__((unused)),
    uint32_t *sums __attribute__((unused)))
{
    __asm__("push {r4-r11, lr}\n"
            "ldr r12, [sp, #36]\n"
            "push {r2, r3}\n"
            "ldmia r12, {r4-r11}\n"
            "subs r2, r2, r0\n"
            "lsls r2, r2, #29\n" // an odd number of fours: one alone, then two at a time
            "bpl 2f\n" TM_MULTIPLY_FOURS
            "b 3f\n"
            "2:\n" TM_MULTIPLY_FOURS TM_MULTIPLY_FOURS
            "3:\n"
            "ldr r2, [sp]\n"
            "cmp r0, r2\n"
            "bne 2b\n"
            "ldr r12, [sp, #44]\n"
            "stmia r12, {r4-r11}\n"
            "add sp, sp, #8\n"
            "pop {r4-r11, pc}\n");
}

#undef TM_MULTIPLY_PAIRS
#undef TM_MULTIPLY_FOURS

#else

static inline void tm_multiply_fours(const int8_t *first, const int16_t *columns,
                                     const int8_t *end, int32_t stride, uint32_t *sums)
{
    const uint32_t *x = (const uint32_t *)(const void *)columns;
    for (; first < end; first += 4)
        for (int odd = 0; odd < 2; odd++, x += TM_PIXELS) {
            uint32_t w = tm_load(first), v = tm_load(first + stride);
            w = tm_sxtb16(odd ? tm_odd(w) : w);
            v = tm_sxtb16(odd ? tm_odd(v) : v);
            for (int pixel = 0; pixel < TM_PIXELS; pixel++) {
                sums[pixel] = tm_smlad(w, x[pixel], sums[pixel]);
                sums[TM_PIXELS + pixel] = tm_smlad(v, x[pixel], sums[TM_PIXELS + pixel]);
            }
        }
}

#endif

// sums: [2, TM_PIXELS]; of a second row that isn't there they are garbage.
static inline void tm_multiply(const int8_t *weights, int32_t rows, int32_t length,
                               const int16_t *columns, uint32_t *sums)
{
    int32_t fours = length & ~3, stride = (rows - 1) * length;
    if (fours > 0)
        tm_multiply_fours(weights, columns, weights + fours, stride, sums);
    for (int32_t k = fours; k < length; k++)
        for (int32_t i = 0; i < 2 * TM_PIXELS; i++) {
            int32_t w = weights[i < TM_PIXELS ? k : k + stride];
            sums[i] += (uint32_t)(w * columns[tm_place(i % TM_PIXELS, k)]);
        }
}
