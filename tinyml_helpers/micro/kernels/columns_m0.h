// columns_m0.h: see columns.h. For the Cortex-M0+, which multiplies one pair of numbers at a time.
//
// What costs most there is fetching, two cycles a number; LDM fetches several in one go, at one
// cycle each. So columns keep the four pixels of a number together, [length, TM_PIXELS] int16, and
// one LDM brings all four. The sums stay in r8 to r11, which little else can use.
//
// The loops are in assembly because compilers for this processor leave r8 to r11 alone.

static inline void tm_fill(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                           const int8_t *inputs, int32_t count, int32_t offset)
{
    (void)length;
    columns += k * TM_PIXELS + pixel;
    for (const int8_t *end = inputs + count; inputs < end; columns += TM_PIXELS)
        *columns = (int16_t)(*inputs++ + offset);
}

static inline void tm_fill_zeros(int16_t *columns, int32_t length, int32_t pixel, int32_t k,
                                 int32_t count)
{
    (void)length;
    for (int32_t i = 0; i < count; i++)
        columns[(k + i) * TM_PIXELS + pixel] = 0;
}

// r0: weights. r1: columns. r2: a weight. r3, r4: its four pixels, two in a word. r5: one of them.
// r6: end. r8 to r11: the sums.
#define TM_MULTIPLY_ONE(place)     \
    "ldrb r2, [r0, #" place "]\n"  \
    "sxtb r2, r2\n"                \
    "ldmia r1!, {r3, r4}\n"        \
    "sxth r5, r3\n"                \
    "muls r5, r2, r5\n"            \
    "add r8, r5\n"                 \
    "asrs r3, r3, #16\n"           \
    "muls r3, r2, r3\n"            \
    "add r9, r3\n"                 \
    "sxth r5, r4\n"                \
    "muls r5, r2, r5\n"            \
    "add r10, r5\n"                \
    "asrs r4, r4, #16\n"           \
    "muls r4, r2, r4\n"            \
    "add r11, r4\n"

// Multiplies a row of weights by all columns; `end` - `weights` is a multiple of 4 and not 0.
// sums: [TM_PIXELS], added to.
__attribute__((naked, noinline)) static void tm_multiply_fours(
    const int8_t *weights __attribute__((unused)), const int16_t *columns __attribute__((unused)),
    const int8_t *end __attribute__((unused)), uint32_t *sums __attribute__((unused)))
{
    __asm__("push {r3-r7, lr}\n"
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
            "mov r6, r2\n"
            "1:\n" TM_MULTIPLY_ONE("0") TM_MULTIPLY_ONE("1")
            TM_MULTIPLY_ONE("2") TM_MULTIPLY_ONE("3")
            "adds r0, #4\n"
            "cmp r0, r6\n"
            "bne 1b\n"
            "ldr r0, [sp, #16]\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "stmia r0!, {r4-r7}\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r3-r7, pc}\n");
}

#undef TM_MULTIPLY_ONE

static inline void tm_multiply(const int8_t *weights, int32_t rows, int32_t length,
                               const int16_t *columns, uint32_t *sums)
{
    int32_t fours = length & ~3;
    for (int32_t row = 0; row < rows; row++, weights += length, sums += TM_PIXELS) {
        if (fours > 0)
            tm_multiply_fours(weights, columns, weights + fours, sums);
        for (int32_t k = fours; k < length; k++)
            for (int32_t pixel = 0; pixel < TM_PIXELS; pixel++)
                sums[pixel] += (uint32_t)(weights[k] * columns[k * TM_PIXELS + pixel]);
    }
}
