// FULLY_CONNECTED: every output is a weighted sum of all inputs.
// input [B, ..., K] in any shape, weights [N, K], bias [N] or none, output [B, ..., N].

#include "rows.h"
#include "rows_vector.h"
#include "tm_convolution_int16.h"
#include "tm_row_codes.h"

// An operator's tensors and sizes.
typedef struct {
    const tm_tensor *input, *weights, *bias, *output;
    int32_t batches, inputs, outputs;
    int32_t activation;
} layer;

static tm_status describe(tm_interpreter *m, const tm_operator *op, layer *f)
{
    f->input = tm_input(m, op, 0);
    f->weights = tm_input(m, op, 1);
    f->bias = tm_input(m, op, 2);
    f->output = tm_output(m, op, 0);
    f->activation = tm_field_i8(m, op->options, 0, TM_NO_ACTIVATION);
    if (f->input == NULL || f->weights == NULL || f->weights->rank != 2)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_LACKS_TENSOR);
    f->outputs = tm_dims(m, f->weights)[0];
    f->inputs = tm_dims(m, f->weights)[1];
    f->batches = tm_elements(m, f->input) / f->inputs;
    int64_t outputs = (int64_t)f->batches * f->outputs;
    if (tm_elements(m, f->input) % f->inputs != 0 || tm_elements(m, f->output) != outputs)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

// A fully-connected layer is a convolution of pictures of one pixel: those of floats and of int16 are
// computed so.
static tm_convolution as_convolution(const layer *f)
{
    tm_convolution c = {.input_tensor = f->input,
                        .filter_tensor = f->weights,
                        .bias_tensor = f->bias,
                        .output_tensor = f->output,
                        .input = {f->batches, 1, 1, f->inputs},
                        .filter = {f->outputs, 1, 1, f->inputs},
                        .output = {f->batches, 1, 1, f->outputs},
                        .groups = 1,
                        .window = {1, 1, 1, 1, 0, 0},
                        .activation = f->activation};
    return c;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    layer f;
    tm_status status = describe(m, op, &f);
    if (status != TM_OK)
        return status;
    if (tm_is_int16(f.input) && tm_field_i8(m, op->options, 1, 0) == 0) {
        tm_convolution c = as_convolution(&f);
        status = tm_check_convolution_types(m, op, &c, f.outputs, 0);
        return status == TM_OK ? tm_prepare_int16(m, op, &c, false) : status;
    }
    bool is_float = tm_is_float(f.input);
    if ((f.input->type != TM_INT8 && !is_float) || f.weights->type != f.input->type ||
        f.output->type != f.input->type || tm_field_i8(m, op->options, 1, 0) != 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_INT8_OR_FLOAT32);
    if (f.bias != NULL && (f.bias->type != (is_float ? TM_FLOAT32 : TM_INT32) ||
                           tm_elements(m, f.bias) != f.outputs))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_WEIGHTS);
    if (f.activation < TM_NO_ACTIVATION || f.activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_UNKNOWN_ACTIVATION);
    if (is_float)
        return TM_OK;
    uint32_t scales;
    tm_scales(m, f.weights, &scales);
    if (!tm_is_quantized(m, f.input) || !tm_is_quantized(m, f.output) || scales == 0 ||
        (scales != 1 && scales != (uint32_t)f.outputs) ||
        (scales != 1 && tm_quantized_dimension(m, f.weights) != 0))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_QUANTIZATION);
    return TM_OK;
}

// What computing int8 outputs takes.
typedef struct {
    tm_codes codes;
    const int8_t *weights;
    const int32_t *bias;
    const uint32_t *scales;    // of the weights, their bits: one, or one an output
    int32_t scale_step;        // 0 or 1
    int32_t length;            // of a row of weights: the inputs
    int32_t offset;            // - the input's zero point
    int32_t weights_zero_point;
} quantized;

static const int32_t no_bias[TM_ROWS] = {0, 0, 0, 0};

// Weights quantized as a whole may have a zero point, z. What it changes is the same for every
// output: sum((w - z) × x) = sum(w × x) - z × sum(x). Adds the second part to sums.
static void add_weights_offset(const quantized *q, const int8_t *input, uint32_t *sums,
                               int32_t rows)
{
    uint32_t offset = 0;
    for (int32_t i = 0; i < q->length; i++)
        offset -= (uint32_t)(input[i] + q->offset) * (uint32_t)q->weights_zero_point;
    for (int32_t row = 0; row < rows; row++)
        sums[row] += offset;
}

// Computes outputs [n, n + rows).
static void finish_rows(const quantized *q, const int8_t *input, int32_t n, int32_t rows,
                        int8_t *output)
{
    uint32_t sums[TM_MOST_ROWS];
    tm_rows r = {.weights = q->weights + (int64_t)n * q->length,
                 .length = q->length,
                 .inputs = input,
                 .offset = (uint32_t)q->offset,
                 .bias = no_bias,
                 .sums = sums,
                 .left = rows};
    if (q->bias != NULL) {
        r.bias = q->bias + n;
        r.bias_step = sizeof no_bias;
    }
    if (rows >= TM_ROWS)
        tm_multiply_rows(&r);
    else
        tm_multiply_any_rows(&r);
    if (q->weights_zero_point != 0)
        add_weights_offset(q, input, sums, rows);
    tm_write_codes(&q->codes, sums, q->scales + n * q->scale_step, q->scale_step, rows,
                   output + n);
}

static void invoke_int8(tm_interpreter *m, const layer *f)
{
    uint32_t count;
    quantized q = {.codes = {.input_scale = tm_scale(m, f->input),
                             .output_scale = tm_scale(m, f->output),
                             .zero_point = tm_zero_point(m, f->output),
                             .range = tm_activation_range(m, f->output, f->activation)},
                   .weights = tm_data(m, f->weights),
                   .bias = tm_data(m, f->bias),
                   .scales = (const uint32_t *)(const void *)tm_scales(m, f->weights, &count),
                   .length = f->inputs,
                   .offset = -tm_zero_point(m, f->input)};
    tm_find_ratio(&q.codes);
    q.scale_step = count > 1;
    q.weights_zero_point = count > 1 ? 0 : tm_zero_point(m, f->weights);
    const int8_t *input = tm_data(m, f->input);
    int8_t *output = tm_data(m, f->output);
    for (int32_t batch = 0; batch < f->batches; batch++) {
        for (int32_t n = 0, rows; n < f->outputs; n += rows) {
            rows = f->outputs - n < TM_MOST_ROWS ? f->outputs - n : TM_MOST_ROWS;
            if (rows >= TM_ROWS) {
                rows &= ~(TM_ROWS - 1);
            } else if (f->outputs >= TM_ROWS) { // some are computed twice then
                rows = TM_ROWS;
                n = f->outputs - TM_ROWS;
            }
            finish_rows(&q, input, n, rows, output);
        }
        input += f->inputs;
        output += f->outputs;
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    layer f;
    describe(m, op, &f);
    if (!tm_is_float(f.input) && !tm_is_int16(f.input)) {
        if (!tm_connect_in_vectors(m, f.input, f.weights, f.bias, f.output, f.activation))
            invoke_int8(m, &f);
        return;
    }
    tm_convolution c = as_convolution(&f);
    if (tm_is_float(f.input))
        tm_convolve_float(m, &c, false);
    else
        tm_convolve_int16(m, op, &c, false);
}

const tm_kernel tm_fully_connected = {9, 14, prepare, invoke, 1, 0};
