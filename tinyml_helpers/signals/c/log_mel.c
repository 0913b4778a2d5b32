#include "log_mel.h"

#include "tables.h"

// Multiplies the samples with a Hann window, so that they start and end softly. It is symmetric:
// sample 512 - n has the weight of sample n, and sample 0 has none.
// spectrum: 2^7 times the samples, at most 2^22 in size; their sum is at most 2^30.
static void apply_window(const int16_t samples[FE_WINDOW], int32_t spectrum[FE_WINDOW])
{
    const int32_t middle = FE_WINDOW / 2, half = 1 << 7;
    spectrum[0] = 0;
    spectrum[middle] = samples[middle] * (1 << 7);
    for (int32_t n = 1; n < middle; n++) {
        int32_t weight = fe_hann[n]; // of 2^15
        spectrum[n] = (samples[n] * weight + half) >> 8;
        spectrum[FE_WINDOW - n] = (samples[FE_WINDOW - n] * weight + half) >> 8;
    }
}

// Returns |X[bin]|^2 / 2^16: at most 2^44. Needs 0 < bin < 256.
static uint64_t power_of(const int32_t spectrum[FE_WINDOW], uint32_t bin)
{
    int64_t re = spectrum[2 * bin], im = spectrum[2 * bin + 1];
    return (uint64_t)(re * re + im * im) >> 16;
}

// Returns the code of a band's power: 8 log2(power), rounded, less an offset, cut to int8.
static int8_t code_of(uint64_t power)
{
    if (power == 0)
        return INT8_MIN;
    // The power's 32 highest bits from the first that is set: power / 2^(octave - 31).
    int32_t octave = 63;
    for (; power >> 60 == 0; power <<= 4) // in large steps first
        octave -= 4;
    for (; power >> 63 == 0; power <<= 1)
        octave--;
    uint32_t mantissa = (uint32_t)(power >> 32);
    int32_t code = 8 * octave - FE_CODE_OFFSET;
    for (int32_t eighth = 0; eighth < 8 && mantissa >= fe_octave_edges[eighth]; eighth++)
        code++;
    return (int8_t)(code < INT8_MIN ? INT8_MIN : code > INT8_MAX ? INT8_MAX : code);
}

// Sums the spectrum's power into 40 bands that overlap, and takes their logarithms.
//
//     weight   band 0  1   2
//        1 |      /\  /\  /\          |   Over a slope one band rises, and the one before it
//          |     /  \/  \/  \         |   falls: what the first doesn't take of the power, the
//          |    /   /\  /\   \        |   second does. So one weight a bin is enough.
//        0 |   /   /  \/  \   \       |
//     slope     0   1   2   3
static void sum_bands(const int32_t spectrum[FE_WINDOW], int8_t frame[FE_BINS])
{
    const uint16_t *weight = fe_slope_weight;
    uint64_t rising_before = 0;
    for (uint32_t slope = 0; slope <= FE_BINS; slope++) {
        uint64_t rising = 0, falling = 0; // 2^15 times the power
        for (uint32_t bin = fe_slope_start[slope]; bin < fe_slope_start[slope + 1]; bin++) {
            uint64_t power = power_of(spectrum, bin);
            uint64_t part = power * *weight++;
            rising += part;
            falling += (power << 15) - part;
        }
        if (slope > 0)
            frame[slope - 1] = code_of(rising_before + falling);
        rising_before = rising;
    }
}

void fe_reset(fe_log_mel *state)
{
    state->filled = 0;
}

uint32_t fe_push(fe_log_mel *state, const int16_t *samples, uint32_t count,
                 int8_t frame[FE_BINS], bool *ready)
{
    uint32_t taken = 0;
    while (taken < count && state->filled < FE_WINDOW)
        state->samples[state->filled++] = samples[taken++];
    *ready = state->filled == FE_WINDOW;
    if (*ready) {
        apply_window(state->samples, state->spectrum);
        fe_real_fft(state->spectrum);
        sum_bands(state->spectrum, frame);
        // The next window starts a hop later: what it shares with this one moves to the front.
        state->filled = FE_WINDOW - FE_HOP;
        for (uint32_t n = 0; n < FE_WINDOW - FE_HOP; n++)
            state->samples[n] = state->samples[n + FE_HOP];
    }
    return taken;
}
