// UNIDIRECTIONAL_SEQUENCE_LSTM: a layer with a memory, run over all steps of a sequence.
// input [B, T, I] (or [T, B, I]), output [B, T, S]; S units, each with a cell and with four gates:
//
//     gate = activate(weights × input + recurrent weights × last output + bias)
//     cell = forget gate × cell + input gate × cell gate
//     output = output gate × tanh(cell)
//
// Of int8 or int16: gates and cells are of int16; what goes into a gate's activation has a scale of
// 2^-12, what comes out one of 2^-15. All steps are rounded as TensorFlow Lite Micro rounds them.
#include "tm_convolution_int16.h"
#include "tm_squashing_int16.h"
#include "tm_walk.h"

enum { UNIDIRECTIONAL_SEQUENCE_LSTM = 44, TANH = 4 };

// Places of inputs. The gates are in the order input, forget, cell, output.
enum { WEIGHTS = 1, RECURRENT = 5, PEEPHOLES = 9, BIASES = 12, PROJECTION = 16, OUTPUT_STATE = 18,
       CELL_STATE = 19, NORMALIZATION = 20, INPUTS = 24 };
enum { INPUT_GATE, FORGET_GATE, CELL_GATE, OUTPUT_GATE, GATES };

typedef struct {
    int32_t batches, steps, inputs, units;
    bool time_first; // whether input and output are [T, B, ..]
} sizes;

static sizes sizes_of(tm_interpreter *m, const tm_operator *op)
{
    const int32_t *in = tm_dims(m, tm_input(m, op, 0));
    bool time_first = tm_field_i8(m, op->options, 3, 0) != 0;
    sizes s = {in[time_first], in[!time_first], in[2], tm_dims(m, tm_output(m, op, 0))[2],
               time_first};
    return s;
}

// A layer's constants, but the weights.
typedef struct {
    tm_factor input[GATES], recurrent[GATES]; // to a scale of 2^-12
    tm_factor keep, renew, out;               // of products of gates
    int32_t zero_in, zero_out;
    int32_t cell_up, cell_down; // cell × 3 × 2^cell_up / 2^cell_down are in steps of 1/12288
    int32_t clip;               // of cells; 0 for none
} constants;

static constants constants_of(tm_interpreter *m, const tm_operator *op)
{
    const float unit = 1.0f / 32768, finer = 1.0f / 4096;
    const tm_tensor *in = tm_input(m, op, 0), *state = tm_input(m, op, OUTPUT_STATE);
    float cell = tm_scale(m, tm_input(m, op, CELL_STATE));
    constants c;
    memset(&c, 0, sizeof c);
    for (uint32_t gate = 0; gate < GATES; gate++) {
        c.input[gate] = tm_factor_of(tm_scale(m, in), tm_scale(m, tm_input(m, op, WEIGHTS + gate)),
                                     finer);
        c.recurrent[gate] = tm_factor_of(
            tm_scale(m, state), tm_scale(m, tm_input(m, op, RECURRENT + gate)), finer);
    }
    c.keep = tm_factor_of(unit, cell, cell);
    c.renew = tm_factor_of(unit, unit, cell);
    c.out = tm_factor_of(unit, unit, tm_scale(m, state));
    c.zero_in = tm_zero_point(m, in);
    c.zero_out = tm_zero_point(m, state);
    for (float power = cell; power > finer; power *= 0.5f)
        c.cell_up++;
    for (float power = cell; power < finer; power *= 2.0f)
        c.cell_down++;
    float clip = tm_field_f32(m, op->options, 1, 0.0f) / cell;
    c.clip = clip < 32767.0f ? (int32_t)clip : 32767;
    return c;
}

// Whether a tensor is one of int8 weights [rows, columns].
static bool are_weights(tm_interpreter *m, const tm_tensor *w, int32_t rows, int32_t columns)
{
    return w != NULL && w->type == TM_INT8 && w->rank == 2 && tm_dims(m, w)[0] == rows &&
           tm_dims(m, w)[1] == columns && tm_is_quantized(m, w) && tm_zero_point(m, w) == 0;
}

static bool has(tm_interpreter *m, const tm_operator *op, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++)
        if (tm_input(m, op, i) != NULL)
            return true;
    return false;
}

static tm_status check_states(tm_interpreter *m, tm_operator *op, sizes s)
{
    const tm_tensor *state = tm_input(m, op, OUTPUT_STATE), *cells = tm_input(m, op, CELL_STATE);
    if (state == NULL || cells == NULL || state->type != tm_input(m, op, 0)->type ||
        cells->type != TM_INT16 || tm_elements(m, state) != s.batches * s.units ||
        tm_elements(m, cells) != s.batches * s.units)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    uint32_t bits;
    float scale = tm_scale(m, cells);
    memcpy(&bits, &scale, sizeof bits);
    // The scale is a power of two, of 2^-24 to 2^-1.
    if (state->place != TM_VARIABLE || cells->place != TM_VARIABLE || !tm_is_quantized(m, state) ||
        !tm_is_quantized(m, cells) || (bits & 0x7FFFFF) != 0 || scale < 5.9604645e-8f ||
        scale > 0.5f)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_LSTM_STATE);
    const tm_tensor *out = tm_output(m, op, 0);
    if (!tm_is_quantized(m, out) || tm_scale(m, out) != tm_scale(m, state) ||
        tm_zero_point(m, out) != tm_zero_point(m, state))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_ONE_QUANTIZATION);
    return TM_OK;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    if (in == NULL || op->input_count != INPUTS)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (in->type != out->type || (in->type != TM_INT8 && !tm_is_int16(in)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (in->rank != 3 || out->rank != 3 || !tm_same_but(m, in, out, 2))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    if (has(m, op, PEEPHOLES, 3) || has(m, op, PROJECTION, 2) || has(m, op, NORMALIZATION, 4))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_LSTM_KIND);
    sizes s = sizes_of(m, op);
    for (uint32_t gate = 0; gate < GATES; gate++) {
        const tm_tensor *bias = tm_input(m, op, BIASES + gate);
        if (!are_weights(m, tm_input(m, op, WEIGHTS + gate), s.units, s.inputs) ||
            !are_weights(m, tm_input(m, op, RECURRENT + gate), s.units, s.units))
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_WEIGHTS);
        if (bias == NULL)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_LSTM_KIND);
        if (bias->type != (tm_is_int16(in) ? TM_INT64 : TM_INT32) ||
            tm_elements(m, bias) != s.units)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_WEIGHTS);
    }
    if (!tm_is_quantized(m, in))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_NO_QUANTIZATION);
    if (tm_field_i8(m, op->options, 0, TM_NO_ACTIVATION) != TANH)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_ACTIVATION);
    if (!(tm_field_f32(m, op->options, 1, 0.0f) >= 0.0f))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_DAMAGED_OPTIONS);
    tm_status status = check_states(m, op, s);
    if (status != TM_OK || !tm_is_int16(in))
        return status;
    constants c = constants_of(m, op);
    for (uint32_t gate = 0; gate < GATES; gate++)
        if (c.input[gate].shift > TM_MOST_SHIFT || c.recurrent[gate].shift > TM_MOST_SHIFT)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    return TM_OK;
}

static int32_t cut(int32_t x)
{
    return tm_clamp(x, INT16_MIN, INT16_MAX);
}

// Returns the rescaled sum of one unit's `count` products, and of a bias.
static int32_t sum_codes(const int8_t *in, int32_t zero, const int8_t *weights, int32_t count,
                         int32_t bias, tm_factor factor)
{
    uint32_t sum = (uint32_t)bias;
    for (int32_t i = 0; i < count; i++)
        sum += (uint32_t)((in[i] - zero) * weights[i]);
    return cut(tm_requantize((int32_t)sum, factor));
}

static int32_t sum_int16(const int16_t *in, const int8_t *weights, int32_t count, int64_t bias,
                         tm_factor factor)
{
    uint64_t sum = (uint64_t)tm_dot_int16(in, weights, count) + (uint64_t)bias;
    return cut(tm_requantize_wide((int64_t)sum, factor));
}

// Where an operator's tensors are, at one step of one sequence.
typedef struct {
    const void *in, *state; // [inputs], [units]
    int16_t *cells;         // [units]
    void *out;              // [units]
} place;

// Returns what goes into a gate of one unit, in steps of 2^-12.
static int32_t gate_input(tm_interpreter *m, const tm_operator *op, const constants *c, sizes s,
                          place at, uint32_t gate, int32_t unit)
{
    const int8_t *weights = tm_data(m, tm_input(m, op, WEIGHTS + gate));
    const int8_t *recurrent = tm_data(m, tm_input(m, op, RECURRENT + gate));
    int64_t bias = tm_wide_bias(m, tm_input(m, op, BIASES + gate), unit);
    weights += unit * s.inputs;
    recurrent += unit * s.units;
    if (tm_is_int16(tm_output(m, op, 0)))
        return cut(sum_int16(at.in, weights, s.inputs, bias, c->input[gate]) +
                   sum_int16(at.state, recurrent, s.units, 0, c->recurrent[gate]));
    return cut(sum_codes(at.in, c->zero_in, weights, s.inputs, (int32_t)bias, c->input[gate]) +
               sum_codes(at.state, c->zero_out, recurrent, s.units, 0, c->recurrent[gate]));
}

static void finish_step(tm_interpreter *m, const tm_operator *op, const constants *c, sizes s,
                        place at)
{
    for (int32_t i = 0; i < s.units; i++) {
        // 2^-12 are 3 / 12288.
        int32_t forget = tm_logistic_int16(3 * gate_input(m, op, c, s, at, FORGET_GATE, i));
        int32_t input = tm_logistic_int16(3 * gate_input(m, op, c, s, at, INPUT_GATE, i));
        int32_t fresh = tm_tanh_int16(3 * gate_input(m, op, c, s, at, CELL_GATE, i));
        int32_t output = tm_logistic_int16(3 * gate_input(m, op, c, s, at, OUTPUT_GATE, i));
        int32_t cell = cut(cut(tm_requantize(forget * at.cells[i], c->keep)) +
                           cut(tm_requantize(input * fresh, c->renew)));
        if (c->clip > 0)
            cell = tm_clamp(cell, -c->clip, c->clip);
        at.cells[i] = (int16_t)cell;
        int32_t half = c->cell_down > 0 ? 1 << (c->cell_down - 1) : 0;
        int32_t x = (cell * 3 * (1 << c->cell_up) + half) >> c->cell_down;
        uint32_t code = (uint32_t)tm_requantize(output * tm_tanh_int16(x), c->out) +
                        (uint32_t)c->zero_out;
        if (tm_is_int16(tm_output(m, op, 0)))
            ((int16_t *)at.out)[i] = (int16_t)cut((int32_t)code);
        else
            ((int8_t *)at.out)[i] = (int8_t)tm_clamp((int32_t)code, INT8_MIN, INT8_MAX);
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *in = tm_input(m, op, 0), *out = tm_output(m, op, 0);
    sizes s = sizes_of(m, op);
    constants c = constants_of(m, op);
    uint32_t bytes = tm_type_bytes(in->type);
    uint32_t in_bytes = (uint32_t)s.inputs * bytes, out_bytes = (uint32_t)s.units * bytes;
    for (int32_t b = 0; b < s.batches; b++) {
        uint8_t *state = tm_data(m, tm_input(m, op, OUTPUT_STATE));
        state += (uint32_t)b * out_bytes;
        for (int32_t t = 0; t < s.steps; t++) {
            uint32_t row = (uint32_t)(s.time_first ? t * s.batches + b : b * s.steps + t);
            place at = {(const uint8_t *)tm_data(m, in) + row * in_bytes, state,
                        (int16_t *)tm_data(m, tm_input(m, op, CELL_STATE)) + b * s.units,
                        (uint8_t *)tm_data(m, out) + row * out_bytes};
            finish_step(m, op, &c, s, at);
            memcpy(state, at.out, out_bytes); // all units have read the last one by now
        }
    }
}

const tm_kernel tm_unidirectional_sequence_lstm = {
    UNIDIRECTIONAL_SEQUENCE_LSTM, 4, prepare, invoke, 1, 0};
