// rows_m0.h: see rows.h. For the Cortex-M0+. An input is fetched once for four rows, and one
// register says how far along all five pointers are.

// r0 to r3: the rows. r4: inputs. r5: how far along. r6: a weight. r7: an input. r8 to r11: the
// sums. r12: offset. lr: length.
#define TM_MULTIPLY_WEIGHT(row, sum) \
    "ldrsb r6, [" row ", r5]\n"      \
    "muls r6, r7, r6\n"              \
    "add " sum ", r6\n"

// Multiplies four rows of weights by inputs; `length` isn't 0. sums: [4], added to; behind them the
// offset.
__attribute__((naked, noinline)) static void tm_multiply_all(
    const int8_t *weights __attribute__((unused)), int32_t length __attribute__((unused)),
    const int8_t *inputs __attribute__((unused)), uint32_t *sums __attribute__((unused)))
{
    __asm__(".syntax unified\n" // GCC takes the older one for this processor
            "push {r3-r7, lr}\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "push {r4-r7}\n"
            "ldmia r3!, {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "ldr r4, [r3]\n"
            "mov r12, r4\n"
            "mov lr, r1\n"
            "movs r4, r2\n"
            "mov r5, lr\n"
            "adds r1, r0, r5\n"
            "adds r2, r1, r5\n"
            "adds r3, r2, r5\n"
            "movs r5, #0\n"
            "1:\n"
            "ldrsb r7, [r4, r5]\n"
            "add r7, r12\n"
            TM_MULTIPLY_WEIGHT("r0", "r8") TM_MULTIPLY_WEIGHT("r1", "r9")
            TM_MULTIPLY_WEIGHT("r2", "r10") TM_MULTIPLY_WEIGHT("r3", "r11")
            "adds r5, #1\n"
            "cmp r5, lr\n"
            "bne 1b\n"
            "ldr r0, [sp, #16]\n"
            "mov r1, r8\n"
            "mov r2, r9\n"
            "mov r3, r10\n"
            "mov r4, r11\n"
            "stmia r0!, {r1-r4}\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r3-r7, pc}\n");
}

#undef TM_MULTIPLY_WEIGHT

static inline void tm_multiply_rows(const int8_t *weights, int32_t length, const int8_t *inputs,
                                    int32_t offset, uint32_t *sums)
{
    sums[TM_ROWS] = (uint32_t)offset;
    tm_multiply_all(weights, length, inputs, sums);
}
