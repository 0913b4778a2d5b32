// rows_dsp.h: see rows.h. For processors with the DSP extension; columns_dsp.h tells how they
// multiply.
#include "tm_dsp.h"

#if defined(__ARM_FEATURE_DSP)

// r0 to r3: the rows. r4: inputs. r5 to r8: the sums. r9, r10: the pairs of four inputs. r11, r12:
// weights of two rows. On the stack: offsets, the end of the inputs, sums.
#define TM_MULTIPLY_TWO(sum, other)              \
    "sxtb16 lr, r11\n"                           \
    "sxtb16 r11, r11, ror #8\n"                  \
    "smlad " sum ", lr, r9, " sum "\n"           \
    "smlad " sum ", r11, r10, " sum "\n"         \
    "sxtb16 lr, r12\n"                           \
    "sxtb16 r12, r12, ror #8\n"                  \
    "smlad " other ", lr, r9, " other "\n"       \
    "smlad " other ", r12, r10, " other "\n"
#define TM_MULTIPLY_FOURS                        \
    "ldr r9, [r4], #4\n"                         \
    "ldr lr, [sp]\n"                             \
    "ldr r11, [r0], #4\n"                        \
    "ldr r12, [r1], #4\n"                        \
    "sxtab16 r10, lr, r9, ror #8\n"              \
    "sxtab16 r9, lr, r9\n"                       \
    TM_MULTIPLY_TWO("r5", "r6")                  \
    "ldr r11, [r2], #4\n"                        \
    "ldr r12, [r3], #4\n"                        \
    TM_MULTIPLY_TWO("r7", "r8")

// Multiplies four rows of weights by inputs, as far as they come in fours; `length` is at least 4.
// sums: [4], added to; behind them the offset, in both halves.
__attribute__((naked, noinline)) static void tm_multiply_fours(
    const int8_t *weights __attribute__((unused)), int32_t length __attribute__((unused)),
    const int8_t *inputs __attribute__((unused)), uint32_t *sums __attribute__((unused)))
{
    __asm__("push {r3-r11, lr}\n" // r3: sums
            "ldmia r3, {r5-r9}\n"
            "bic r10, r1, #3\n"
            "lsls r11, r1, #29\n" // fours are done two at a time; an odd one alone, first
            "mov r4, r2\n"
            "add r10, r10, r2\n"
            "push {r9, r10}\n"
            "add r2, r0, r1, lsl #1\n"
            "add r3, r2, r1\n"
            "add r1, r0, r1\n"
            "bmi 2f\n"
            "1:\n" TM_MULTIPLY_FOURS
            "2:\n" TM_MULTIPLY_FOURS
            "ldr r11, [sp, #4]\n"
            "cmp r4, r11\n"
            "bne 1b\n"
            "ldr r12, [sp, #8]\n"
            "stmia r12, {r5-r8}\n"
            "add sp, sp, #8\n"
            "pop {r3-r11, pc}\n");
}

#undef TM_MULTIPLY_TWO
#undef TM_MULTIPLY_FOURS

#else

static inline void tm_multiply_fours(const int8_t *weights, int32_t length, const int8_t *inputs,
                                     uint32_t *sums)
{
    for (int32_t k = 0; k < (length & ~3); k += 4) {
        uint32_t x = tm_load(inputs + k), even = tm_sxtab16(sums[TM_ROWS], x);
        uint32_t odd = tm_sxtab16(sums[TM_ROWS], tm_odd(x));
        for (int32_t i = 0; i < TM_ROWS; i++) {
            uint32_t w = tm_load(weights + i * length + k);
            sums[i] = tm_smlad(tm_sxtb16(w), even, sums[i]);
            sums[i] = tm_smlad(tm_sxtb16(tm_odd(w)), odd, sums[i]);
        }
    }
}

#endif

static inline void tm_multiply_rows(const int8_t *weights, int32_t length, const int8_t *inputs,
                                    int32_t offset, uint32_t *sums)
{
    sums[TM_ROWS] = tm_twice(offset);
    if (length >= 4)
        tm_multiply_fours(weights, length, inputs, sums);
    for (int32_t k = length & ~3; k < length; k++)
        for (int32_t row = 0; row < TM_ROWS; row++)
            sums[row] += (uint32_t)(weights[row * length + k] * (inputs[k] + offset));
}
