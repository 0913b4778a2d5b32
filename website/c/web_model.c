// web_model.c: what a loaded model holds, for a page that shows it: its operators, their tensors,
// and the multiply-accumulates (MACs) of each.
#include "web_engine.h"

// The schema's BuiltinOperator, of those that multiply matrices.
enum {
    CONV_2D = 3, DEPTHWISE_CONV_2D = 4, FULLY_CONNECTED = 9, SVDF = 27,
    UNIDIRECTIONAL_SEQUENCE_LSTM = 44, TRANSPOSE_CONV = 67,
};

typedef struct {
    uint32_t type;  // the schema's TensorType
    uint32_t place; // TM_NOWHERE, TM_IN_MODEL, TM_IN_ARENA or TM_VARIABLE
    uint32_t bytes;
    uint32_t rank;
    const int32_t *dims; // [rank]
    float scale;         // of a tensor quantized as a whole, else 0
    int32_t zero_point;
} web_tensor_record;

typedef struct {
    double macs;
    int32_t code; // the schema's BuiltinOperator
    uint32_t input_count, output_count;
    const int32_t *inputs, *outputs; // places of tensors; -1 for an input left out
} web_operator_record;

const web_tensor_record *web_tensor(uint32_t index);
const web_operator_record *web_operator(uint32_t index);
uint32_t web_tensor_of_input(uint32_t place);
uint32_t web_tensor_of_output(uint32_t place);

static web_tensor_record tensor_record;
static web_operator_record operator_record;

// Returns what tensor `index` is; it holds until the next call. Needs: a loaded model that has it.
const web_tensor_record *web_tensor(uint32_t index)
{
    tm_interpreter *m = web_interpreter();
    const tm_tensor *tensor = &m->tensors[index];
    bool whole = tm_is_quantized(m, tensor);
    tensor_record = (web_tensor_record){
        .type = tensor->type,
        .place = tensor->place,
        .bytes = tensor->bytes,
        .rank = tensor->rank,
        .dims = tm_dims(m, tensor),
        .scale = whole ? tm_scale(m, tensor) : 0.0f,
        .zero_point = whole ? tm_zero_point(m, tensor) : 0,
    };
    return &tensor_record;
}

// The product of a tensor's dimensions, from the one at place `from` on to before `to`; 1 of none.
static double product(tm_interpreter *m, const tm_tensor *tensor, uint32_t from, uint32_t to)
{
    double product = 1;
    const int32_t *dims = tm_dims(m, tensor);
    for (uint32_t i = from; i < to && i < tensor->rank; i++)
        product *= dims[i];
    return product;
}

// All elements of input `place` of an operator; 0 if it is left out.
static double elements(tm_interpreter *m, const tm_operator *op, uint32_t place)
{
    const tm_tensor *tensor = tm_input(m, op, place);
    return tensor ? product(m, tensor, 0, TM_MAX_RANK) : 0;
}

// MACs of one run, as tinyml_helpers/model_file/macs.py counts them: biases and activations are
// left out, products with the zeros of padding counted. 0 for what multiplies no matrix.
static double macs(tm_interpreter *m, const tm_operator *op, int32_t code)
{
    const tm_tensor *input = tm_input(m, op, 0), *weights = tm_input(m, op, 1);
    double made = product(m, tm_output(m, op, 0), 0, TM_MAX_RANK);
    switch (code) {
    case CONV_2D: // weights: [co, kh, kw, ci]
        return made * product(m, weights, 1, 4);
    case DEPTHWISE_CONV_2D: // weights: [1, kh, kw, c]
        return made * product(m, weights, 1, 3);
    case TRANSPOSE_CONV: // every input value meets [co, kh, kw]
        return elements(m, op, 2) * product(m, weights, 0, 3);
    case FULLY_CONNECTED: // weights: [outputs, inputs]
        return made * tm_dims(m, weights)[weights->rank - 1];
    case SVDF: // input: [batch, features]; time: [filters, steps]
        return product(m, input, 0, 1) *
               (product(m, weights, 0, 1) * product(m, input, 1, 2) + elements(m, op, 2));
    case UNIDIRECTIONAL_SEQUENCE_LSTM: { // at every step gates, peepholes, projection
        double each = elements(m, op, 16);
        for (uint32_t place = 1; place < 12; place++)
            each += elements(m, op, place);
        return each * product(m, input, 0, input->rank - 1u);
    }
    default:
        return 0;
    }
}

// Returns what operator `index` is; it holds until the next call. Needs: a loaded model that has
// it.
const web_operator_record *web_operator(uint32_t index)
{
    tm_interpreter *m = web_interpreter();
    const tm_operator *op = &m->operators[index];
    int32_t code = web_kernels[op->kernel]->code;
    operator_record = (web_operator_record){
        .macs = macs(m, op, code),
        .code = code,
        .input_count = op->input_count,
        .output_count = op->output_count,
        .inputs = (const int32_t *)(const void *)(m->model + op->inputs),
        .outputs = (const int32_t *)(const void *)(m->model + op->outputs),
    };
    return &operator_record;
}

// Which of the tensors an input or an output of the model is. Needs: a loaded model that has it.
uint32_t web_tensor_of_input(uint32_t place)
{
    tm_interpreter *m = web_interpreter();
    return ((const uint32_t *)(const void *)(m->model + m->inputs))[place];
}

uint32_t web_tensor_of_output(uint32_t place)
{
    tm_interpreter *m = web_interpreter();
    return ((const uint32_t *)(const void *)(m->model + m->outputs))[place];
}
