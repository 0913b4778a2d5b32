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
    int32_t step = c->output.channels, width = c->output.width, stride = 2 * band->stride;
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
    int32_t pitch = 2 * band->stride, step = c->output.channels, width = c->output.width;
    int32_t last = width < 4 ? width - 1 : 3; // of a group
    tm_any job;
    job.back = -2 * band->width;
    job.filter = channel->filter + band->width;
    job.filter_bytes = 2 * TM_FILTER_STRIDE(band->width);
    job.filter_end = job.filter + c->filter.height * TM_FILTER_STRIDE(band->width);
    job.input_bytes = c->window.dilation_y * pitch;
    job.input_step = width == 1 ? 0 : 2 * c->window.stride_x;
    job.bias = channel->bias;
    job.low = channel->multiplier & 0xFFFF;
    job.high = channel->multiplier >> 16;
    job.bits = channel->bits;
    job.half_and_zero = channel->half_and_zero;
    job.inputs = channel->rows + band->width;
    job.output = output + last * step;
    job.left = job.width = width;
    job.output_step = step;
    job.row_bytes = c->window.stride_y * pitch - (width - 1 - last) * job.input_step;
    job.row_outputs = (last + 1) * step;
    job.count = band->count;
    for (int32_t i = 0; i < 3; i++)
        job.steps[i] = i < last ? step : 0;
    TM_READ(&job, channel);
    tm_multiply_any(&job);
    TM_CALLED;
}

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
