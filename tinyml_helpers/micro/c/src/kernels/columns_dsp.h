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
#include "tm_memory.h"

// Returns where number k of a column is.
static inline int32_t tm_place(int32_t pixel, int32_t k)
{
    return (k >> 2) * 4 * TM_PIXELS + (k & 1) * 2 * TM_PIXELS + pixel * 2 + (k >> 1 & 1);
}

#define TM_RUN 4 // numbers are fetched as words

// Sets the tile's fields that the assembly reads.
static inline void tm_start_tile(tm_tile *tile)
{
    tile->end = tile->columns + TM_PIXELS * 4 * tile->fours;
    tile->skip = 2 * tile->length - 4 * tile->fours;
}

__attribute__((noinline)) static void tm_fill(const tm_tile *tile, int32_t pair, int32_t k,
                                              const int8_t *left, const int8_t *right,
                                              int32_t count)
{
    uint32_t offsets = tm_twice(tile->offset);
    tm_word *words = (tm_word *)(void *)(tile->columns + tm_place(2 * pair, k));
    for (; count > 0; count -= 4, words += 2 * TM_PIXELS) {
        uint32_t first = tm_load(left), second = tm_load(right);
        left += 4;
        right += 4;
        words[0] = tm_sxtab16(offsets, first);
        words[1] = tm_sxtab16(offsets, second);
        words[TM_PIXELS] = tm_sxtab16(offsets, tm_odd(first));
        words[TM_PIXELS + 1] = tm_sxtab16(offsets, tm_odd(second));
    }
}

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FP)

// In the loop: r0, weights; r1, columns; r4 to r7 and r8 to r11, the sums of the first and the
// second channel, one a pixel; r2, r3, a pair of weights of each; r12, lr, the pairs of two pixels.
// All else waits in floating-point registers, which are nearer than memory: s0 to s13 are the
// tile's fields from `columns` on. No load follows at once what makes its address.
#define TM_MULTIPLY_TWO_PIXELS(first, second, third, fourth) \
    "smlad " first ", r2, r12, " first "\n"                 \
    "smlad " third ", r3, r12, " third "\n"                 \
    "smlad " second ", r2, lr, " second "\n"                \
    "smlad " fourth ", r3, lr, " fourth "\n"
#define TM_MULTIPLY_PAIRS(rotation)                       \
    "ldr r12, [r1], #8\n"                                \
    "sxtb16 r2, r2" rotation "\n"                        \
    "sxtb16 r3, r3" rotation "\n"                        \
    TM_MULTIPLY_TWO_PIXELS("r4", "r5", "r8", "r9")        \
    "ldr lr, [r1, #4]\n"                                 \
    "ldr r12, [r1], #8\n"                                \
    TM_MULTIPLY_TWO_PIXELS("r6", "r7", "r10", "r11")
#define TM_MULTIPLY_FOURS     \
    "vmov r3, s1\n"          \
    "ldr r2, [r0]\n"         \
    "ldr r3, [r0, r3]\n"     \
    "ldr lr, [r1, #4]\n"     \
    TM_MULTIPLY_PAIRS("")     \
    "vmov r3, s1\n"          \
    "ldr lr, [r1, #4]\n"     \
    "ldr r3, [r0, r3]\n"     \
    "ldr r2, [r0], #4\n"     \
    TM_MULTIPLY_PAIRS(", ror #8")

// Afterwards: r2, multiplier; r3, bits to shift; lr, half and zero. Negative if it is marked.
#define TM_NEXT_FACTOR           \
    "vmov r12, s4\n"            \
    "vmov lr, s11\n"            \
    "ldrd r2, r3, [r12], #8\n"  \
    "vmov s4, r12\n"            \
    "mvn r12, r3\n"             \
    "lsl lr, lr, r12\n"         \
    "rsbs r3, r3, #0\n"
// tm_quick_code of a sum, to r1 and the pixel's place. SMMLAR: (2 × sum × multiplier + 2^31) >> 32,
// plus lr. The pixels that aren't there come first.
#define TM_CODE(sum, place)              \
    "lsl r12, " sum ", #1\n"            \
    "smmlar r12, r12, r2, lr\n"         \
    "add r12, r12, " sum ", asr #31\n"  \
    "asr r12, r12, r3\n"                \
    "ssat r12, #8, r12\n"               \
    place                                \
    "strb r12, [r1, "
// The sum of the first channel becomes the pixel's place.
#define TM_FIRST_CODE(sum, place)  \
    TM_CODE(sum, "vmov " sum ", " place "\n") sum "]\n"
#define TM_SECOND_CODE(sum, place) TM_CODE(sum, "") place "]\n"
// Has C finish a marked channel with these sums.
#define TM_APART_CODES(sums)            \
    "vpush {s3-s6}\n"                  \
    "push {r0, r1, " sums "}\n"        \
    "ldr r0, [sp, #40]\n"              \
    "add r2, sp, #8\n"                 \
    "vmov r3, s4\n"                    \
    "bl tm_finish_apart\n"             \
    "ldr r3, [sp, #40]\n"              \
    "pop {r0, r1, " sums "}\n"         \
    "add r3, r3, #4\n"                 \
    "vldmia r3, {s0-s13}\n"            \
    "vpop {s3-s6}\n"

// Computes and writes tile->left pairs of channels.
__attribute__((naked, noinline)) static void tm_finish_pairs(
    const tm_tile *tile __attribute__((unused)))
{
    __asm__("push {r0, r4-r11, lr}\n"
            "add r1, r0, #4\n"
            "ldr r0, [r0]\n"
            "vldmia r1, {s0-s13}\n"
            "1:\n"
            "vmov r12, s3\n" // the sums start with the bias
            "vmov r1, s0\n"
            "ldrd r4, r8, [r12], #8\n"
            "vmov s3, r12\n"
            "vmov r2, s13\n"
            "mov r5, r4\n"
            "mov r6, r4\n"
            "mov r7, r4\n"
            "mov r9, r8\n"
            "mov r10, r8\n"
            "mov r11, r8\n"
            "lsls r2, r2, #31\n" // fours are done two at a time; an odd one alone, first
            "bmi 3f\n"
            "2:\n" TM_MULTIPLY_FOURS
            "3:\n" TM_MULTIPLY_FOURS
            "vmov r2, s2\n"
            "cmp r1, r2\n"
            "bne 2b\n"
            "vmov r2, s12\n"
            "vmov r1, s5\n"
            "add r0, r0, r2\n"
            TM_NEXT_FACTOR
            "bmi 5f\n"
            TM_FIRST_CODE("r7", "s10") TM_FIRST_CODE("r6", "s9")
            TM_FIRST_CODE("r5", "s8") TM_FIRST_CODE("r4", "s7")
            "4:\n"
            "add r1, r1, #1\n"
            TM_NEXT_FACTOR
            "bmi 7f\n"
            TM_SECOND_CODE("r11", "r7") TM_SECOND_CODE("r10", "r6")
            TM_SECOND_CODE("r9", "r5") TM_SECOND_CODE("r8", "r4")
            "6:\n"
            "vmov r2, s6\n"
            "add r1, r1, #1\n"
            "vmov s5, r1\n"
            "subs r2, r2, #1\n"
            "vmov s6, r2\n"
            "bne 1b\n"
            "pop {r0, r4-r11, pc}\n"
            "5:\n" TM_APART_CODES("r4-r7")
            "vmov r4, s7\n" // what TM_FIRST_CODE leaves there
            "vmov r5, s8\n"
            "vmov r6, s9\n"
            "vmov r7, s10\n"
            "b 4b\n"
            "7:\n" TM_APART_CODES("r8-r11")
            "b 6b\n");
}

#undef TM_MULTIPLY_TWO_PIXELS
#undef TM_MULTIPLY_PAIRS
#undef TM_MULTIPLY_FOURS
#undef TM_NEXT_FACTOR
#undef TM_CODE
#undef TM_FIRST_CODE
#undef TM_SECOND_CODE
#undef TM_APART_CODES

#else

static inline void tm_finish_pairs(const tm_tile *tile)
{
    for (int32_t n = 0; n < 2 * tile->left; n++) {
        const tm_word *x = (const tm_word *)(const void *)tile->columns;
        const int8_t *weights = tile->weights + n * tile->length;
        tm_factor factor = tile->factors[n];
        int32_t sums[TM_PIXELS];
        for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
            sums[pixel] = tile->bias[n];
        for (int32_t k = 0; k < 2 * tile->fours; k++, x += TM_PIXELS) {
            uint32_t four = tm_load(weights + (k >> 1) * 4);
            uint32_t pair = tm_sxtb16((k & 1) != 0 ? tm_odd(four) : four);
            for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
                sums[pixel] = (int32_t)tm_smlad(pair, x[pixel], (uint32_t)sums[pixel]);
        }
        if (factor.shift >= 0) {
            tm_finish_apart(tile, tile->output + n, sums, tile->factors + n + 1);
            continue;
        }
        int32_t half_and_zero = tm_half_and_zero(factor, tile->zero_point);
        for (int32_t pixel = TM_PIXELS - 1; pixel >= 0; pixel--) {
            int32_t code = tm_quick_code(sums[pixel], factor, half_and_zero);
            tile->output[tile->places[pixel] + n] = (int8_t)tm_clamp(code, INT8_MIN, INT8_MAX);
        }
    }
}

#endif

// Computes and writes the outputs of channel n: as a pair of it with itself, beside the output.
__attribute__((noinline)) static void tm_finish_odd(tm_tile *tile, int32_t n, const int8_t *weights)
{
    const int32_t *all_bias = tile->bias, bias[2] = {all_bias[n], all_bias[n]};
    const tm_factor *all_factors = tile->factors, factors[2] = {all_factors[n], all_factors[n]};
    const int8_t *all_weights = tile->weights;
    int32_t length = tile->length, step = tile->places[1];
    int8_t codes[2 * TM_PIXELS], *output = tile->output;
    tile->weights = weights;
    tile->length = 0; // from the first channel's weights to the second's
    tile->bias = bias;
    tile->factors = factors;
    tile->output = codes;
    tile->left = 1;
    for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
        tile->places[pixel] = 2 * pixel;
    TM_READ(tile, codes);
    tm_finish_pairs(tile);
    TM_CALLED;
    tile->weights = all_weights;
    tile->length = length;
    tile->bias = all_bias;
    tile->factors = all_factors;
    tile->output = output;
    for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++) {
        int32_t real = pixel < tile->pixels ? pixel : tile->pixels - 1;
        tile->places[pixel] = real * step;
        output[real * step + n] = codes[2 * real];
    }
}

// Computes and writes all outputs of a tile.
static inline void tm_finish_tile(tm_tile *tile)
{
    tile->left = tile->quick / 2;
    if (tile->left > 0) {
        TM_READ(tile, tile);
        tm_finish_pairs(tile);
        TM_CALLED;
    }
    if ((tile->quick & 1) != 0)
        tm_finish_odd(tile, tile->quick - 1, tile->weights + (tile->quick - 1) * tile->length);
    for (int32_t n = tile->quick; n < tile->channels; n++) { // behind a copy bytes may be read
        memcpy(tile->windows, tile->weights + n * tile->length, (uint32_t)tile->length);
        tm_finish_odd(tile, n, tile->windows);
    }
}
