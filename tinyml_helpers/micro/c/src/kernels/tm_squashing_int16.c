// LOGISTIC and TANH of int16: both from a table of the logistic function, since
// tanh(x) = 2 logistic(2x) - 1. Between its values straight lines are drawn. The steps are those of
// TensorFlow Lite Micro (reference/integer_ops/logistic.h and tanh.h).
#include "tm_squashing_int16.h"

#include "tm_requantize.h"
#include "tm_unary.h"

// logistic(i / 24) in Q0.16. The last bits are TensorFlow Lite's.
static const uint16_t table[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794,
    41432, 42064, 42688, 43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443,
    48964, 49475, 49975, 50464, 50942, 51409, 51865, 52311, 52745, 53169, 53581, 53983, 54374,
    54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433, 57724, 58007, 58280, 58544,
    58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110, 61279,
    61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990,
    63090, 63186, 63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030,
    64090, 64148, 64204, 64257, 64308, 64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652,
    64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900, 64926, 64950, 64974, 64997, 65019,
    65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208, 65221, 65234,
    65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360,
    65367, 65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433,
    65438, 65442, 65445, 65449, 65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476,
    65479, 65481, 65483, 65485, 65488, 65489, 65491, 65493, 65495, 65497, 65498, 65500, 65501,
    65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513, 65514, 65515, 65516,
    65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529,
    65529, 65530, 65530, 65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532,
    65532, 65532, 65532, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65534, 65534,
    65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
};

// From codes to steps of 1/12288: code × multiplier / 2^shift, rounded.
typedef struct {
    int32_t multiplier, shift;
} steps;

// Whether x is 2^exponent, to a thousandth of the exponent.
static bool is_power(float x, float power)
{
    return x > power * 0.99930709f && x < power * 1.00069339f;
}

// Sets the factor for a scale; false if it is so large that products wouldn't fit.
static bool find_steps(float scale, bool is_tanh, steps *found)
{
    found->shift = 0;
    found->multiplier = is_power(scale, 1.0f / 4096) ? 3 : 6;
    if (found->multiplier == 3 || (is_tanh && is_power(scale, 1.0f / 2048)))
        return true;
    // The multiplier is 12288 times the scale, made larger than half of 32767, and cut.
    float third = scale * 4096.0f;
    for (; third <= 5461.1665f && found->shift <= 30; third *= 2.0f)
        found->shift++;
    if (third >= 10922.667f)
        return false;
    found->multiplier = (3 * (int32_t)(third * 2048.0f)) >> 11; // of `third` 24 bits are all
    return true;
}

tm_status tm_prepare_squashing_int16(tm_interpreter *m, tm_operator *op)
{
    tm_status status = tm_check_unary(m, op);
    if (status != TM_OK)
        return status;
    const tm_tensor *input = tm_input(m, op, 0), *output = tm_output(m, op, 0);
    if (output->type != TM_INT16)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    steps unused;
    if (!tm_is_quantized(m, input) || !tm_is_quantized(m, output) ||
        !is_power(tm_scale(m, output), 1.0f / 32768) ||
        !find_steps(tm_scale(m, input), false, &unused))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
    op->in_place = 1;
    return TM_OK;
}

// Returns the table's value at x in Q0.(16 + bits), where 2^bits lie between two of its places.
static uint32_t look_up(uint32_t x, uint32_t bits)
{
    uint32_t place = x >> bits, rest = x & ((1u << bits) - 1);
    return ((uint32_t)table[place] << bits) + rest * (uint32_t)(table[place + 1] - table[place]);
}

int16_t tm_logistic_int16(int32_t x)
{
    // 1/24 are 512 steps.
    uint32_t size = x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
    uint32_t result = size >> 9 >= 255 ? 0x7FFFu << 10 : look_up(size, 9);
    return (int16_t)((x < 0 ? (1u << 25) - result + (1 << 9) - 1 : result + (1 << 9)) >> 10);
}

int16_t tm_tanh_int16(int32_t x)
{
    // 1/24 of 2x are 256 steps.
    uint32_t size = x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
    int32_t result = (int32_t)(size >> 8 >= 255 ? 0xFFFFu << 8 : look_up(size, 8)) - (1 << 23);
    return (int16_t)((x < 0 ? -result + (1 << 7) - 1 : result + (1 << 7)) >> 8);
}

void tm_invoke_squashing_int16(tm_interpreter *m, const tm_operator *op, bool is_tanh)
{
    const tm_tensor *input = tm_input(m, op, 0);
    const int16_t *in = tm_data(m, input);
    int16_t *out = tm_data(m, tm_output(m, op, 0));
    steps s;
    find_steps(tm_scale(m, input), is_tanh, &s);
    int32_t half = s.shift > 0 ? 1 << (s.shift - 1) : 0;
    for (int32_t i = 0; i < tm_elements(m, input); i++) {
        int32_t x = (in[i] * s.multiplier + half) >> s.shift;
        out[i] = is_tanh ? tm_tanh_int16(x) : tm_logistic_int16(x);
    }
}
