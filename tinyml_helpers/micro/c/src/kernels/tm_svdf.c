// SVDF: a dense layer over time, split into two small ones ("singular value decomposition filter").
// Each filter first weighs the features of this moment, then its results of the last moments, which
// the layer keeps in its state; `rank` filters add up to one unit.
//
//     newest[filter] = sum over features of in × weights_feature
//     out[unit] = bias + sum over its filters, over time, of state × weights_time
//
// Source: Nakkiran and others, "Compressing Deep Neural Networks using a Rank-Constrained
// Topology", Interspeech 2015.

#include "rows.h"
#include "tm_requantize.h"

typedef struct {
    int32_t batch, features, filters, memory, units, rank;
} sizes;

static bool has_shape(tm_interpreter *m, const tm_tensor *tensor, int32_t rows, int64_t columns)
{
    return tensor->rank == 2 && tm_dims(m, tensor)[0] == rows && tm_dims(m, tensor)[1] == columns;
}

static bool has_type(const tm_tensor *tensor, uint8_t type)
{
    return tensor == NULL || tensor->type == type;
}

static int32_t rank_of(tm_interpreter *m, const tm_operator *op)
{
    return tm_field_i32(m, op->options, 0, 0);
}

static int32_t activation_of(tm_interpreter *m, const tm_operator *op)
{
    return tm_field_i8(m, op->options, 1, TM_NO_ACTIVATION);
}

// Needs tensors of rank 2, and a rank of filters of at least 1.
static sizes sizes_of(tm_interpreter *m, const tm_operator *op)
{
    const int32_t *in = tm_dims(m, tm_input(m, op, 0));
    const int32_t *weights_time = tm_dims(m, tm_input(m, op, 2));
    int32_t rank = rank_of(m, op);
    sizes s = {in[0], in[1], weights_time[0], weights_time[1], weights_time[0] / rank, rank};
    return s;
}

// in [batch, features], weights_feature [filters, features], weights_time [filters, memory],
// bias [units] or none, state [batch, filters × memory]; out [batch, units]
static bool fits_together(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *bias = tm_input(m, op, 3);
    if (tm_input(m, op, 0)->rank != 2 || tm_input(m, op, 2)->rank != 2 || rank_of(m, op) < 1)
        return false;
    sizes s = sizes_of(m, op);
    return s.filters % s.rank == 0 && has_shape(m, tm_input(m, op, 1), s.filters, s.features) &&
           (bias == NULL || (bias->rank == 1 && tm_dims(m, bias)[0] == s.units)) &&
           has_shape(m, tm_input(m, op, 4), s.batch, (int64_t)s.filters * s.memory) &&
           has_shape(m, tm_output(m, op, 0), s.batch, s.units);
}

static tm_status prepare_float(tm_interpreter *m, tm_operator *op)
{
    for (uint32_t i = 1; i < 5; i++)
        if (!has_type(tm_input(m, op, i), TM_FLOAT32))
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    int32_t activation = activation_of(m, op);
    if (activation < TM_NO_ACTIVATION || activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_UNKNOWN_ACTIVATION);
    return TM_OK;
}

static tm_status prepare_int8(tm_interpreter *m, tm_operator *op)
{
    uint8_t state_type = tm_input(m, op, 4)->type;
    if (!has_type(tm_input(m, op, 1), TM_INT8) || !has_type(tm_input(m, op, 2), state_type) ||
        !has_type(tm_input(m, op, 3), TM_INT32) ||
        (state_type != TM_INT8 && state_type != TM_INT16))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    for (uint32_t i = 0; i < 5; i++)
        if (i != 3 && !tm_is_quantized(m, tm_input(m, op, i)))
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_NO_QUANTIZATION);
    if (!tm_is_quantized(m, tm_output(m, op, 0)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_NO_QUANTIZATION);
    return TM_OK;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    bool complete = op->input_count == 5 && op->output_count == 1;
    for (uint32_t i = 0; i < 5; i++)
        complete = complete && (i == 3 || tm_input(m, op, i) != NULL);
    if (!complete)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_SVDF_TENSORS);
    if (!fits_together(m, op))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_SVDF_SHAPES);
    if (tm_input(m, op, 4)->place != TM_VARIABLE)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_SVDF_STATE);
    uint8_t type = tm_input(m, op, 0)->type;
    if (tm_output(m, op, 0)->type != type || (type != TM_INT8 && type != TM_FLOAT32))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    return type == TM_INT8 ? prepare_int8(m, op) : prepare_float(m, op);
}

// Moves the state by one moment into the past. The newest moment of each filter keeps a value of
// its neighbour, until it is written.
static void age(void *state, uint32_t count, uint32_t element_bytes)
{
    if (element_bytes == sizeof(int16_t)) {
        int16_t *to = state;
        for (uint32_t i = 1; i < count; i++)
            to[i - 1] = to[i];
        return;
    }
    uint8_t *to = state;
    for (uint32_t i = element_bytes; i < count * element_bytes; i++)
        to[i - element_bytes] = to[i];
}

static const int32_t no_bias[TM_ROWS] = {0, 0, 0, 0};

// Computes the newest moment of the state from the input. Here and below, sums wrap around if they
// get too large, as int32 does.
static void remember_codes(tm_interpreter *m, const tm_operator *op, sizes s)
{
    const tm_tensor *input = tm_input(m, op, 0);
    const tm_tensor *filter = tm_input(m, op, 1);
    const tm_tensor *state_tensor = tm_input(m, op, 4);
    const int8_t *in = tm_data(m, input);
    const int8_t *weights_feature = tm_data(m, filter);
    void *state = tm_data(m, state_tensor);
    int32_t zero_state = tm_zero_point(m, state_tensor);
    bool is_short = state_tensor->type == TM_INT16;
    tm_factor factor =
        tm_factor_of(tm_scale(m, input), tm_scale(m, filter), tm_scale(m, state_tensor));
    int32_t newest = s.memory - 1;
    for (int32_t batch = 0; batch < s.batch; batch++) {
        for (int32_t first = 0, rows; first < s.filters; first += rows) {
            rows = s.filters - first < TM_MOST_ROWS ? s.filters - first : TM_MOST_ROWS;
            uint32_t sums[TM_MOST_ROWS];
            tm_rows r = {.weights = weights_feature + first * s.features,
                         .length = s.features,
                         .inputs = in + batch * s.features,
                         .offset = -(uint32_t)tm_zero_point(m, input),
                         .bias = no_bias,
                         .sums = sums};
            if (rows >= TM_ROWS)
                rows &= ~(TM_ROWS - 1);
            r.left = rows;
            if (rows >= TM_ROWS)
                tm_multiply_rows(&r);
            else
                tm_multiply_any_rows(&r);
            for (int32_t row = 0; row < rows; row++, newest += s.memory) {
                int32_t code = tm_requantize((int32_t)sums[row], factor);
                // TensorFlow Lite Micro adds the zero point after cutting: in int8 it may wrap
                // around.
                if (is_short)
                    ((int16_t *)state)[newest] = (int16_t)tm_clamp(code, INT16_MIN, INT16_MAX);
                else
                    ((int8_t *)state)[newest] =
                        (int8_t)(tm_clamp(code, INT8_MIN, INT8_MAX) + zero_state);
            }
        }
    }
}

// Returns the sum of weights times the past, both int16, or both int8; the past around a zero point.
static uint32_t weigh(const void *weights, const void *past, int32_t from, int32_t state_from,
                      int32_t count, bool is_short, int32_t zero)
{
    uint32_t sum = 0;
    if (is_short) {
        const int16_t *w = (const int16_t *)weights + from, *x = (const int16_t *)past + state_from;
        for (int32_t i = 0; i < count; i++)
            sum += (uint32_t)(w[i] * (x[i] - zero));
    } else {
        const int8_t *w = (const int8_t *)weights + from, *x = (const int8_t *)past + state_from;
        for (int32_t i = 0; i < count; i++)
            sum += (uint32_t)(w[i] * (x[i] - zero));
    }
    return sum;
}

// Computes the output from the state. A fused activation is not applied: TensorFlow Lite Micro
// leaves it to the range of the output.
static void combine_codes(tm_interpreter *m, const tm_operator *op, sizes s)
{
    const tm_tensor *filter = tm_input(m, op, 2);
    const tm_tensor *state_tensor = tm_input(m, op, 4);
    const tm_tensor *output = tm_output(m, op, 0);
    const void *weights_time = tm_data(m, filter);
    const int32_t *bias = tm_data(m, tm_input(m, op, 3));
    const void *state = tm_data(m, state_tensor);
    int8_t *out = tm_data(m, output);
    int32_t zero_state = tm_zero_point(m, state_tensor);
    uint32_t zero_out = (uint32_t)tm_zero_point(m, output);
    bool is_short = state_tensor->type == TM_INT16;
    tm_factor factor =
        tm_factor_of(tm_scale(m, state_tensor), tm_scale(m, filter), tm_scale(m, output));
    int32_t count = s.rank * s.memory; // weights of a unit, whose filters follow each other
    for (int32_t row = 0; row < s.batch * s.units; row++) {
        int32_t unit = row % s.units;
        uint32_t sum = bias == NULL ? 0 : (uint32_t)bias[unit];
        sum += weigh(weights_time, state, unit * count, row * count, count, is_short, zero_state);
        uint32_t code = (uint32_t)tm_requantize((int32_t)sum, factor) + zero_out;
        out[row] = (int8_t)tm_clamp((int32_t)code, INT8_MIN, INT8_MAX);
    }
}

// The same as remember_codes for float32.
static void remember_floats(tm_interpreter *m, const tm_operator *op, sizes s)
{
    const float *in = tm_data(m, tm_input(m, op, 0));
    const float *weights_feature = tm_data(m, tm_input(m, op, 1));
    float *state = tm_data(m, tm_input(m, op, 4));
    for (int32_t row = 0; row < s.batch * s.filters; row++) {
        const float *x = in + row / s.filters * s.features;
        const float *weights = weights_feature + row % s.filters * s.features;
        float sum = 0.0f;
        for (int32_t i = 0; i < s.features; i++)
            sum += weights[i] * x[i];
        state[row * s.memory + s.memory - 1] = sum;
    }
}

// The same as combine_codes for float32, where the activation is applied.
static void combine_floats(tm_interpreter *m, const tm_operator *op, sizes s)
{
    const float *weights_time = tm_data(m, tm_input(m, op, 2));
    const float *bias = tm_data(m, tm_input(m, op, 3));
    const float *state = tm_data(m, tm_input(m, op, 4));
    float *out = tm_data(m, tm_output(m, op, 0));
    int32_t activation = activation_of(m, op);
    tm_float_range range = tm_float_activation_range(activation);
    for (int32_t row = 0; row < s.batch * s.units; row++) {
        float sum = bias == NULL ? 0.0f : bias[row % s.units];
        for (int32_t k = 0; k < s.rank; k++) {
            const float *weights = weights_time + (row % s.units * s.rank + k) * s.memory;
            const float *past = state + (row * s.rank + k) * s.memory;
            float filter = 0.0f;
            for (int32_t i = 0; i < s.memory; i++)
                filter += weights[i] * past[i];
            sum += filter;
        }
        if (activation != TM_NO_ACTIVATION) {
            sum = sum < range.highest ? sum : range.highest;
            sum = sum > range.lowest ? sum : range.lowest;
        }
        out[row] = sum;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *state = tm_input(m, op, 4);
    sizes s = sizes_of(m, op);
    uint32_t element_bytes = tm_type_bytes(state->type);
    age(tm_data(m, state), state->bytes / element_bytes, element_bytes);
    if (state->type == TM_FLOAT32) {
        remember_floats(m, op, s);
        combine_floats(m, op, s);
    } else {
        remember_codes(m, op, s);
        combine_codes(m, op, s);
    }
}

const tm_kernel tm_svdf = {27, 4, prepare, invoke, 1, 0};
