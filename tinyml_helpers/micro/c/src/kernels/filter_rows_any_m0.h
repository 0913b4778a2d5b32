// filter_rows_any_m0.h: see filter_rows_m0.h. The loop for any filter.

// What tm_multiply_any does: four outputs at a time that are neighbours. Those that a row of less than
// four lacks are written to the place of its last one, before that is. Filters and inputs are counted
// from the end of a row of the filter.
typedef struct {
    const int16_t *filter;
    int32_t back; // bytes from the end of a row of the filter to its start
    const int16_t *filter_end;
    int32_t filter_bytes; // from a row of the filter to the next
    int32_t input_bytes;  // from the inputs under it to those under the next
    int32_t input_step;   // from an output's to the next one's
    int8_t *output;       // of the group's last output
    int32_t bias, low, high, bits;   // low and high half of the multiplier
    int32_t half_and_zero;
    const int16_t *inputs; // of the group's first output
    int32_t left;          // outputs of the row
    int32_t output_step;
    int32_t width;       // of a row of outputs
    int32_t row_bytes;   // from the inputs of a row's last group to the next row's
    int32_t row_outputs; // from its outputs there
    int32_t count;       // rows of outputs
    int32_t steps[3];    // from an output of a group to the one before; 0 from one that isn't there
} tm_any;

// r0: the filter. r1 to r4: inputs of four outputs. r5: a weight. r6: bytes to the end of the
// filter's row, negative. r7: an input. r8 to r11: sums.
#define TM_MULTIPLY_ONE(inputs, sum) \
    "ldrsh r7, [" inputs ", r6]\n"   \
    "muls r7, r5, r7\n"              \
    "add " sum ", r7\n"
#define TM_NEXT_CODE(sum, step)    \
    "ldr r1, [sp, #" step "]\n"    \
    "subs r7, r7, r1\n"            \
    "mov r0, " sum "\n"            \
    TM_CODE                        \
    "strb r3, [r7]\n"

// On the stack: job, the steps between outputs, r8 to r11.
__attribute__((naked, noinline)) static void tm_multiply_any(tm_any *job __attribute__((unused)))
{
    __asm__(".syntax unified\n"
            "push {r4-r7, lr}\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "push {r4-r7}\n"
            "movs r7, r0\n"
            "adds r0, r0, #76\n"
            "ldmia r0!, {r1-r3}\n"
            "push {r1-r3}\n"
            "push {r7}\n"
            TM_CODE_START
            "ldr r0, [r7, #44]\n"
            "mov lr, r0\n"
            "1:\n"
            "ldr r0, [r7, #28]\n"
            "mov r8, r0\n"
            "mov r9, r0\n"
            "mov r10, r0\n"
            "mov r11, r0\n"
            "ldr r1, [r7, #48]\n"
            "ldr r5, [r7, #20]\n"
            "adds r2, r1, r5\n"
            "adds r3, r2, r5\n"
            "adds r4, r3, r5\n"
            "ldr r0, [r7]\n"
            "ldr r6, [r7, #4]\n"
            "2:\n"
            "ldrsh r5, [r0, r6]\n"
            TM_MULTIPLY_ONE("r1", "r8")
            TM_MULTIPLY_ONE("r2", "r9")
            TM_MULTIPLY_ONE("r3", "r10")
            TM_MULTIPLY_ONE("r4", "r11")
            "adds r6, r6, #2\n"
            "bne 2b\n"
            "ldr r7, [sp]\n" // the filter's next row
            "ldr r5, [r7, #16]\n"
            "adds r1, r1, r5\n"
            "adds r2, r2, r5\n"
            "adds r3, r3, r5\n"
            "adds r4, r4, r5\n"
            "ldr r5, [r7, #12]\n"
            "adds r0, r0, r5\n"
            "ldr r6, [r7, #4]\n"
            "ldr r5, [r7, #8]\n"
            "cmp r0, r5\n"
            "bne 2b\n"
            "ldr r4, [r7, #32]\n"
            "ldr r5, [r7, #36]\n"
            "ldr r6, [r7, #40]\n"
            "ldr r7, [r7, #24]\n"
            "mov r0, r11\n" TM_CODE "strb r3, [r7]\n"
            TM_NEXT_CODE("r10", "12") TM_NEXT_CODE("r9", "8") TM_NEXT_CODE("r8", "4")
            "ldr r7, [sp]\n" // the next group, which may begin with outputs of this one
            "ldr r2, [r7, #48]\n"
            "ldr r3, [r7, #24]\n"
            "ldr r0, [r7, #52]\n"
            "subs r0, r0, #4\n"
            "ble 4f\n"
            "str r0, [r7, #52]\n"
            "cmp r0, #4\n"
            "ble 3f\n"
            "movs r0, #4\n"
            "3:\n"
            "ldr r1, [r7, #20]\n"
            "muls r1, r0, r1\n"
            "adds r2, r2, r1\n"
            "ldr r1, [r7, #56]\n"
            "muls r1, r0, r1\n"
            "adds r3, r3, r1\n"
            "str r2, [r7, #48]\n"
            "str r3, [r7, #24]\n"
            "b 1b\n"
            "4:\n" // the next row of outputs
            "ldr r0, [r7, #60]\n"
            "str r0, [r7, #52]\n"
            "ldr r0, [r7, #64]\n"
            "adds r2, r2, r0\n"
            "str r2, [r7, #48]\n"
            "ldr r0, [r7, #68]\n"
            "adds r3, r3, r0\n"
            "str r3, [r7, #24]\n"
            "ldr r0, [r7, #72]\n"
            "subs r0, r0, #1\n"
            "str r0, [r7, #72]\n"
            "beq 5f\n"
            "b 1b\n" // too far for a bne
            "5:\n"
            "pop {r0-r3}\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r4-r7, pc}\n");
}

#undef TM_MULTIPLY_ONE
#undef TM_NEXT_CODE

// Computes and writes a quick channel of a band, of any kind.
__attribute__((noinline)) static void tm_finish_any_quickly(const tm_convolution *c,
                                                            const tm_band *band,
                                                            const tm_channel *channel,
                                                            int8_t *output)
{
    int32_t pitch = 2 * band->pitch;
    tm_lines lines = tm_lines_of(c, band);
    int32_t step = lines.output_step, width = lines.length;
    int32_t last = width < 4 ? width - 1 : 3; // of a group
    tm_any job;
    job.back = -2 * band->width;
    job.filter = channel->filter + band->width;
    job.filter_bytes = 2 * TM_FILTER_STRIDE(band->width);
    job.filter_end = job.filter + c->filter.height * TM_FILTER_STRIDE(band->width);
    job.input_bytes = c->window.dilation_y * pitch;
    job.input_step = width == 1 ? 0 : lines.input_step;
    job.bias = channel->bias;
    job.low = channel->multiplier & 0xFFFF;
    job.high = channel->multiplier >> 16;
    job.bits = channel->bits;
    job.half_and_zero = channel->half_and_zero;
    job.inputs = channel->rows + band->width;
    job.output = output + last * step;
    job.left = job.width = width;
    job.output_step = step;
    job.row_bytes = lines.next_inputs - (width - 1 - last) * job.input_step;
    job.row_outputs = lines.next_outputs - (width - 1 - last) * step;
    job.count = lines.count;
    for (int32_t i = 0; i < 3; i++)
        job.steps[i] = i < last ? step : 0;
    TM_READ(&job, channel);
    tm_multiply_any(&job);
    TM_CALLED;
}
