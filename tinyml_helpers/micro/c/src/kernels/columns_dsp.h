// columns_dsp.h: see columns.h. For processors with the DSP extension, such as the Cortex-M4.
//
// SMLAD does two multiplications of 16-bit numbers in one cycle. SXTB16 makes such pairs of four
// int8 weights, but of bytes 0 and 2, and of bytes 1 and 3. So columns keep their numbers in that
// order: [length / 4, (even, odd), TM_PIXELS, 2] int16, and a weight's pair meets one word of each
// pixel in turn.
//
// The loop over pairs of channels is in assembly: eight sums, a pointer to weights, one to columns
// and four words to work with are all the fourteen registers there are, and a compiler puts some
// of them on the stack, at two cycles a visit.
#include "tm_dsp.h"

// Returns where number k of a column is.
static inline int32_t tm_place(int32_t pixel, int32_t k)
{
    return (k >> 2) * 4 * TM_PIXELS + (k & 1) * 2 * TM_PIXELS + pixel * 2 + (k >> 1 & 1);
}

static inline int32_t tm_number(const int16_t *columns, int32_t length, int32_t pixel, int32_t k)
{
    (void)length;
    return columns[tm_place(pixel, k)];
}

__attribute__((noinline)) static void tm_fill(int16_t *columns, int32_t length, int32_t pixel,
                                              int32_t k, const int8_t *inputs, int32_t count,
                                              int32_t offset)
{
    (void)length;
    uint32_t offsets = tm_twice(offset);
    for (int32_t end = k + count; k < end;) {
        int16_t *to = columns + tm_place(pixel, k);
        if (inputs == NULL) {
            *to = 0;
            k++;
        } else if ((k & 3) != 0 || end - k < 4) {
            *to = (int16_t)(*inputs++ + offset);
            k++;
        } else {
            tm_word *words = (tm_word *)(void *)to;
            const int8_t *last = inputs + (end - k - 3);
            k += (end - k) & ~3;
            for (; inputs < last; inputs += 4, words += 2 * TM_PIXELS) {
                uint32_t four = tm_load(inputs);
                words[0] = tm_sxtab16(offsets, four);
                words[TM_PIXELS] = tm_sxtab16(offsets, tm_odd(four));
            }
        }
    }
}

#if defined(__ARM_FEATURE_DSP)

// In the loop: r0, weights; r1, columns; r4 to r7 and r8 to r11, the sums of the first and the
// second channel, one a pixel; r2, r3, a pair of weights of each; r12, lr, the pairs of two pixels.
// On the stack: the end of the weights, length, tile.
#define TM_MULTIPLY_PAIRS(load, rotation)  \
    "ldr r3, [sp, #4]\n"                   \
    "ldr r3, [r0, r3]\n"                   \
    load                                   \
    "ldr r12, [r1], #4\n"                  \
    "ldr lr, [r1], #4\n"                   \
    "sxtb16 r2, r2" rotation "\n"          \
    "sxtb16 r3, r3" rotation "\n"          \
    "smlad r4, r2, r12, r4\n"              \
    "smlad r8, r3, r12, r8\n"              \
    "smlad r5, r2, lr, r5\n"               \
    "smlad r9, r3, lr, r9\n"               \
    "ldr r12, [r1], #4\n"                  \
    "ldr lr, [r1], #4\n"                   \
    "smlad r6, r2, r12, r6\n"              \
    "smlad r10, r3, r12, r10\n"            \
    "smlad r7, r2, lr, r7\n"               \
    "smlad r11, r3, lr, r11\n"
#define TM_MULTIPLY_FOURS                     \
    TM_MULTIPLY_PAIRS("ldr r2, [r0]\n", "")   \
    TM_MULTIPLY_PAIRS("ldr r2, [r0], #4\n", ", ror #8")

// Afterwards: r0, tile; r1, output; r2, multiplier; r3, bits to shift; lr, half and zero.
#define TM_NEXT_FACTOR           \
    "ldr r12, [r0, #20]\n"       \
    "ldrd r2, r3, [r12], #8\n"   \
    "str r12, [r0, #20]\n"       \
    "ldr lr, [r0, #32]\n"        \
    "mvn r12, r3\n"              \
    "lsl lr, lr, r12\n"          \
    "rsbs r3, r3, #0\n"
// tm_quick_code of a sum, into r12. SMMLAR: (2 × sum × multiplier + 2^31) >> 32, plus lr.
#define TM_CODE(sum)                     \
    "lsl r12, " sum ", #1\n"             \
    "smmlar r12, r12, r2, lr\n"          \
    "add r12, r12, " sum ", asr #31\n"   \
    "asr r12, r12, r3\n"                 \
    "ssat r12, #8, r12\n"
// The sum of the first channel becomes the pixel's place; the pixels that aren't there come first.
#define TM_FIRST_CODE(sum, place)  \
    TM_CODE(sum)                   \
    "ldr " sum ", [r0, #" place "]\n" \
    "strb r12, [r1, " sum "]\n"
#define TM_SECOND_CODE(sum, place) \
    TM_CODE(sum)                   \
    "strb r12, [r1, " place "]\n"

// Computes and writes tile->left pairs of channels; moves tile's pointers behind them.
__attribute__((naked, noinline)) static void tm_finish_pairs(
    tm_tile *tile __attribute__((unused)))
{
    __asm__("push {r0, r4-r11, lr}\n"
            "sub sp, sp, #8\n"
            "1:\n"
            "ldr lr, [sp, #8]\n"
            "ldmia lr, {r0-r3, r12}\n" // weights, columns, length, fours, bias
            "ldrd r4, r8, [r12], #8\n"
            "str r12, [lr, #16]\n"
            "add r12, r0, r3, lsl #2\n"
            "strd r12, r2, [sp]\n"
            "mov r5, r4\n"
            "mov r6, r4\n"
            "mov r7, r4\n"
            "mov r9, r8\n"
            "mov r10, r8\n"
            "mov r11, r8\n"
            "lsls r3, r3, #31\n" // fours are done two at a time; an odd one alone, first
            "bmi 3f\n"
            "2:\n" TM_MULTIPLY_FOURS
            "3:\n" TM_MULTIPLY_FOURS
            "ldr r2, [sp]\n"
            "cmp r0, r2\n"
            "bne 2b\n"
            "ldrd r2, r0, [sp, #4]\n"
            "ldr r3, [r0]\n"
            "ldr r1, [r0, #24]\n"
            "add r3, r3, r2, lsl #1\n"
            "str r3, [r0]\n"
            TM_NEXT_FACTOR
            "bmi 5f\n" // a marked one
            TM_FIRST_CODE("r7", "48") TM_FIRST_CODE("r6", "44")
            TM_FIRST_CODE("r5", "40") TM_FIRST_CODE("r4", "36")
            "4:\n"
            "add r1, r1, #1\n"
            TM_NEXT_FACTOR
            "bmi 7f\n"
            TM_SECOND_CODE("r11", "r7") TM_SECOND_CODE("r10", "r6")
            TM_SECOND_CODE("r9", "r5") TM_SECOND_CODE("r8", "r4")
            "6:\n"
            "ldr r2, [r0, #28]\n"
            "add r1, r1, #1\n"
            "subs r2, r2, #1\n"
            "str r1, [r0, #24]\n"
            "str r2, [r0, #28]\n"
            "bne 1b\n"
            "add sp, sp, #12\n"
            "pop {r4-r11, pc}\n"
            "5:\n"
            "push {r0, r1, r4-r7}\n"
            "add r2, sp, #8\n"
            "bl tm_finish_apart\n"
            "pop {r0, r1, r4-r7}\n"
            "add r12, r0, #36\n"
            "ldmia r12, {r4-r7}\n" // what TM_FIRST_CODE leaves there
            "b 4b\n"
            "7:\n"
            "push {r0, r1, r8-r11}\n"
            "add r2, sp, #8\n"
            "bl tm_finish_apart\n"
            "pop {r0, r1, r8-r11}\n"
            "b 6b\n");
}

#undef TM_MULTIPLY_PAIRS
#undef TM_MULTIPLY_FOURS
#undef TM_NEXT_FACTOR
#undef TM_CODE
#undef TM_FIRST_CODE
#undef TM_SECOND_CODE

#else

static inline void tm_finish_pairs(tm_tile *tile)
{
    for (; tile->left > 0; tile->left--)
        for (int channel = 0; channel < 2; channel++) {
            const tm_word *x = (const tm_word *)(const void *)tile->columns;
            uint32_t sums[TM_PIXELS];
            for (int pixel = 0; pixel < TM_PIXELS; pixel++)
                sums[pixel] = (uint32_t)*tile->bias;
            for (int32_t k = 0; k < 2 * tile->fours; k++, x += TM_PIXELS) {
                uint32_t four = tm_load(tile->weights + (k >> 1) * 4);
                for (int pixel = 0; pixel < TM_PIXELS; pixel++)
                    sums[pixel] = tm_smlad(tm_sxtb16((k & 1) != 0 ? tm_odd(four) : four),
                                           x[pixel], sums[pixel]);
            }
            tm_factor factor = *tile->factors++;
            if (factor.shift >= 0)
                tm_finish_apart(tile, tile->output, (const int32_t *)sums);
            for (int pixel = TM_PIXELS - 1; pixel >= 0 && factor.shift < 0; pixel--) {
                int32_t half_and_zero = tm_half_and_zero(factor, tile->zero_point);
                int32_t code = tm_quick_code((int32_t)sums[pixel], factor, half_and_zero);
                tile->output[tile->places[pixel]] = (int8_t)tm_clamp(code, INT8_MIN, INT8_MAX);
            }
            tile->output++;
            tile->bias++;
            tile->weights += tile->length;
        }
}

#endif

// Computes and writes the outputs of one channel: as a pair of it with itself, beside the output.
__attribute__((noinline)) static void tm_finish_odd(const tm_tile *tile)
{
    const int32_t bias[2] = {*tile->bias, *tile->bias};
    const tm_factor factors[2] = {*tile->factors, *tile->factors};
    int8_t codes[2 * TM_PIXELS];
    tm_tile pair = *tile;
    pair.length = 0; // from the first channel's weights to the second's
    pair.bias = bias;
    pair.factors = factors;
    pair.output = codes;
    pair.left = 1;
    for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
        pair.places[pixel] = 2 * pixel;
    tm_finish_pairs(&pair);
    for (int32_t pixel = 0; pixel < tile->pixels; pixel++)
        tile->output[tile->places[pixel]] = codes[2 * pixel];
}

// Computes and writes the outputs of the tile's first tile->quick channels.
static inline void tm_finish_quickly(tm_tile *tile)
{
    int32_t done = tile->quick & ~1;
    tile->left = done / 2;
    if (done > 0)
        tm_finish_pairs(tile);
    if (done < tile->quick)
        tm_finish_odd(tile);
    tile->weights -= (int64_t)done * tile->length;
    tile->bias -= done;
    tile->factors -= done;
    tile->output -= done;
}
