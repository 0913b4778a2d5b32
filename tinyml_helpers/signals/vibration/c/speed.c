#include "speed.h"

#include <stddef.h>

#define MULTIPLES 12
#define BINS (FE_SPECTRUM / 2)
#define HIGHEST ((uint32_t)(BINS / 10 * 8) << 16) // above, the low-pass filter takes too much
#define AROUND 16                                 // bins on either side that a bin is compared with
#define MAINS_WIDTH_MHZ 1600                      // two bins, as far as a Hann window's lines reach

// Of octaves of power, × 2^8: noise sticks out so far, and more than so much counts as so much.
#define NOISE (2 << 8)
#define MOST (6 << 8)

int32_t fe_speed_start(fe_speed *state, uint32_t hz, uint32_t low_mhz, uint32_t high_mhz)
{
    for (uint32_t n = 0; n < FE_LOW_PASS; n++)
        state->samples[n] = 0;
    state->filled = 0;
    state->gathered = 0;
    state->low_mhz = low_mhz;
    state->high_mhz = high_mhz;
    state->filters = fe_filters_for(hz);
    if (state->filters == NULL)
        return FE_BAD_RATE;
    return low_mhz >= 5000 && low_mhz < high_mhz && high_mhz <= 200000 ? FE_OK : FE_BAD_SPEED;
}

// Replaces a spectrum by how far each bin sticks out of those around it, in octaves × 2^8.
// spectrum: [2048]; becomes [1024], and what it was computed of behind it.
static void stick_out(int32_t spectrum[FE_SPECTRUM])
{
    int32_t *levels = spectrum + BINS;
    for (uint32_t k = 0; k < BINS; k++) { // what bin k was is at 2k, and so not yet overwritten
        int64_t re = spectrum[2 * k], im = k == 0 ? 0 : spectrum[2 * k + 1];
        spectrum[k] = fe_log2((uint64_t)(re * re + im * im)) >> 7;
    }
    for (uint32_t k = 0; k < BINS; k++)
        levels[k] = spectrum[k];
    int32_t sum = 0; // of the 32 levels from k - 16 on; of the first or last 32 near the ends
    for (uint32_t k = 0; k < 2 * AROUND; k++)
        sum += levels[k];
    for (uint32_t k = 0; k < BINS; k++) {
        if (k > AROUND && k <= BINS - AROUND)
            sum += levels[k + AROUND - 1] - levels[k - AROUND - 1];
        spectrum[k] = levels[k] - sum / (2 * AROUND);
    }
}

// Returns where a frequency is in the spectrum, in bins × 2^16; bin k is around k × 2^16.
static uint32_t position_of(const fe_speed *state, uint32_t mhz)
{
    return (uint32_t)(((uint64_t)state->filters->scale * mhz) >> 24);
}

// Whether a line there may come from the mains.
static bool may_be_mains(uint32_t mhz)
{
    uint32_t of_50 = mhz % 50000, of_60 = mhz % 60000;
    return of_50 < MAINS_WIDTH_MHZ || of_50 > 50000 - MAINS_WIDTH_MHZ || of_60 < MAINS_WIDTH_MHZ ||
           of_60 > 60000 - MAINS_WIDTH_MHZ;
}

// Returns what counts of how far something sticks out.
static int32_t counted(int32_t out)
{
    return out < NOISE ? 0 : out > NOISE + MOST ? MOST : out - NOISE;
}

// Returns how far a position sticks out: on the parabola through the nearest three bins.
static int32_t out_at(const int32_t out[BINS], uint32_t position)
{
    const int32_t *bin = &out[(position + (1 << 15)) >> 16];
    int32_t beside = (int32_t)((position + (1 << 15)) & 0xFFFF) - (1 << 15);
    beside = beside >> 8; // from -128 to 127
    int32_t slope = bin[1] - bin[-1], curve = bin[1] - 2 * bin[0] + bin[-1];
    return bin[0] + ((slope * beside) >> 9) + ((curve * beside * beside) >> 17);
}

// Returns how far a speed's multiples stick out on average, × 2^4.
static int32_t score_of(const fe_speed *state, uint32_t shaft_mhz, uint32_t multiples)
{
    int32_t sum = 0, count = 0;
    for (uint32_t m = 1; m <= multiples; m++) {
        if (may_be_mains(m * shaft_mhz))
            continue;
        sum += counted(out_at(state->spectrum, position_of(state, m * shaft_mhz)));
        count++;
    }
    return count == 0 ? 0 : sum * 16 / count;
}

// Returns the speed for which lines near a speed's multiples are nearest to its own, by least
// squares, those that stick out more weighing more.
static uint32_t refined(const fe_speed *state, uint32_t shaft_mhz, uint32_t multiples)
{
    uint64_t places = 0, squares = 0; // bins × 2^12
    for (uint32_t m = 1; m <= multiples; m++) {
        if (may_be_mains(m * shaft_mhz))
            continue;
        uint32_t bin = (position_of(state, m * shaft_mhz) + (1 << 15)) >> 16;
        const int32_t *out = state->spectrum;
        bin = out[bin - 1] > out[bin] ? bin - 1 : out[bin + 1] > out[bin] ? bin + 1 : bin;
        int32_t low = out[bin] - out[bin - 1], high = out[bin] - out[bin + 1];
        if (low < 0 || high < 0 || low + high == 0)
            continue; // the top of a line is elsewhere
        int32_t top = (int32_t)(bin << 12) + (low - high) * (1 << 11) / (low + high);
        uint32_t height = (uint32_t)counted(out[bin]);
        places += (uint64_t)(height * height) * m * (uint32_t)top;
        squares += (uint64_t)(height * height) * m * m;
    }
    if (squares == 0)
        return shaft_mhz;
    return (uint32_t)((((places << 4) / squares) << 24) / state->filters->scale);
}

static void estimate_speed(fe_speed *state, fe_speed_estimate *estimate)
{
    fe_spectrum(state->spectrum);
    stick_out(state->spectrum);
    uint32_t multiples = MULTIPLES;
    while (position_of(state, multiples * state->high_mhz) > HIGHEST)
        multiples--;
    uint32_t best_mhz = state->low_mhz, count = 0;
    int32_t best = -1, sum = 0;
    for (uint32_t mhz = state->low_mhz; mhz <= state->high_mhz; mhz += mhz >> 11) {
        int32_t score = score_of(state, mhz, multiples);
        if (score > best) {
            best = score;
            best_mhz = mhz;
        }
        sum += score;
        count++;
    }
    uint32_t mhz = refined(state, best_mhz, multiples);
    if (mhz < state->low_mhz)
        mhz = state->low_mhz;
    estimate->shaft_mhz = mhz > state->high_mhz ? state->high_mhz : mhz;
    uint32_t confidence = ((uint32_t)best - (uint32_t)sum / count) >> 6; // 4 octaves are certain
    estimate->confidence = confidence > 255 ? 255 : confidence;
}

// Filters a block's samples.
static void take_block(fe_speed *state)
{
    for (uint32_t n = 0; n < FE_SPEED_BLOCK; n += state->filters->decimation)
        state->spectrum[state->gathered++] =
            fe_low_passed(state->filters, state->samples + n + 1);
    // The filter looks back: the latest move to the front.
    for (uint32_t n = 0; n < FE_LOW_PASS; n++)
        state->samples[n] = state->samples[n + FE_SPEED_BLOCK];
    state->filled = 0;
}

uint32_t fe_speed_push(fe_speed *state, const int16_t *samples, uint32_t count,
                       fe_speed_estimate *estimate, bool *ready)
{
    uint32_t taken = 0;
    *ready = false;
    while (taken < count && !*ready) {
        while (taken < count && state->filled < FE_SPEED_BLOCK)
            state->samples[FE_LOW_PASS + state->filled++] = samples[taken++] * (1 << 13);
        if (state->filled < FE_SPEED_BLOCK)
            break;
        take_block(state);
        *ready = state->gathered == FE_SPECTRUM;
    }
    if (*ready) {
        estimate_speed(state, estimate);
        state->gathered = 0;
    }
    return taken;
}
