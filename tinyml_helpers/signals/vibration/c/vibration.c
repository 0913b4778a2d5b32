#include "vibration.h"

#include <stddef.h>

#include "band_tables.h"

// Orders that end higher than this part of the spectrum are filtered away, or folded down.
#define HIGHEST (FE_SPECTRUM_ENDS / 10 * 9)
#define HALF_BIN (1u << 15)

static int8_t cut(int32_t code)
{
    return (int8_t)(code < INT8_MIN ? INT8_MIN : code > INT8_MAX ? INT8_MAX : code);
}

static void start_look(fe_vibration *state)
{
    for (uint32_t i = 0; i < FE_BANDS; i++)
        state->bands[i] = 0;
    state->least = INT16_MAX;
    state->most = INT16_MIN;
    state->clipped = 0;
    state->gathered = 0;
}

int32_t fe_vibration_start(fe_vibration *state, uint32_t hz, uint32_t shaft_mhz)
{
    for (uint32_t n = 0; n < FE_BAND_PASS - 1; n++)
        state->samples[n] = 0;
    for (uint32_t n = 0; n < FE_LOW_PASS; n++)
        state->rectified[n] = 0;
    state->filled = 0;
    start_look(state);
    state->filters = fe_filters_for(hz);
    return state->filters == NULL ? FE_BAD_RATE : fe_vibration_set_speed(state, shaft_mhz);
}

int32_t fe_vibration_set_speed(fe_vibration *state, uint32_t shaft_mhz)
{
    if (shaft_mhz < 1000 || shaft_mhz > 200000)
        return FE_BAD_SPEED;
    state->shaft_mhz = shaft_mhz;
    return FE_OK;
}

// Adds the bands' power of 2,048 samples to the look's. Their spectrum is 2^scale times as large as
// that of the samples, 3 <= scale < 32; the bands' power is kept × 2^6.
static void add_bands(fe_vibration *state)
{
    int32_t scale = 12 + fe_spectrum(state->spectrum);
    int32_t shift = 2 * scale - 8 - 6;
    for (uint32_t i = 0; i < FE_BANDS; i++) {
        uint64_t power = fe_power_between(state->spectrum, fe_band_ends[i], fe_band_ends[i + 1]);
        state->bands[i] += shift < 0 ? power << -shift : power >> shift;
    }
}

// bands: 6 log2 of mean power, less an offset.
static void code_bands(const fe_vibration *state, int8_t bands[FE_BANDS])
{
    for (uint32_t i = 0; i < FE_BANDS; i++) {
        uint32_t width = (fe_band_ends[i + 1] - fe_band_ends[i]) * state->filters->decimation;
        int32_t octaves = fe_log2(state->bands[i]) - fe_log2(width); // mean power is 2^10 larger
        int32_t codes = (6 * octaves + FE_OCTAVE / 2) >> 15;
        bands[i] = cut(codes + 6 * 10 - FE_BAND_OFFSET);
    }
}

// Returns the median of numbers, [count]. sorted: [count], becomes them in order.
static int32_t median_of(const int32_t *numbers, int32_t *sorted, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int32_t number = numbers[i];
        uint32_t place = i;
        for (; place > 0 && sorted[place - 1] > number; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = number;
    }
    return (sorted[(count - 1) / 2] + sorted[count / 2]) >> 1;
}

// Returns where sixteenths/16 of the shaft's speed are in the envelope's spectrum.
static uint32_t position_of(const fe_vibration *state, uint32_t sixteenths)
{
    return (uint32_t)(((uint64_t)state->filters->scale * state->shaft_mhz * sixteenths) >> 28);
}

// orders: 8 log2 of the envelope's power around each eighth of an order, less the median of all.
static void code_orders(fe_vibration *state, int8_t orders[FE_ORDERS])
{
    int32_t levels[FE_ORDERS], sorted[FE_ORDERS];
    uint32_t count = 0, from = 0;
    fe_spectrum(state->envelope);
    for (; count < FE_ORDERS; count++) {
        uint32_t to = position_of(state, 2 * count + 1);
        if (to > HIGHEST)
            break;
        uint64_t power = fe_power_between(state->envelope, from + HALF_BIN, to + HALF_BIN);
        levels[count] = fe_log2(count == 0 ? 2 * power : power); // half as wide: below 0 is nothing
        from = to;
    }
    int32_t median = median_of(levels, sorted, count);
    for (uint32_t i = 0; i < FE_ORDERS; i++)
        orders[i] = i < count ? cut((8 * (levels[i] - median) + FE_OCTAVE / 2) >> 15) : 0;
}

// Looks at a block's samples, and filters them.
static void take_block(fe_vibration *state)
{
    const int16_t *block = state->samples + FE_BAND_PASS - 1;
    int32_t *spectrum = state->spectrum + state->gathered % FE_SPECTRUM;
    int32_t *envelope = state->envelope + state->gathered / state->filters->decimation;
    int32_t *rectified = state->rectified + FE_LOW_PASS;
    for (uint32_t n = 0; n < FE_BLOCK; n++) {
        int16_t sample = block[n];
        state->least = sample < state->least ? sample : state->least;
        state->most = sample > state->most ? sample : state->most;
        state->clipped += sample == INT16_MIN || sample == INT16_MAX;
        spectrum[n] = sample * (1 << 12);
        int32_t passed = fe_band_passed(state->filters, state->samples + n);
        rectified[n] = passed < 0 ? -passed : passed;
    }
    for (uint32_t n = 0; n < FE_BLOCK; n += state->filters->decimation)
        *envelope++ = fe_low_passed(state->filters, state->rectified + n + 1);
    // Filters look back: the latest move to the front.
    for (uint32_t n = 0; n < FE_BAND_PASS - 1; n++)
        state->samples[n] = state->samples[n + FE_BLOCK];
    for (uint32_t n = 0; n < FE_LOW_PASS; n++)
        state->rectified[n] = state->rectified[n + FE_BLOCK];
    state->gathered += FE_BLOCK;
    state->filled = 0;
}

uint32_t fe_vibration_push(fe_vibration *state, const int16_t *samples, uint32_t count,
                           fe_vibration_frame *frame, bool *ready)
{
    uint32_t taken = 0;
    *ready = false;
    while (taken < count && !*ready) {
        while (taken < count && state->filled < FE_BLOCK)
            state->samples[FE_BAND_PASS - 1 + state->filled++] = samples[taken++];
        if (state->filled < FE_BLOCK)
            break;
        take_block(state);
        if (state->gathered % FE_SPECTRUM == 0)
            add_bands(state);
        *ready = state->gathered == FE_SPECTRUM * state->filters->decimation;
    }
    if (*ready) {
        code_orders(state, frame->orders);
        code_bands(state, frame->bands);
        frame->clipped = (uint16_t)state->clipped;
        frame->span = (uint16_t)(state->most - state->least);
        start_look(state);
    }
    return taken;
}
