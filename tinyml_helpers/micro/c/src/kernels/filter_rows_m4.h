// filter_rows_m4.h: see filter_rows_dsp.h. Its loops in assembly, for the Cortex-M4F: with all
// fourteen registers in use, what else a loop needs is in the floating-point registers, which are
// nearer than memory.

#define TM_QUICK_ROWS
#define TM_PACK_THREE
#define TM_TIMES 2 // so that SMMLAR finds sums that are doubled already

// Registers s4 to s14 of tm_multiply_three. Outputs are made four at a time, two by two. Where
// the second of a row isn't wanted it is written first, to the place of the first one, and so it
// is with the second row.
typedef struct {
    int32_t pitch; // bytes from row to row
    int8_t *output;
    int32_t second, last_second; // from the first output of a row to the second; of the last two
    int32_t below;               // from the first row of outputs to the second
    int32_t step;                // from two outputs to the next two
    const int16_t *end;          // of the first row of inputs
    int32_t row_bytes;           // from there to the end of the row of the next outputs
    int32_t skip_bytes;          // from `end` to the start of that row
    int32_t skip_outputs;        // from behind the last two to the next two rows of outputs
    int32_t count;               // times two rows of outputs
} tm_three;

// A row of inputs in r12 and lr (and r9 where windows move by 2), on to the next.
#define TM_NEAR_ROW "ldrd r12, lr, [r0]\n" "add r0, r0, r1\n"
#define TM_FAR_ROW "ldr r12, [r0]\n" "ldr lr, [r0, #4]\n" "ldr r9, [r0, #8]\n" "add r0, r0, r1\n"
// A filter's row with them: sums of two neighbours, of which `right` starts as `bias`.
#define TM_NEAR(left, right, bias, f01, f12)       \
    "smlad " left ", r12, " f01 ", " bias "\n"     \
    "smlatb " right ", r12, " f01 ", " right "\n"  \
    "smlabt " left ", lr, " f12 ", " left "\n"     \
    "smlad " right ", lr, " f12 ", " right "\n"
#define TM_FAR(left, right, bias, f01, half, f2)   \
    "smlad " left ", r12, " f01 ", " bias "\n"     \
    "smlad " right ", lr, " f01 ", " right "\n"    \
    "smlab" half " " left ", lr, " f2 ", " left "\n" \
    "smlab" half " " right ", r9, " f2 ", " right "\n"

// r12: multiplier. r1: half and zero. Changes lr.
#define TM_HIGH(sum) "add lr, r1, " sum ", asr #31\n" "smmlar " sum ", " sum ", r12, lr\n"
#define TM_NARROW(sum) "asr " sum ", " sum ", r12\n" "ssat " sum ", #8, " sum "\n"

// r0: inputs. r1: pitch. r4 to r9: the filter. r10, r11: the sums of a row of outputs; r2, r3: of
// the next. r12, lr: for many things.
__attribute__((naked, noinline)) static void tm_multiply_three(
    const tm_three *job __attribute__((unused)), const tm_channel *channel __attribute__((unused)),
    int32_t first __attribute__((unused)), bool far __attribute__((unused)))
{
    __asm__(".balign 4\n" // ADR counts from a whole word; GCC aligns functions to half of one
            "push {r4-r11, lr}\n"
            "vldmia r0, {s4-s14}\n"
            "vldmia r1!, {s0-s3}\n"
            "ldrd r12, r0, [r1]\n"
            "add r0, r0, r2, lsl #1\n"
            "ldmia r12, {r4-r9}\n"
            "vmov r1, s4\n"
            "cmp r3, #0\n"
            "ite eq\n"
            "adreq r3, 1f\n"
            "adrne r3, 2f\n"
            "add r3, r3, #1\n" // so that BX stays with Thumb
            "vmov s15, r3\n"
            "bx r3\n"
            "1:\n"
            "vmov r11, s0\n"
            "vmov r3, s0\n"
            TM_NEAR_ROW TM_NEAR("r10", "r11", "r11", "r4", "r5")
            TM_NEAR_ROW TM_NEAR("r10", "r11", "r10", "r6", "r7")
            TM_NEAR("r2", "r3", "r3", "r4", "r5")
            TM_NEAR_ROW TM_NEAR("r10", "r11", "r10", "r8", "r9")
            TM_NEAR("r2", "r3", "r2", "r6", "r7")
            "ldrd r12, lr, [r0], #4\n" TM_NEAR("r2", "r3", "r2", "r8", "r9")
            "sub r0, r0, r1, lsl #1\n"
            "sub r0, r0, r1\n"
            "b 3f\n"
            "2:\n"
            "vmov r11, s0\n"
            "vmov r3, s0\n"
            TM_FAR_ROW TM_FAR("r10", "r11", "r11", "r4", "b", "r5")
            TM_FAR_ROW TM_FAR("r10", "r11", "r10", "r6", "t", "r5")
            TM_FAR_ROW TM_FAR("r10", "r11", "r10", "r8", "b", "r7")
            TM_FAR("r2", "r3", "r3", "r4", "b", "r5")
            TM_FAR_ROW TM_FAR("r2", "r3", "r2", "r6", "t", "r5")
            TM_FAR_ROW TM_FAR("r2", "r3", "r2", "r8", "b", "r7")
            "sub r0, r0, r1, lsl #2\n"
            "sub r0, r0, r1\n"
            "add r0, r0, #8\n"
            "3:\n"
            "vmov r12, s1\n"
            "vmov r1, s2\n"
            TM_HIGH("r10") TM_HIGH("r11") TM_HIGH("r2") TM_HIGH("r3")
            "vmov r12, s3\n"
            TM_NARROW("r10") TM_NARROW("r11") TM_NARROW("r2") TM_NARROW("r3")
            "vmov r1, s8\n"
            "vmov r12, s5\n"
            "add r1, r1, r12\n"
            "vmov lr, s10\n"
            "cmp r0, lr\n"
            "vmov lr, s6\n"
            "it eq\n"
            "vmoveq lr, s7\n"
            "strb r3, [r1, lr]\n"
            "strb r2, [r1]\n"
            "strb r11, [r12, lr]\n"
            "strb r10, [r12]\n"
            "vmov r1, s9\n"
            "add r12, r12, r1\n"
            "vmov s5, r12\n"
            "vmov r1, s4\n"
            "vmov lr, s15\n"
            "it ne\n"
            "bxne lr\n"
            "vmov r3, s13\n" // the next two rows of outputs
            "add r12, r12, r3\n"
            "vmov s5, r12\n"
            "vmov r3, s11\n"
            "vmov r12, s10\n"
            "add r12, r12, r3\n"
            "vmov s10, r12\n"
            "vmov r3, s12\n"
            "add r0, r0, r3\n"
            "vmov r3, s14\n"
            "subs r3, r3, #1\n"
            "vmov s14, r3\n"
            "it ne\n"
            "bxne lr\n"
            "pop {r4-r11, pc}\n");
}

#undef TM_NEAR_ROW
#undef TM_FAR_ROW
#undef TM_NEAR
#undef TM_FAR
#undef TM_HIGH
#undef TM_NARROW

// Packs a filter for which tm_is_three. Of each row there are (f0, f1) and (f1, f2) or, for windows
// that move by 2, (f0, f1) and a half: (f2, f2 of the next row).
static inline void tm_pack_three(const tm_convolution *c, const int8_t *weights, int32_t times,
                                 int16_t *to)
{
    int32_t step = c->filter.channels;
    bool far = c->window.stride_x == 2;
    for (int32_t fy = 0; fy < 3; fy++, to += 4, weights += 3 * step) {
        int16_t last = (int16_t)(times * weights[2 * step]);
        to[0] = (int16_t)(times * weights[0]);
        to[1] = (int16_t)(times * weights[step]);
        if (far)
            to[fy == 0 ? 2 : -fy] = last;
        else
            to[2] = to[1], to[3] = last;
    }
}

// Computes and writes `count` output rows from row `y` on, by twos; for which tm_is_three.
static void tm_finish_threes(const tm_convolution *c, const tm_band *band,
                             const tm_channel *channels, int32_t group, int32_t y, int32_t count)
{
    int32_t step = c->output.channels, width = c->output.width, stride = c->window.stride_x;
    int32_t pitch = 2 * band->pitch, below = width * step, pairs = (width + 1) / 2;
    int32_t first = y * stride * band->pitch;
    tm_three job = {.pitch = pitch,
                    .second = step,
                    .last_second = (width & 1) != 0 ? 0 : step,
                    .below = count == 1 ? 0 : below,
                    .step = 2 * step,
                    .row_bytes = 2 * stride * pitch,
                    .skip_bytes = 2 * stride * pitch - 4 * stride * pairs,
                    .skip_outputs = 2 * below - 2 * step * pairs,
                    .count = (count + 1) / 2};
    for (int32_t n = 0; n < group; n++)
        if (channels[n].manner == TM_QUICKLY) {
            job.output = band->output + y * below + n;
            job.end = channels[n].rows + first + 2 * stride * pairs;
            TM_READ(&job, &channels[n]);
            tm_multiply_three(&job, &channels[n], first, stride == 2);
            TM_CALLED;
        }
}

#include "filter_rows_any_m4.h"

// Computes and writes what the quick channels of a group give.
static inline void tm_finish_quickly(const tm_convolution *c, const tm_band *band,
                                     const tm_channel *channels, int32_t count)
{
    if (!tm_is_three(c)) {
        tm_finish_any_quickly(c, band, channels, count);
        return;
    }
    int32_t even = band->count & ~1;
    if (even > 0)
        tm_finish_threes(c, band, channels, count, 0, even);
    if (even < band->count)
        tm_finish_threes(c, band, channels, count, even, 1);
}
