// filter_rows_dsp.h: see filter_rows.h. For processors with the DSP extension.
//
// Two neighbours of a row are one word, and SMLAD multiplies both by two neighbours of the filter.
// The filter's rows end with a zero if they are odd, so that whole words do; the rows of inputs
// have a number to spare.
#include "tm_dsp.h"

static inline uint32_t tm_add_row(const int16_t *row, const int16_t *filter, int32_t width,
                                  int32_t dilation, uint32_t sum)
{
    const int16_t *end = filter + width;
    if (dilation == 1) {
        for (; filter < end; row += 2, filter += 2)
            sum = tm_smlad(tm_load(row), tm_load(filter), sum);
        return sum;
    }
    for (; filter < end; row += dilation)
        sum += (uint32_t)(*row * *filter++);
    return sum;
}

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FP)
#define TM_THREE_ROWS

// What tm_multiply_three reads: the usual filter, 3 by 3, on three rows. Outputs are made in pairs,
// at neighbouring places; `second` is how far the second lies behind the first. Where it isn't
// wanted that is 0, and the first is written over it.
struct tm_three {
    const int16_t *rows[3];
    uint32_t filter[6]; // of each row (f0, f1) and (f1, f2), times 2
    // From here on in the floating-point registers s0 to s12, which are nearer than memory.
    int32_t bias; // times 2
    int32_t multiplier, half_and_zero, bits;
    int8_t *output;
    int32_t second, last_second; // of the last pair of a row
    int32_t step;                // from a pair to the next
    const int16_t *end;          // of the first row
    int32_t row_bytes;           // from the first row to that of the next outputs
    int32_t skip_bytes;          // from `end` there
    int32_t skip_outputs;        // from behind the last pair to the next row of outputs
    int32_t count;               // rows of outputs
};

// A filter's row with four inputs, r3 and r12: sums of both outputs in r10 and r11.
#define TM_MULTIPLY_ROW(row, left, right)    \
    "ldrd r3, r12, [" row "], #4\n"          \
    "smlad r10, r3, " left ", r10\n"         \
    "smlatb r11, r3, " left ", r11\n"        \
    "smlabt r10, r12, " right ", r10\n"      \
    "smlad r11, r12, " right ", r11\n"

// r0 to r2: the rows. r4 to r9: the filter. r3, r12, lr: for many things.
__attribute__((naked, noinline)) static void tm_multiply_three(
    const tm_three *job __attribute__((unused)))
{
    __asm__("push {r4-r11, lr}\n"
            "mov lr, r0\n"
            "ldmia lr!, {r0-r2, r4-r9}\n"
            "vldmia lr, {s0-s12}\n"
            "1:\n"
            "vmov r10, s0\n"
            "vmov r11, s0\n"
            TM_MULTIPLY_ROW("r0", "r4", "r5")
            TM_MULTIPLY_ROW("r1", "r6", "r7")
            TM_MULTIPLY_ROW("r2", "r8", "r9")
            "vmov r3, s1\n"  // tm_quick_code, of sums that are doubled already
            "vmov r12, s2\n"
            "add lr, r12, r11, asr #31\n"
            "smmlar r11, r11, r3, lr\n"
            "add r12, r12, r10, asr #31\n"
            "smmlar r10, r10, r3, r12\n"
            "vmov r3, s3\n"
            "asr r11, r11, r3\n"
            "ssat r11, #8, r11\n"
            "asr r10, r10, r3\n"
            "ssat r10, #8, r10\n"
            "vmov r3, s8\n"
            "cmp r0, r3\n"
            "vmov r12, s4\n"
            "vmov lr, s5\n"
            "it eq\n"
            "vmoveq lr, s6\n"
            "strb r11, [r12, lr]\n"
            "strb r10, [r12]\n"
            "vmov r3, s7\n"
            "add r12, r12, r3\n"
            "vmov s4, r12\n"
            "bne 1b\n"
            "vmov r3, s11\n" // the next row of outputs
            "add r12, r12, r3\n"
            "vmov s4, r12\n"
            "vmov r3, s9\n"
            "vmov r12, s8\n"
            "add r12, r12, r3\n"
            "vmov s8, r12\n"
            "vmov r3, s10\n"
            "add r0, r0, r3\n"
            "add r1, r1, r3\n"
            "add r2, r2, r3\n"
            "vmov r3, s12\n"
            "subs r3, r3, #1\n"
            "vmov s12, r3\n"
            "bne 1b\n"
            "pop {r4-r11, pc}\n");
}

#undef TM_MULTIPLY_ROW

// Computes and writes a band for which tm_is_three.
__attribute__((noinline)) static void tm_finish_three(const tm_convolution *c, const tm_band *band)
{
    int32_t step = c->output.channels, width = c->output.width;
    bool apart = c->window.stride_x == 2;
    tm_three *job = band->job;
    int32_t pairs = apart ? width : (width + 1) / 2;
    for (int32_t fy = 0; fy < 3; fy++) {
        const int16_t *f = band->filter + 4 * fy;
        job->rows[fy] = band->rows + fy * c->window.dilation_y * band->stride;
        job->filter[2 * fy] = tm_pair(2 * f[0], 2 * f[1]);
        job->filter[2 * fy + 1] = tm_pair(2 * f[1], 2 * f[2]);
    }
    job->bias = 2 * band->bias;
    job->multiplier = band->factor.multiplier;
    job->half_and_zero = band->half_and_zero;
    job->bits = -band->factor.shift;
    job->output = band->output;
    job->second = apart ? 0 : step;
    job->last_second = apart || (width & 1) != 0 ? 0 : step;
    job->step = apart ? step : 2 * step;
    job->end = band->rows + 2 * pairs;
    job->row_bytes = 2 * c->window.stride_y * band->stride;
    job->skip_bytes = job->row_bytes - 4 * pairs;
    job->skip_outputs = width * step - pairs * job->step;
    job->count = band->count;
    tm_multiply_three(job);
}

#endif
