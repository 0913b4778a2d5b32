// RESIZE_BILINEAR: a picture made larger or smaller; each pixel is a weighted mean of the four that
// lie around its place on the input. int8 codes keep their scale and zero point.
//
// Places on the input are kept in steps of 1/1024 for int8 and in single precision for float32, and
// rounded as TensorFlow Lite does it (reference/resize_bilinear).
#include "tm_requantize.h"
#include "tm_walk.h"

enum { RESIZE_BILINEAR = 23 };

#define ONE 1024

// A place on the input: between two rows (columns), so far behind the first. `share` is in steps of
// 1/1024 or, in `part`, a number.
typedef struct {
    int32_t first, second, share;
    float part;
} between;

// Which rows (columns) of the input those of the output are made of.
typedef struct {
    int32_t from, to; // how many there are
    bool ends;        // whether the first and the last of both lie on each other
    bool centers;     // whether places are of pixels' centers, not of their corners
} axis;

// Returns the input's rows to one of the output, in steps of 1/1024.
static int32_t step_of(axis a)
{
    int32_t from = a.ends ? a.from - 1 : a.from, to = a.ends ? a.to - 1 : a.to;
    return (int32_t)(((int64_t)ONE * from + to / 2) / to);
}

static int64_t place_of(axis a, int32_t i)
{
    int32_t step = step_of(a);
    return (int64_t)i * step + (a.centers ? step / 2 - ONE / 2 : 0);
}

// Whether the last place lies on the input, and places fit 31 bits: rounding the step can lead
// farther.
static bool stays_inside(axis a)
{
    int64_t last = place_of(a, a.to - 1);
    return a.from <= INT32_MAX / ONE && last <= INT32_MAX - ONE && last / ONE < a.from;
}

static axis axis_of(tm_interpreter *m, const tm_operator *op, int32_t from, int32_t to)
{
    bool ends = tm_field_i8(m, op->options, 2, 0) != 0;
    axis a = {from, to, ends && to > 1, tm_field_i8(m, op->options, 3, 0) != 0};
    return a;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *size = tm_input(m, op, 1);
    const tm_tensor *out = tm_output(m, op, 0);
    if (in == NULL || size == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || (in->type != TM_INT8 && !tm_is_float(in)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    if (!tm_is_constant_i32(m, size, 2))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_RESIZE_SIZE);
    const int32_t *sizes = tm_data(m, size);
    tm_nhwc from = tm_nhwc_of(m, in), to = tm_nhwc_of(m, out);
    if (in->rank != 4 || out->rank != 4 || from.batch != to.batch ||
        from.channels != to.channels || to.height != sizes[0] || to.width != sizes[1])
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (tm_field_i8(m, op->options, 2, 0) != 0 && tm_field_i8(m, op->options, 3, 0) != 0)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_RESIZE_CENTERS);
    if (in->type == TM_INT8 && (!stays_inside(axis_of(m, op, from.height, to.height)) ||
                                !stays_inside(axis_of(m, op, from.width, to.width))))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_RESIZE_BEYOND);
    if (in->type == TM_INT8 && (tm_scale(m, in) != tm_scale(m, out) ||
                                tm_zero_point(m, in) != tm_zero_point(m, out)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_ONE_QUANTIZATION);
    return TM_OK;
}

static between find_codes(axis a, int32_t i)
{
    int32_t place = (int32_t)place_of(a, i);
    between b = {tm_clamp(place / ONE, 0, a.from - 1),
                 tm_clamp((place + ONE - 1) / ONE, 0, a.from - 1), 0, 0.0f};
    b.share = place - b.first * ONE;
    return b;
}

static between find_floats(axis a, int32_t i)
{
    float step = a.ends ? (float)(a.from - 1) / (float)(a.to - 1) : (float)a.from / (float)a.to;
    float place = a.centers ? ((float)i + 0.5f) * step - 0.5f : (float)i * step;
    int32_t whole = (int32_t)place; // towards 0, and below 0 that is the first
    int32_t up = whole + ((float)whole < place);
    between b = {tm_clamp(whole, 0, a.from - 1), tm_clamp(up, 0, a.from - 1), 0, 0.0f};
    b.part = place - (float)b.first;
    return b;
}

// The four pixels around a place: at the first row and column, at the second row, at the second
// column, and at both.
typedef struct {
    int32_t here, below, right, across;
} corners;

static void mix_codes(const int8_t *in, corners at, between y, between x, int32_t channels,
                      int8_t *out)
{
    int32_t across = y.share * x.share;
    int32_t below = y.share * (ONE - x.share), right = (ONE - y.share) * x.share;
    int32_t here = (ONE - y.share) * (ONE - x.share);
    for (int32_t c = 0; c < channels; c++) {
        int32_t sum = in[at.here + c] * here + in[at.below + c] * below + in[at.right + c] * right +
                      in[at.across + c] * across;
        // Rounded to nearest, ties away from zero.
        out[c] = (int8_t)((sum + (sum > 0 ? ONE * ONE / 2 : -(ONE * ONE / 2))) / (ONE * ONE));
    }
}

static void mix_floats(const float *in, corners at, between y, between x, int32_t channels,
                       float *out)
{
    for (int32_t c = 0; c < channels; c++)
        out[c] = in[at.here + c] * (1.0f - y.part) * (1.0f - x.part) +
                 in[at.below + c] * y.part * (1.0f - x.part) +
                 in[at.right + c] * (1.0f - y.part) * x.part + in[at.across + c] * y.part * x.part;
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    tm_nhwc from = tm_nhwc_of(m, in), to = tm_nhwc_of(m, out); // [B, H, W, C]
    axis rows = axis_of(m, op, from.height, to.height);
    axis columns = axis_of(m, op, from.width, to.width);
    bool is_float = tm_is_float(in);
    int32_t place = 0;
    for (int32_t b = 0; b < to.batch; b++)
        for (int32_t i = 0; i < to.height; i++) {
            between y = is_float ? find_floats(rows, i) : find_codes(rows, i);
            int32_t first = (b * from.height + y.first) * from.width;
            int32_t second = (b * from.height + y.second) * from.width;
            for (int32_t j = 0; j < to.width; j++, place += to.channels) {
                between x = is_float ? find_floats(columns, j) : find_codes(columns, j);
                corners at = {(first + x.first) * from.channels, (second + x.first) * from.channels,
                              (first + x.second) * from.channels,
                              (second + x.second) * from.channels};
                if (is_float)
                    mix_floats(tm_data(m, in), at, y, x, to.channels,
                               (float *)tm_data(m, out) + place);
                else
                    mix_codes(tm_data(m, in), at, y, x, to.channels,
                              (int8_t *)tm_data(m, out) + place);
            }
        }
}

const tm_kernel tm_resize_bilinear = {RESIZE_BILINEAR, 4, prepare, invoke, 1, 2};
