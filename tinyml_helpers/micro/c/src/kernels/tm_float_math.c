#include "tm_float_math.h"

#include "tm_kernel.h" // how floats round
#include "tm_memory.h"

// Returns 2^n. Needs -127 < n < 128.
static float power_of_two(int32_t n)
{
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

float tm_exp(float x)
{
    // 1/k! for k = 7 down to 0.
    static const float terms[] = {1.0f / 5040, 1.0f / 720, 1.0f / 120, 1.0f / 24,
                                  1.0f / 6,    1.0f / 2,   1.0f,       1.0f};
    if (x != x)
        return x; // no number
    // At these ends the result is infinity and 0 already.
    x = x > 89.0f ? 89.0f : x < -104.0f ? -104.0f : x;
    // e^x = 2^n e^r with |r| <= ln(2) / 2. ln(2) is taken in two parts, of which the first has so
    // few bits that n times it is exact.
    int32_t n = (int32_t)(x * 1.44269504f + (x < 0.0f ? -0.5f : 0.5f));
    float r = x - (float)n * 0.693359375f - (float)n * -2.12194440e-4f;
    // The Taylor series to r^7; what is left out is under 2^-27 for these r.
    float sum = terms[0];
    for (int i = 1; i < 8; i++)
        sum = sum * r + terms[i];
    // In two steps, since 2^n may be too large or too small for a float.
    return sum * power_of_two(n / 2) * power_of_two(n - n / 2);
}
