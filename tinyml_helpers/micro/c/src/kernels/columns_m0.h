// columns_m0.h: see columns.h. For the Cortex-M0+, which multiplies one pair of numbers at a time.
//
// What costs most there is fetching, two cycles a number; LDM fetches several in one go, at one
// cycle each. So columns keep the four pixels of a number together, [length, TM_PIXELS] int16, and
// one LDM brings all four. The sums stay in r8 to r11, which little else can use.
//
// Two pixels come in one word, 2^16 high + low, and are multiplied by a weight w at once. To tell
// the sums of both apart takes one more product, high × w:
//
//     sum(low × w) = sum(word × w) - 2^16 × sum(high × w)      modulo 2^32
//
// For high to be a mere shift of the word, low must not be negative. It isn't if the inputs' zero
// point is the least code, as behind a ReLU; else TM_LIFT is added to it, and TM_LIFT × sum(w) taken
// off its sum, by a loop of its own.
//
// The loops are in assembly because compilers for this processor leave r8 to r11 alone. They do four
// numbers a round, and are entered where what is left behind is a multiple of four.
#include "codes_m0.h"

#define TM_LIFT 256 // of the columns of pixels 0 and 2; the assembly has it as a shift by 8
#define TM_RUN 1

// Sets the tile's fields that the assembly reads.
static inline void tm_start_tile(tm_tile *tile)
{
    int32_t left_out = -tile->length & 3;
    bool is_lifted = tile->offset < 128;
    tile->first = is_lifted ? -tile->length : -((tile->length + 1) & ~1);
    // Bytes of code: of the second loop's numbers; of the first's, which come in pairs.
    tile->skip = is_lifted ? 106 + 28 * left_out : 25 * left_out - (left_out & 1);
}

__attribute__((noinline)) static void tm_fill(const tm_tile *tile, int32_t pair, int32_t k,
                                              const int8_t *left, const int8_t *right,
                                              int32_t count)
{
    int32_t both = tile->offset * 0x10001 + (tile->offset < 128 ? TM_LIFT : 0);
    tm_word *words = (tm_word *)(void *)(tile->columns + k * TM_PIXELS + 2 * pair);
    const int8_t *end = left + count;
    int32_t distance = (int32_t)(right - left);
    __asm__("" : "+r"(both)); // one number, not two
    for (; left < end; words += TM_PIXELS / 2, left++)
        *words = ((uint32_t)left[distance] << 16) + (uint32_t)*left + (uint32_t)both;
}

// r0: the end of the weights. r1: columns. r2: a weight. r3, r4: its four pixels, two in a word.
// r5: one of them. r6: from r0 to the weight, negative. r8 and r10: the sums of words. r9 and r11:
// those of pixels 1 and 3.
#define TM_MULTIPLY_FOUR_PIXELS    \
    "ldmia r1!, {r3, r4}\n"       \
    "asrs r5, r3, #16\n"          \
    "muls r3, r2, r3\n"           \
    "add r8, r3\n"                \
    "muls r5, r2, r5\n"           \
    "add r9, r5\n"                \
    "asrs r5, r4, #16\n"          \
    "muls r4, r2, r4\n"           \
    "add r10, r4\n"               \
    "muls r5, r2, r5\n"           \
    "add r11, r5\n"
// Two numbers. r7: r0 + 1.
#define TM_MULTIPLY_TWO            \
    "ldrsb r2, [r0, r6]\n"        \
    TM_MULTIPLY_FOUR_PIXELS        \
    "ldrsb r2, [r7, r6]\n"        \
    TM_MULTIPLY_FOUR_PIXELS        \
    "adds r6, r6, #2\n"
// One number. r7: a sum of weights.
#define TM_MULTIPLY_LIFTED         \
    "ldrsb r2, [r0, r6]\n"        \
    "adds r7, r7, r2\n"           \
    TM_MULTIPLY_FOUR_PIXELS        \
    "adds r6, r6, #1\n"

// The sum of pixel 0 or 2 from that of words and that of the other pixel. r7: the sum of weights
// times TM_LIFT.
#define TM_TAKE_APART(words, other) \
    "mov r1, " other "\n"          \
    "lsls r1, r1, #16\n"           \
    "adds r1, r1, r7\n"            \
    "mov r2, " words "\n"          \
    "subs r2, r2, r1\n"            \
    "mov " words ", r2\n"

// Computes and writes the outputs of tile->left channels; moves tile's pointers behind them.
// On the stack: the three distances between the outputs of neighbouring pixels, r8 to r11, tile.
__attribute__((naked, noinline)) static void tm_finish_channels(
    tm_tile *tile __attribute__((unused)))
{
    __asm__(".syntax unified\n" // GCC takes the older one for this processor
            "push {r0, r4-r7, lr}\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "push {r4-r7}\n"
            "ldr r1, [r0, #32]\n"
            "ldr r2, [r0, #36]\n"
            "ldr r3, [r0, #40]\n"
            "ldr r4, [r0, #44]\n"
            "subs r4, r4, r3\n"
            "subs r3, r3, r2\n"
            "subs r2, r2, r1\n"
            "push {r2-r4}\n"
            TM_CODE_START
            "1:\n"
            "ldr r7, [sp, #28]\n"
            "ldr r2, [r7, #16]\n" // all sums start with the bias
            "ldmia r2!, {r3}\n"
            "str r2, [r7, #16]\n"
            "mov r9, r3\n"
            "mov r11, r3\n"
            "lsls r4, r3, #16\n"
            "adds r3, r3, r4\n"
            "mov r8, r3\n"
            "mov r10, r3\n"
            "ldr r6, [r7, #60]\n"
            "ldr r5, [r7, #52]\n"
            "ldmia r7!, {r0-r2}\n" // weights, columns, length
            "adds r0, r0, r2\n"
            "adds r7, r0, #1\n"
            "add pc, r5\n"
            "nop\n"
            "2:\n .rept 2\n" TM_MULTIPLY_TWO ".endr\n"
            "bne 2b\n"
            "movs r7, #0\n"
            "b 6f\n"
            "7:\n .rept 4\n" TM_MULTIPLY_LIFTED ".endr\n"
            "bne 7b\n"
            "subs r7, r7, r0\n" // it started with r0 + 1
            "subs r7, r7, #1\n"
            "lsls r7, r7, #8\n"
            "6:\n"
            TM_TAKE_APART("r8", "r9")
            TM_TAKE_APART("r10", "r11")
            "ldr r7, [sp, #28]\n"
            "str r0, [r7]\n" // the next row of weights
            "ldr r0, [r7, #20]\n" // the factor
            "ldmia r0!, {r5, r6}\n"
            "str r0, [r7, #20]\n"
            "ldr r0, [r7, #48]\n"
            "mvns r1, r6\n"
            "lsls r0, r1\n"
            "mov lr, r0\n"
            "ldr r2, [r7, #24]\n" // the output
            "adds r1, r2, #1\n"
            "str r1, [r7, #24]\n"
            "rsbs r6, r6, #0\n"
            "bpl 4f\n"
            "mov r3, r8\n" // a marked one; r7 keeps the stack even
            "mov r4, r9\n"
            "mov r5, r10\n"
            "mov r6, r11\n"
            "mov r0, r7\n"
            "mov r1, r2\n"
            "push {r3-r7}\n"
            "mov r2, sp\n"
            "ldr r3, [r0, #20]\n"
            "bl tm_finish_apart\n"
            "add sp, sp, #20\n"
            TM_CODE_START
            "b 5f\n"
            "4:\n"
            "uxth r4, r5\n"
            "lsrs r5, r5, #16\n"
            "ldr r0, [r7, #44]\n" // the last pixel comes first
            "adds r7, r0, r2\n"
            "mov r0, r11\n" TM_CODE "strb r3, [r7]\n"
            "ldr r1, [sp, #8]\n"
            "subs r7, r7, r1\n"
            "mov r0, r10\n" TM_CODE "strb r3, [r7]\n"
            "ldr r1, [sp, #4]\n"
            "subs r7, r7, r1\n"
            "mov r0, r9\n" TM_CODE "strb r3, [r7]\n"
            "ldr r1, [sp]\n"
            "subs r7, r7, r1\n"
            "mov r0, r8\n" TM_CODE "strb r3, [r7]\n"
            "5:\n"
            "ldr r7, [sp, #28]\n"
            "ldr r0, [r7, #28]\n"
            "subs r0, r0, #1\n"
            "str r0, [r7, #28]\n"
            "beq 3f\n"
            "b 1b\n" // too far for a bne
            "3:\n"
            "add sp, sp, #12\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r0, r4-r7, pc}\n");
}

#undef TM_MULTIPLY_FOUR_PIXELS
#undef TM_MULTIPLY_TWO
#undef TM_MULTIPLY_LIFTED
#undef TM_TAKE_APART

// Computes and writes all outputs of a tile.
static inline void tm_finish_tile(tm_tile *tile)
{
    tile->left = tile->channels;
    TM_READ(tile, tile);
    tm_finish_channels(tile);
    TM_CALLED;
    tile->weights -= tile->channels * tile->length;
    tile->bias -= tile->channels;
    tile->factors -= tile->channels;
    tile->output -= tile->channels;
}
