// rows_dsp.h: see rows.h. For processors with the DSP extension; columns_dsp.h tells how they
// multiply.
#include "tm_dsp.h"

#if defined(__ARM_FEATURE_DSP)

// r0: the first row. r1, r2: from there to the second, and to the fourth. r3: inputs. r4: what is
// added to each, in both halves. r5 to r8: the sums. r9, r10: the pairs of four inputs. r11, r12:
// weights of two rows. On the stack: the end of the inputs, then the tm_rows.
#define TM_MULTIPLY_TWO(sum, other)              \
    "sxtb16 lr, r11\n"                           \
    "sxtb16 r11, r11, ror #8\n"                  \
    "smlad " sum ", lr, r9, " sum "\n"           \
    "smlad " sum ", r11, r10, " sum "\n"         \
    "sxtb16 lr, r12\n"                           \
    "sxtb16 r12, r12, ror #8\n"                  \
    "smlad " other ", lr, r9, " other "\n"       \
    "smlad " other ", r12, r10, " other "\n"
// Loads stand together, and none takes its address from the instruction before: each such pair
// would take one cycle more.
#define TM_LOAD_FOURS(load, compare)             \
    "ldr r9, [r3], #4\n"                         \
    load                                         \
    "ldr r11, [r0, r1]\n"                        \
    "ldr r12, [r0, r1, lsl #1]\n"                \
    compare                                      \
    "sxtab16 r10, r4, r9, ror #8\n"              \
    "sxtab16 r9, r4, r9\n"
#define TM_MULTIPLY_FOURS                        \
    TM_MULTIPLY_TWO("r6", "r7")                  \
    "ldr r12, [r0, r2]\n"                        \
    "ldr r11, [r0], #4\n"                        \
    TM_MULTIPLY_TWO("r5", "r8")

// Multiplies; there are at least four inputs. Where they don't come in fours, the last four are
// multiplied, those of them that were already as 0.
__attribute__((naked, noinline)) static void tm_multiply_fours(
    tm_rows *rows __attribute__((unused)))
{
    __asm__("push {r0, r4-r11, lr}\n"
            "sub sp, sp, #8\n"
            "1:\n"
            "ldr lr, [sp, #8]\n"
            "ldmia lr, {r0, r1, r3-r6}\n"
            "add r6, r6, r5\n"
            "str r6, [lr, #16]\n"
            "ldmia r5, {r5-r8}\n"
            "lsls r12, r1, #29\n" // N: an odd four. C: an odd pair of fours
            "bic r12, r1, #3\n"
            "add r12, r12, r3\n"
            "str r12, [sp]\n"
            "add r2, r1, r1, lsl #1\n"
            "bcs 3f\n"
            "bmi 5f\n"
            "2:\n" TM_LOAD_FOURS("", "") TM_MULTIPLY_FOURS
            "6:\n" TM_LOAD_FOURS("", "") TM_MULTIPLY_FOURS
            "4:\n" TM_LOAD_FOURS("", "") TM_MULTIPLY_FOURS
            "5:\n" TM_LOAD_FOURS("ldr lr, [sp]\n", "cmp r3, lr\n")
            "7:\n" TM_MULTIPLY_FOURS
            "bne 2b\n"
            "ands r12, r1, #3\n"
            "beq 8f\n"
            "ldr lr, [sp]\n"
            "cmp r3, lr\n"
            "bne 8f\n" // the last four are done
            "sub r12, r12, #4\n"
            "add r3, r3, r12\n"
            "add r0, r0, r12\n"
            "cmn r12, #2\n" // less: of the four only the last one counts; greater: three do
            "ldr r9, [r3]\n"
            "ldr r11, [r0, r1]\n"
            "ldr r12, [r0, r1, lsl #1]\n"
            "sxtab16 r10, r4, r9, ror #8\n"
            "sxtab16 r9, r4, r9\n"
            "bfc r9, #0, #16\n"
            "it lt\n"
            "movlt r9, #0\n"
            "it le\n"
            "bfcle r10, #0, #16\n"
            "cmp r0, r0\n" // as after the other fours
            "b 7b\n"
            "8:\n"
            "ldr lr, [sp, #8]\n"
            "ldrd r10, r11, [lr, #24]\n"
            "add r0, r0, r2\n"
            "str r0, [lr]\n"
            "stmia r10!, {r5-r8}\n"
            "subs r11, r11, #4\n"
            "strd r10, r11, [lr, #24]\n"
            "bne 1b\n"
            "add sp, sp, #12\n"
            "pop {r4-r11, pc}\n"
            "3:\n"
            "bmi 6b\n"
            "b 4b\n");
}

#undef TM_MULTIPLY_TWO
#undef TM_LOAD_FOURS
#undef TM_MULTIPLY_FOURS

#else

static inline void tm_multiply_fours(const tm_rows *r)
{
    int32_t rest = r->length & 3;
    for (int32_t row = 0; row < r->left; row++) {
        const int8_t *weights = r->weights + row * r->length;
        uint32_t sum = (uint32_t)tm_bias_of(r, row);
        for (int32_t k = 0; k < r->length; k += 4) {
            int32_t place = k + 4 > r->length ? r->length - 4 : k;
            uint32_t x = tm_load(r->inputs + place), w = tm_load(weights + place);
            uint32_t even = tm_sxtab16(r->offset, x), odd = tm_sxtab16(r->offset, tm_odd(x));
            if (place != k) {
                even = rest == 1 ? 0 : even & 0xFFFF0000u;
                odd = rest == 3 ? odd : odd & 0xFFFF0000u;
            }
            sum = tm_smlad(tm_sxtb16(w), even, sum);
            sum = tm_smlad(tm_sxtb16(tm_odd(w)), odd, sum);
        }
        r->sums[row] = sum;
    }
}

#endif

static inline void tm_multiply_rows(tm_rows *r)
{
    if (r->length < 4) {
        tm_multiply_any_rows(r);
        return;
    }
    r->offset = tm_twice((int32_t)r->offset);
    TM_READ(r, r->sums);
    tm_multiply_fours(r);
    TM_CALLED;
}
