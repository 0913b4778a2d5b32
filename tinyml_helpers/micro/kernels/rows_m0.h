// rows_m0.h: see rows.h. For the Cortex-M0+. An input is fetched once for four rows, and one
// register says how far along all five pointers are.

// Four rows of weights by inputs that are in no column.
typedef struct {
    const int8_t *rows[TM_ROWS];
    const int8_t *inputs;
    uint32_t sums[TM_ROWS];
    int32_t offset; // added to every input
    int32_t length; // not 0
} tm_four_rows;

// r0 to r3: the rows. r4: inputs. r5: how far along. r6: a weight. r7: an input. r8 to r11: the
// sums. r12: offset. lr: length.
#define TM_MULTIPLY_WEIGHT(row, sum) \
    "ldrsb r6, [" row ", r5]\n"      \
    "muls r6, r7, r6\n"              \
    "add " sum ", r6\n"

__attribute__((naked, noinline)) static void tm_multiply_four_rows(tm_four_rows *job __attribute__((unused)))
{
    __asm__("push {r0, r4-r7, lr}\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "push {r4-r7}\n"
            "mov r7, r0\n"
            "adds r7, #20\n"
            "ldmia r7!, {r1-r6}\n"
            "mov r8, r1\n"
            "mov r9, r2\n"
            "mov r10, r3\n"
            "mov r11, r4\n"
            "mov r12, r5\n"
            "mov lr, r6\n"
            "ldmia r0!, {r1-r4}\n"
            "ldr r7, [r0]\n"
            "mov r0, r1\n"
            "mov r1, r2\n"
            "mov r2, r3\n"
            "mov r3, r4\n"
            "mov r4, r7\n"
            "movs r5, #0\n"
            "1:\n"
            "ldrsb r7, [r4, r5]\n"
            "add r7, r12\n"
            TM_MULTIPLY_WEIGHT("r0", "r8") TM_MULTIPLY_WEIGHT("r1", "r9")
            TM_MULTIPLY_WEIGHT("r2", "r10") TM_MULTIPLY_WEIGHT("r3", "r11")
            "adds r5, #1\n"
            "cmp r5, lr\n"
            "bne 1b\n"
            "ldr r7, [sp, #16]\n"
            "adds r7, #20\n"
            "mov r1, r8\n"
            "mov r2, r9\n"
            "mov r3, r10\n"
            "mov r4, r11\n"
            "stmia r7!, {r1-r4}\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r0, r4-r7, pc}\n");
}

#undef TM_MULTIPLY_WEIGHT

static inline void tm_multiply_rows(const int8_t *weights, int32_t rows, int32_t length,
                                    const int8_t *inputs, int32_t offset, uint32_t *sums)
{
    tm_four_rows job = {{0}, inputs, {0}, offset, length};
    for (int32_t i = 0; i < TM_ROWS; i++) {
        // A row that isn't there is the first one, done again and thrown away.
        job.rows[i] = weights + (i < rows ? i : 0) * length;
        job.sums[i] = sums[i < rows ? i : 0];
    }
    tm_multiply_four_rows(&job);
    for (int32_t i = 0; i < rows; i++)
        sums[i] = job.sums[i];
}
