// filter_rows_any_m4.h: see filter_rows_m4.h. The loop for any filter.

// What tm_multiply_any does: its registers s4 to s15, and more. It makes `group` outputs at a time:
// four that are neighbours, or one, of a row of less than four.
typedef struct {
    const int16_t *filter;
    int32_t filter_bytes; // of a row of the filter
    const int16_t *filter_end;
    int32_t skip_bytes; // from behind the inputs under a row of the filter to those under the next
    int32_t input_step, output_step; // from an output to the next; 0 if one is made at a time
    int32_t group;
    const int16_t *inputs; // of the group's first output
    int8_t *output;
    int32_t width;                       // of a row of outputs
    int32_t input_stride, output_stride; // the steps, but never 0
    int32_t row_bytes;                   // from the inputs of a row's last group to the next row's
    int32_t row_outputs;                 // from its outputs there
    int32_t count;                       // rows of outputs
} tm_any;

#define TM_HIGH(sum) "add r6, r5, " sum ", asr #31\n" "smmlar " sum ", " sum ", r4, r6\n"
#define TM_NARROW(sum) "asr " sum ", " sum ", r4\n" "ssat " sum ", #8, " sum "\n"

// r0: inputs. r1, r3: from there to those of the second and the fourth output. r2: the filter.
// lr: the end of its row. r8 to r11: sums. r4 to r7, r12: for many things.
__attribute__((naked, noinline)) static void tm_multiply_any(
    tm_any *job __attribute__((unused)), const tm_channel *channel __attribute__((unused)))
{
    __asm__("push {r0, r4-r11, lr}\n"
            "vldmia r0, {s4-s15}\n"
            "vldmia r1, {s0-s3}\n"
            "1:\n"
            "vmov r0, s11\n"
            "vmov r2, s4\n"
            "vmov lr, s5\n"
            "vmov r1, s8\n"
            "add lr, lr, r2\n"
            "add r3, r1, r1, lsl #1\n"
            "vmov r8, s0\n"
            "mov r9, r8\n"
            "mov r10, r8\n"
            "mov r11, r8\n"
            "2:\n"
            "ldr r12, [r2], #4\n"
            "ldr r5, [r0, r1]\n"
            "ldr r6, [r0, r1, lsl #1]\n"
            "ldr r7, [r0, r3]\n"
            "ldr r4, [r0], #4\n"
            "cmp r2, lr\n"
            "smlad r9, r12, r5, r9\n"
            "smlad r10, r12, r6, r10\n"
            "smlad r11, r12, r7, r11\n"
            "smlad r8, r12, r4, r8\n"
            "bne 2b\n"
            "vmov r4, s7\n" // the filter's next row
            "vmov r5, s5\n"
            "vmov r6, s6\n"
            "add r0, r0, r4\n"
            "add lr, lr, r5\n"
            "cmp r2, r6\n"
            "bne 2b\n"
            "vmov r4, s1\n"
            "vmov r5, s2\n"
            TM_HIGH("r8") TM_HIGH("r9") TM_HIGH("r10") TM_HIGH("r11")
            "vmov r4, s3\n"
            TM_NARROW("r8") TM_NARROW("r9") TM_NARROW("r10") TM_NARROW("r11")
            "vmov r5, s9\n"
            "vmov r4, s12\n"
            "add r6, r5, r5, lsl #1\n"
            "strb r10, [r4, r5, lsl #1]\n"
            "strb r11, [r4, r6]\n"
            "strb r9, [r4, r5]\n"
            "strb r8, [r4]\n"
            "vmov r6, s13\n" // the next group, which may begin with outputs of this one
            "vmov r7, s10\n"
            "vmov r0, s11\n"
            "subs r6, r6, r7\n"
            "ble 3f\n"
            "vmov s13, r6\n"
            "cmp r6, r7\n"
            "it gt\n"
            "movgt r6, r7\n"
            "vmov r7, s14\n"
            "mla r0, r6, r7, r0\n"
            "vmov s11, r0\n"
            "vmov r7, s15\n"
            "mla r4, r6, r7, r4\n"
            "vmov s12, r4\n"
            "b 1b\n"
            "3:\n" // the next row of outputs
            "ldr r7, [sp]\n"
            "ldr r6, [r7, #36]\n"
            "vmov s13, r6\n"
            "ldrd r5, r6, [r7, #48]\n"
            "add r0, r0, r5\n"
            "vmov s11, r0\n"
            "add r4, r4, r6\n"
            "vmov s12, r4\n"
            "ldr r6, [r7, #56]\n"
            "subs r6, r6, #1\n"
            "str r6, [r7, #56]\n"
            "bne 1b\n"
            "pop {r0, r4-r11, pc}\n");
}

#undef TM_HIGH
#undef TM_NARROW

__attribute__((noinline)) static void tm_finish_any_quickly(const tm_convolution *c,
                                                            const tm_band *band,
                                                            const tm_channel *channels,
                                                            int32_t count)
{
    int32_t row = TM_FILTER_STRIDE(band->width), pitch = 2 * band->pitch;
    tm_lines lines = tm_lines_of(c, band);
    int32_t group = lines.length < 4 ? 1 : 4, left = lines.length - group;
    tm_any job = {.filter_bytes = 2 * row,
                  .skip_bytes = c->window.dilation_y * pitch - 2 * row,
                  .input_step = group == 1 ? 0 : lines.input_step,
                  .output_step = group == 1 ? 0 : lines.output_step,
                  .group = group,
                  .width = lines.length,
                  .input_stride = lines.input_step,
                  .output_stride = lines.output_step,
                  .row_bytes = lines.next_inputs - left * lines.input_step,
                  .row_outputs = lines.next_outputs - left * lines.output_step};
    for (int32_t n = 0; n < count; n++)
        if (channels[n].manner == TM_QUICKLY) {
            job.filter = channels[n].filter;
            job.filter_end = job.filter + c->filter.height * row;
            job.inputs = channels[n].rows;
            job.output = band->output + n;
            job.count = lines.count;
            TM_READ(&job, &channels[n]);
            tm_multiply_any(&job, &channels[n]);
            TM_CALLED;
        }
}
