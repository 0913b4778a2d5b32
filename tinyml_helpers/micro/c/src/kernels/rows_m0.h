// rows_m0.h: see rows.h. For the Cortex-M0+. An input is fetched once for four rows, and one
// register says how far along all five pointers are.

// r0 to r3: the rows. r4: inputs. r5: how far along. r6: a weight. r7: an input. r8 to r11: the
// sums. r12: what is added to an input. lr: length. On the stack: r8 to r11, the tm_rows.
#define TM_MULTIPLY_WEIGHT(row, sum) \
    "ldrsb r6, [" row ", r5]\n"      \
    "muls r6, r7, r6\n"              \
    "add " sum ", r6\n"
#define TM_MULTIPLY_ONE                                                   \
    "ldrsb r7, [r4, r5]\n"                                                \
    "add r7, r12\n"                                                       \
    TM_MULTIPLY_WEIGHT("r0", "r8") TM_MULTIPLY_WEIGHT("r1", "r9")         \
    TM_MULTIPLY_WEIGHT("r2", "r10") TM_MULTIPLY_WEIGHT("r3", "r11")       \
    "adds r5, #1\n"

// Multiplies; the length isn't 0.
__attribute__((naked, noinline)) static void tm_multiply_fours(
    tm_rows *rows __attribute__((unused)))
{
    __asm__(".syntax unified\n" // GCC takes the older one for this processor
            "push {r0, r4-r7, lr}\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "push {r4-r7}\n"
            "1:\n"
            "ldr r7, [sp, #16]\n"
            "ldmia r7!, {r0, r3, r4, r5}\n"
            "mov lr, r3\n"
            "mov r12, r5\n"
            "ldr r5, [r7]\n"
            "ldr r6, [r7, #4]\n"
            "adds r6, r6, r5\n"
            "str r6, [r7]\n"
            "ldmia r5!, {r1, r2, r6, r7}\n"
            "mov r8, r1\n"
            "mov r9, r2\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "adds r1, r0, r3\n"
            "adds r2, r1, r3\n"
            "adds r3, r2, r3\n"
            "movs r5, #0\n"
            "mov r6, lr\n"
            "lsls r6, r6, #31\n" // N: an odd input. C: an odd pair of inputs
            "bcs 3f\n"
            "bmi 5f\n"
            "2:\n" TM_MULTIPLY_ONE
            "6:\n" TM_MULTIPLY_ONE
            "4:\n" TM_MULTIPLY_ONE
            "5:\n" TM_MULTIPLY_ONE
            "cmp r5, lr\n"
            "bne 2b\n"
            "ldr r7, [sp, #16]\n"
            "adds r3, r3, r5\n" // behind the fourth row: the next one
            "str r3, [r7]\n"
            "ldr r0, [r7, #24]\n"
            "mov r1, r8\n"
            "mov r2, r9\n"
            "mov r3, r10\n"
            "mov r4, r11\n"
            "stmia r0!, {r1-r4}\n"
            "str r0, [r7, #24]\n"
            "ldr r0, [r7, #28]\n"
            "subs r0, r0, #4\n"
            "str r0, [r7, #28]\n"
            "bne 1b\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r0, r4-r7, pc}\n"
            "3:\n"
            "bmi 6b\n"
            "b 4b\n");
}

#undef TM_MULTIPLY_WEIGHT
#undef TM_MULTIPLY_ONE

static inline void tm_multiply_rows(tm_rows *r)
{
    TM_READ(r, r->sums);
    tm_multiply_fours(r);
    TM_CALLED;
}
