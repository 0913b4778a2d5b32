// rows_dsp.h: see rows.h. For processors with the DSP extension; columns_dsp.h tells how they
// multiply.
#include "dsp.h"

// Four rows of weights by inputs that are in no column; `end` - `inputs` as above.
typedef struct {
    const int8_t *rows[TM_ROWS];
    const int8_t *inputs;
    uint32_t sums[TM_ROWS];
    const int8_t *end;
    uint32_t offsets; // added to every input, in both halves
} tm_four_rows;

#if defined(__ARM_FEATURE_DSP)

// r0 to r3: the rows. r4: inputs. r5 to r8: the sums. r9, r10: the pairs of four inputs. r11, r12:
// weights. On the stack: end, offsets.
#define TM_MULTIPLY_TWO(row, next, sum, other)   \
    "ldr r11, [" row "], #4\n"                   \
    "ldr r12, [" next "], #4\n"                  \
    "sxtb16 lr, r11\n"                           \
    "sxtb16 r11, r11, ror #8\n"                  \
    "smlad " sum ", lr, r9, " sum "\n"           \
    "smlad " sum ", r11, r10, " sum "\n"         \
    "sxtb16 lr, r12\n"                           \
    "sxtb16 r12, r12, ror #8\n"                  \
    "smlad " other ", lr, r9, " other "\n"       \
    "smlad " other ", r12, r10, " other "\n"

__attribute__((naked, noinline)) static void tm_multiply_four_rows(tm_four_rows *job __attribute__((unused)))
{
    __asm__("push {r0, r4-r11, lr}\n"
            "ldrd r1, r2, [r0, #36]\n"
            "push {r1, r2}\n"
            "ldmia r0, {r0-r8}\n"
            "1:\n"
            "ldr r11, [sp, #4]\n"
            "ldr r9, [r4], #4\n"
            "sxtab16 r10, r11, r9, ror #8\n"
            "sxtab16 r9, r11, r9\n"
            TM_MULTIPLY_TWO("r0", "r1", "r5", "r6")
            TM_MULTIPLY_TWO("r2", "r3", "r7", "r8")
            "ldr r11, [sp]\n"
            "cmp r4, r11\n"
            "bne 1b\n"
            "ldr r12, [sp, #8]\n"
            "add r12, r12, #20\n"
            "stmia r12, {r5-r8}\n"
            "add sp, sp, #12\n"
            "pop {r4-r11, pc}\n");
}

#undef TM_MULTIPLY_TWO

#else

static inline void tm_multiply_four_rows(tm_four_rows *job)
{
    for (int32_t k = 0; k < job->end - job->inputs; k += 4) {
        uint32_t x = tm_load(job->inputs + k);
        for (int32_t i = 0; i < TM_ROWS; i++) {
            uint32_t w = tm_load(job->rows[i] + k);
            uint32_t even = tm_smlad(tm_sxtb16(w), tm_sxtab16(job->offsets, x), job->sums[i]);
            job->sums[i] = tm_smlad(tm_sxtb16(tm_odd(w)), tm_sxtab16(job->offsets, tm_odd(x)), even);
        }
    }
}

#endif

static inline void tm_multiply_rows(const int8_t *weights, int32_t rows, int32_t length,
                                    const int8_t *inputs, int32_t offset, uint32_t *sums)
{
    int32_t fours = length & ~3;
    tm_four_rows job = {{0}, inputs, {0}, inputs + fours, tm_twice(offset)};
    for (int32_t i = 0; i < TM_ROWS; i++) {
        // A row that isn't there is the first one, done again and thrown away.
        job.rows[i] = weights + (i < rows ? i : 0) * length;
        job.sums[i] = sums[i < rows ? i : 0];
    }
    if (fours > 0)
        tm_multiply_four_rows(&job);
    for (int32_t i = 0; i < rows; i++) {
        sums[i] = job.sums[i];
        for (int32_t k = fours; k < length; k++)
            sums[i] += (uint32_t)(weights[i * length + k] * (inputs[k] + offset));
    }
}
