// FULLY_CONNECTED: every output is a weighted sum of all inputs.
// input [B, ..., K] in any shape, weights [N, K], bias [N] or none, output [B, ..., N].

#include "rows.h"
#include "rows_vector.h"
#include "tm_convolution.h"

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

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    layer f;
    tm_status status = describe(m, op, &f);
    if (status != TM_OK)
        return status;
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
    const int8_t *weights;
    const int32_t *bias;
    const float *scales; // of the weights: one, or one an output
    bool per_output;
    float input_scale, output_scale;
    tm_factor factor;
    int32_t inputs;       // in a row of weights
    int32_t input_offset; // - the input's zero point
    int32_t weights_zero_point, output_zero_point;
    tm_range range;
} quantized;

// Weights quantized as a whole may have a zero point, z. What it changes is the same for every
// output: sum((w - z) × x) = sum(w × x) - z × sum(x). Returns the second part.
static uint32_t weights_offset(const quantized *q, const int8_t *input)
{
    uint32_t sum = 0;
    for (int32_t i = 0; q->weights_zero_point != 0 && i < q->inputs; i++)
        sum -= (uint32_t)(input[i] + q->input_offset) * (uint32_t)q->weights_zero_point;
    return sum;
}

// Computes outputs [n, n + rows). start: what their sums begin with, besides a bias.
static void finish_rows(const quantized *q, const int8_t *input, uint32_t start, int32_t n,
                        int32_t rows, int8_t *output)
{
    uint32_t sums[TM_ROWS + 1];
    const int8_t *weights = q->weights + (int64_t)n * q->inputs;
    for (int32_t row = 0; row < rows; row++)
        sums[row] = start + (q->bias == NULL ? 0 : (uint32_t)q->bias[n + row]);
    if (rows == TM_ROWS)
        tm_multiply_rows(weights, q->inputs, input, q->input_offset, sums);
    else
        tm_multiply_any_rows(weights, rows, q->inputs, input, q->input_offset, sums);
    tm_factor factor = q->factor;
    for (int32_t row = 0; row < rows; row++) {
        if (q->per_output)
            factor = tm_factor_of(q->input_scale, q->scales[n + row], q->output_scale);
        output[n + row] = tm_code((int32_t)sums[row], factor, q->output_zero_point, q->range);
    }
}

static void invoke_int8(tm_interpreter *m, const layer *f)
{
    uint32_t count;
    quantized q = {.weights = tm_data(m, f->weights),
                   .bias = tm_data(m, f->bias),
                   .scales = tm_scales(m, f->weights, &count),
                   .input_scale = tm_scale(m, f->input),
                   .output_scale = tm_scale(m, f->output),
                   .inputs = f->inputs,
                   .input_offset = -tm_zero_point(m, f->input),
                   .output_zero_point = tm_zero_point(m, f->output),
                   .range = tm_activation_range(m, f->output, f->activation)};
    q.per_output = count > 1;
    q.weights_zero_point = q.per_output ? 0 : tm_zero_point(m, f->weights);
    q.factor = tm_factor_of(q.input_scale, q.scales[0], q.output_scale);
    const int8_t *input = tm_data(m, f->input);
    int8_t *output = tm_data(m, f->output);
    int32_t rows = f->outputs < TM_ROWS ? f->outputs : TM_ROWS;
    for (int32_t batch = 0; batch < f->batches; batch++) {
        uint32_t start = weights_offset(&q, input);
        // The last rows start early enough to be as many; some are computed twice then.
        for (int32_t n = 0; n < f->outputs; n += rows)
            finish_rows(&q, input, start, n + rows > f->outputs ? f->outputs - rows : n, rows,
                        output);
        input += f->inputs;
        output += f->outputs;
    }
}

// A fully-connected layer of floats is a convolution of pictures of one pixel.
static void invoke_float(tm_interpreter *m, const layer *f)
{
    tm_convolution c = {.input_tensor = f->input,
                        .filter_tensor = f->weights,
                        .bias_tensor = f->bias,
                        .output_tensor = f->output,
                        .input = {f->batches, 1, 1, f->inputs},
                        .filter = {f->outputs, 1, 1, f->inputs},
                        .output = {f->batches, 1, 1, f->outputs},
                        .window = {1, 1, 1, 1, 0, 0},
                        .activation = f->activation};
    tm_convolve_float(m, &c, false);
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    layer f;
    describe(m, op, &f);
    if (tm_is_float(f.input))
        invoke_float(m, &f);
    else if (!tm_connect_in_vectors(m, f.input, f.weights, f.bias, f.output, f.activation))
        invoke_int8(m, &f);
}

const tm_kernel tm_fully_connected = {9, 14, prepare, invoke, 1, 0};
