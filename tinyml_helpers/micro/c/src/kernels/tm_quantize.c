// QUANTIZE: from real numbers to codes, or from codes to codes of another scale, zero point or
// type.
// DEQUANTIZE: from codes to real numbers.

#include "tm_requantize.h"
#include "tm_unary.h"

static bool is_integer(const tm_tensor *tensor)
{
    return tensor->type == TM_INT8 || tensor->type == TM_INT16 || tensor->type == TM_INT32 ||
           tensor->type == TM_UINT8;
}

// Whether a tensor has one positive scale. Its zero point may be any number: SOFTMAX makes int16
// with -32768.
static bool has_scale(tm_interpreter *m, const tm_tensor *tensor)
{
    uint32_t count;
    const float *scales = tm_scales(m, tensor, &count);
    return count == 1 && scales[0] > 0.0f;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op, bool to_float)
{
    tm_status status = tm_check_unary(m, op);
    if (status != TM_OK)
        return status;
    const tm_tensor *input = tm_input(m, op, 0);
    const tm_tensor *output = tm_output(m, op, 0);
    bool from_float = !to_float && input->type == TM_FLOAT32;
    if (!(from_float || is_integer(input)) ||
        !(to_float ? output->type == TM_FLOAT32 : is_integer(output)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_QUANTIZE_TYPES);
    if (!(from_float || has_scale(m, input)) || !(to_float || has_scale(m, output)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_NO_QUANTIZATION);
    if (tm_type_bytes(output->type) <= tm_type_bytes(input->type))
        op->in_place = 1;
    return TM_OK;
}

static tm_status prepare_quantize(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, false);
}

static tm_status prepare_dequantize(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, true);
}

static int32_t read_code(const void *codes, uint8_t type, int32_t place)
{
    switch (type) {
    case TM_INT8:
        return ((const int8_t *)codes)[place];
    case TM_UINT8:
        return ((const uint8_t *)codes)[place];
    case TM_INT16:
        return ((const int16_t *)codes)[place];
    default:
        return ((const int32_t *)codes)[place];
    }
}

// Writes a code, cut to what its type holds.
static void write_code(void *codes, uint8_t type, int32_t place, int32_t code)
{
    switch (type) {
    case TM_INT8:
        ((int8_t *)codes)[place] = (int8_t)tm_clamp(code, INT8_MIN, INT8_MAX);
        break;
    case TM_UINT8:
        ((uint8_t *)codes)[place] = (uint8_t)tm_clamp(code, 0, UINT8_MAX);
        break;
    case TM_INT16:
        ((int16_t *)codes)[place] = (int16_t)tm_clamp(code, INT16_MIN, INT16_MAX);
        break;
    default:
        ((int32_t *)codes)[place] = code;
    }
}

// Returns a real number rounded to the nearest integer, ties away from zero. What 32 bits can't
// hold becomes INT32_MIN, even if it is positive: TensorFlow Lite Micro leaves that to the
// processor, and this is what x86-64 does.
static int32_t round_to_code(float real)
{
    int32_t rounded = tm_round(real);
    return rounded == INT32_MAX ? INT32_MIN : rounded;
}

static void quantize(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0), *output = tm_output(m, op, 0);
    const void *in = tm_data(m, input);
    void *out = tm_data(m, output);
    int32_t count = tm_elements(m, input);
    bool from_float = input->type == TM_FLOAT32;
    float scale = tm_scale(m, output);
    tm_factor factor = {0, 0};
    if (!from_float)
        factor = tm_factor_of(tm_scale(m, input), 1.0f, scale);
    // Sums of codes and zero points wrap around if they get too large, as int32 does.
    uint32_t zero_in = (uint32_t)tm_zero_point(m, input);
    uint32_t zero_out = (uint32_t)tm_zero_point(m, output);
    for (int32_t i = 0; i < count; i++) {
        int32_t code;
        if (from_float)
            code = round_to_code(((const float *)in)[i] / scale);
        else
            code = tm_requantize((int32_t)((uint32_t)read_code(in, input->type, i) - zero_in),
                                 factor);
        write_code(out, output->type, i, (int32_t)((uint32_t)code + zero_out));
    }
}

static void dequantize(tm_interpreter *m, const tm_operator *op)
{
    const tm_tensor *input = tm_input(m, op, 0);
    const void *in = tm_data(m, input);
    float *out = tm_data(m, tm_output(m, op, 0));
    int32_t count = tm_elements(m, input);
    float scale = tm_scale(m, input);
    uint32_t zero = (uint32_t)tm_zero_point(m, input);
    for (int32_t i = 0; i < count; i++)
        out[i] = scale * (float)(int32_t)((uint32_t)read_code(in, input->type, i) - zero);
}

const tm_kernel tm_quantize = {114, 3, prepare_quantize, quantize, 1, 0};
const tm_kernel tm_dequantize = {6, 6, prepare_dequantize, dequantize, 1, 0};
