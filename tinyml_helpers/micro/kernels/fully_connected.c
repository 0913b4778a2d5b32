// FULLY_CONNECTED: every output is a weighted sum of all inputs.
// input [B, ..., K] in any shape, weights [N, K], bias [N] or none, output [B, ..., N].

#include "../requantize.h"
#include "rows.h"

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
        return tm_refuse(m, op, TM_MALFORMED, "needs an input and weights of rank 2");
    f->outputs = tm_dims(m, f->weights)[0];
    f->inputs = tm_dims(m, f->weights)[1];
    f->batches = tm_elements(m, f->input) / f->inputs;
    int64_t outputs = (int64_t)f->batches * f->outputs;
    if (tm_elements(m, f->input) % f->inputs != 0 || tm_elements(m, f->output) != outputs)
        return tm_refuse(m, op, TM_MALFORMED, "has an output of another shape than it computes");
    return TM_OK;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    layer f;
    tm_status status = describe(m, op, &f);
    if (status != TM_OK)
        return status;
    bool is_float = f.input->type == TM_FLOAT32;
    if ((f.input->type != TM_INT8 && !is_float) || f.weights->type != f.input->type ||
        f.output->type != f.input->type || tm_field_i8(m, op->options, 1, 0) != 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, "needs int8 or float32 tensors, in plain order");
    if (f.bias != NULL && (f.bias->type != (is_float ? TM_FLOAT32 : TM_INT32) ||
                           tm_elements(m, f.bias) != f.outputs))
        return tm_refuse(m, op, TM_UNSUPPORTED, "needs a bias of one number an output");
    if (f.activation < TM_NO_ACTIVATION || f.activation > TM_RELU6)
        return tm_refuse(m, op, TM_UNSUPPORTED, "has an unknown activation");
    if (is_float)
        return TM_OK;
    uint32_t scales;
    tm_scales(m, f.weights, &scales);
    if (!tm_is_quantized(m, f.input) || !tm_is_quantized(m, f.output) || scales == 0 ||
        (scales != 1 && scales != (uint32_t)f.outputs) ||
        (scales != 1 && tm_quantized_dimension(m, f.weights) != 0))
        return tm_refuse(m, op, TM_MALFORMED, "has tensors without fitting scales or zero points");
    return TM_OK;
}

// Weights quantized as a whole may have a zero point, z. What it changes is the same for every
// output: sum((w - z) × x) = sum(w × x) - z × sum(x). Returns the second part.
static uint32_t weights_offset(tm_interpreter *m, const layer *f, const int8_t *input,
                               int32_t input_offset)
{
    uint32_t sum = 0;
    int32_t zero_point = tm_zero_point(m, f->weights);
    for (int32_t i = 0; zero_point != 0 && i < f->inputs; i++)
        sum -= (uint32_t)(input[i] + input_offset) * (uint32_t)zero_point;
    return sum;
}

static void invoke_int8(tm_interpreter *m, const layer *f)
{
    uint32_t count;
    const float *scales = tm_scales(m, f->weights, &count);
    float input_scale = tm_scale(m, f->input), output_scale = tm_scale(m, f->output);
    tm_factor factor = tm_factor_of(input_scale, scales[0], output_scale);
    const int8_t *input = tm_data(m, f->input);
    const int32_t *bias = tm_data(m, f->bias);
    int8_t *output = tm_data(m, f->output);
    int32_t input_offset = -tm_zero_point(m, f->input), zero_point = tm_zero_point(m, f->output);
    tm_range range = tm_activation_range(m, f->output, f->activation);
    for (int32_t batch = 0; batch < f->batches; batch++, input += f->inputs) {
        const int8_t *weights = tm_data(m, f->weights);
        uint32_t offset = count > 1 ? 0 : weights_offset(m, f, input, input_offset);
        for (int32_t n = 0; n < f->outputs; n += TM_ROWS, weights += TM_ROWS * f->inputs) {
            int32_t rows = f->outputs - n < TM_ROWS ? f->outputs - n : TM_ROWS;
            uint32_t sums[TM_ROWS] = {offset, offset, offset, offset};
            tm_multiply_rows(weights, rows, f->inputs, input, input_offset, sums);
            for (int32_t row = 0; row < rows; row++) {
                if (count > 1)
                    factor = tm_factor_of(input_scale, scales[n + row], output_scale);
                uint32_t start = bias == NULL ? 0 : (uint32_t)bias[n + row];
                *output++ = tm_code((int32_t)(sums[row] + start), factor, zero_point, range);
            }
        }
    }
}

static void invoke_float(tm_interpreter *m, const layer *f)
{
    const float *input = tm_data(m, f->input), *bias = tm_data(m, f->bias);
    float *output = tm_data(m, f->output);
    tm_float_range range = tm_float_activation_range(f->activation);
    for (int32_t batch = 0; batch < f->batches; batch++, input += f->inputs) {
        const float *weights = tm_data(m, f->weights);
        for (int32_t n = 0; n < f->outputs; n++, weights += f->inputs) {
            float sum = 0.0f;
            for (int32_t k = 0; k < f->inputs; k++)
                sum += input[k] * weights[k];
            sum += bias == NULL ? 0.0f : bias[n];
            sum = sum < range.lowest ? range.lowest : sum;
            *output++ = sum > range.highest ? range.highest : sum;
        }
    }
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    layer f;
    describe(m, op, &f);
    if (f.input->type == TM_INT8)
        invoke_int8(m, &f);
    else
        invoke_float(m, &f);
}

const tm_kernel tm_fully_connected = {9, 14, prepare, invoke};
