// filter_rows_m0.h: see filter_rows.h. For the Cortex-M0+.
#include "codes_m0.h"

static inline uint32_t tm_add_row(const int16_t *row, const int16_t *filter, int32_t width,
                                  uint32_t sum)
{
    for (const int16_t *end = filter + width; filter < end;)
        sum += (uint32_t)(*row++ * *filter++);
    return sum;
}

#define TM_COPY_FOUR

static inline bool tm_can_copy_four(const int8_t *from, int32_t step, int32_t channels)
{
    return channels == 4 && (((uintptr_t)from | (uint32_t)step) & 3) == 0;
}

// Copies inputs of four channels that are neighbours, plus `offset`, to their rows, which are
// `apart` numbers apart: `count` inputs of each, which are `step` apart.
__attribute__((noinline)) static void tm_copy_four(const int8_t *from, int32_t step, int16_t *to,
                                                   int32_t apart, int32_t count, int32_t offset)
{
    for (const int16_t *end = to + count; to < end; to++, from += step) {
        int32_t four = *(const int32_t *)(const void *)from;
        int16_t *one = to;
        *one = (int16_t)((int8_t)four + offset);
        one += apart;
        *one = (int16_t)((int8_t)(four >> 8) + offset);
        one += apart;
        *one = (int16_t)((int8_t)(four >> 16) + offset);
        one += apart;
        *one = (int16_t)((four >> 24) + offset);
    }
}

#define TM_QUICK_ROWS

// What tm_multiply_three copies to its stack: the usual filter, 3 by 3. Outputs are made in pairs,
// at neighbouring places; `second` is how far the second lies behind the first, 0 if it isn't
// wanted.
typedef struct {
    int32_t bias, low, high, bits; // low and high half of the multiplier
    int32_t half_and_zero;
    int8_t *output;
    int32_t second, last_second; // of the last pair of a row
    int32_t step;                // from a pair to the next
    const int16_t *end;          // of the first row
    int32_t row_bytes;           // from the first row to that of the next outputs
    int32_t skip_bytes;          // from `end` there
    int32_t skip_outputs;        // from behind the last pair to the next row of outputs
    int32_t count;               // rows of outputs
    int32_t down;                // bytes from a row to the next under the filter
    int32_t up;                  // bytes from the third row to the first, two inputs on
    int32_t filter[9];           // the last four in r8 to r11
    const int16_t *row;
} tm_three;

// A filter's row with four inputs. r7: where they are. r0, r1: the sums of both outputs. r2 to r5:
// the inputs. r6: a weight, brought by f0, f1 and f2.
#define TM_MULTIPLY_ROW(f0, f1, f2)            \
    "ldr r3, [r7]\n"                           \
    "ldr r5, [r7, #4]\n"                       \
    "sxth r2, r3\n"                            \
    "asrs r3, r3, #16\n"                       \
    "sxth r4, r5\n"                            \
    "asrs r5, r5, #16\n"                       \
    f0 "muls r2, r6, r2\n" "adds r0, r0, r2\n" \
    "movs r2, r3\n"                            \
    "muls r2, r6, r2\n" "adds r1, r1, r2\n"    \
    f1 "muls r3, r6, r3\n" "adds r0, r0, r3\n" \
    "movs r2, r4\n"                            \
    "muls r2, r6, r2\n" "adds r1, r1, r2\n"    \
    f2 "muls r4, r6, r4\n" "adds r0, r0, r4\n" \
    "muls r5, r6, r5\n" "adds r1, r1, r5\n"
#define TM_DOWN "ldr r6, [sp, #56]\n" "adds r7, r7, r6\n"

// On the stack: job, the second sum, its output, r8 to r11.
__attribute__((naked, noinline)) static void tm_multiply_three(
    const tm_three *job __attribute__((unused)))
{
    __asm__(".syntax unified\n" // GCC takes the older one for this processor
            "push {r4-r7, lr}\n"
            "mov r4, r8\n"
            "mov r5, r9\n"
            "mov r6, r10\n"
            "mov r7, r11\n"
            "push {r4-r7}\n"
            "sub sp, sp, #112\n"
            "mov r1, sp\n"
            "movs r2, #13\n"
            "1:\n"
            "ldmia r0!, {r4, r5}\n"
            "stmia r1!, {r4, r5}\n"
            "subs r2, r2, #1\n"
            "bne 1b\n"
            TM_CODE_START
            "ldr r0, [sp, #16]\n"
            "mov lr, r0\n"
            "ldr r0, [sp, #84]\n"
            "mov r8, r0\n"
            "ldr r0, [sp, #88]\n"
            "mov r9, r0\n"
            "ldr r0, [sp, #92]\n"
            "mov r10, r0\n"
            "ldr r0, [sp, #96]\n"
            "mov r11, r0\n"
            "ldr r7, [sp, #100]\n"
            "2:\n"
            "ldr r0, [sp]\n"
            "movs r1, r0\n"
            TM_MULTIPLY_ROW("ldr r6, [sp, #64]\n", "ldr r6, [sp, #68]\n", "ldr r6, [sp, #72]\n")
            TM_DOWN
            TM_MULTIPLY_ROW("ldr r6, [sp, #76]\n", "ldr r6, [sp, #80]\n", "mov r6, r8\n")
            TM_DOWN
            TM_MULTIPLY_ROW("mov r6, r9\n", "mov r6, r10\n", "mov r6, r11\n")
            "ldr r6, [sp, #60]\n"
            "adds r7, r7, r6\n"
            "str r1, [sp, #104]\n"
            "ldr r4, [sp, #4]\n"
            "ldr r5, [sp, #8]\n"
            "ldr r6, [sp, #12]\n"
            TM_CODE
            "ldr r2, [sp, #20]\n"
            "ldr r1, [sp, #32]\n"
            "strb r3, [r2]\n"
            "adds r1, r1, r2\n"
            "str r1, [sp, #20]\n"
            "ldr r1, [sp, #24]\n"
            "ldr r0, [sp, #36]\n"
            "cmp r7, r0\n"
            "bne 3f\n"
            "ldr r1, [sp, #28]\n"
            "3:\n"
            "cmp r1, #0\n"
            "beq 4f\n"
            "adds r2, r2, r1\n"
            "str r2, [sp, #108]\n"
            "ldr r0, [sp, #104]\n"
            TM_CODE
            "ldr r2, [sp, #108]\n"
            "strb r3, [r2]\n"
            "4:\n"
            "ldr r0, [sp, #36]\n"
            "cmp r7, r0\n"
            "beq 5f\n"
            "b 2b\n" // too far for a bne
            "5:\n"
            "ldr r1, [sp, #40]\n" // the next row of outputs
            "adds r0, r0, r1\n"
            "str r0, [sp, #36]\n"
            "ldr r1, [sp, #44]\n"
            "adds r7, r7, r1\n"
            "ldr r0, [sp, #20]\n"
            "ldr r1, [sp, #48]\n"
            "adds r0, r0, r1\n"
            "str r0, [sp, #20]\n"
            "ldr r0, [sp, #52]\n"
            "subs r0, r0, #1\n"
            "str r0, [sp, #52]\n"
            "beq 6f\n"
            "b 2b\n"
            "6:\n"
            "add sp, sp, #112\n"
            "pop {r4-r7}\n"
            "mov r8, r4\n"
            "mov r9, r5\n"
            "mov r10, r6\n"
            "mov r11, r7\n"
            "pop {r4-r7, pc}\n");
}

#undef TM_MULTIPLY_ROW
#undef TM_DOWN

// Computes and writes a quick channel of a band for which tm_is_three, of windows moved by 1.
__attribute__((noinline)) static void tm_finish_three(const tm_convolution *c, const tm_band *band,
                                                      const tm_channel *channel, int8_t *output)
{
    int32_t step = c->output.channels, width = c->output.width, stride = 2 * band->pitch;
    int32_t pairs = (width + 1) / 2;
    tm_three job;
    const int16_t *from = channel->filter;
    for (int32_t *to = job.filter; to < job.filter + 9; from += 4, to += 3) {
        to[0] = from[0];
        to[1] = from[1];
        to[2] = from[2];
    }
    job.bias = channel->bias;
    job.low = channel->multiplier & 0xFFFF;
    job.high = channel->multiplier >> 16;
    job.bits = channel->bits;
    job.half_and_zero = channel->half_and_zero;
    job.output = output;
    job.second = step;
    job.last_second = (width & 1) != 0 ? 0 : step;
    job.step = 2 * step;
    job.row = channel->rows;
    job.end = job.row + 2 * pairs;
    job.row_bytes = stride;
    job.skip_bytes = job.row_bytes - 4 * pairs;
    job.skip_outputs = width * step - pairs * job.step;
    job.count = band->count;
    job.down = stride;
    job.up = 4 - 2 * stride;
    TM_READ(&job, channel);
    tm_multiply_three(&job);
    TM_CALLED;
}

#include "filter_rows_any_m0.h"

// Computes and writes what the quick channels of a group give.
static inline void tm_finish_quickly(const tm_convolution *c, const tm_band *band,
                                     const tm_channel *channels, int32_t count)
{
    for (int32_t n = 0; n < count; n++)
        if (channels[n].manner == TM_QUICKLY) {
            if (tm_is_three(c) && c->window.stride_x == 1)
                tm_finish_three(c, band, &channels[n], band->output + n);
            else
                tm_finish_any_quickly(c, band, &channels[n], band->output + n);
        }
}
