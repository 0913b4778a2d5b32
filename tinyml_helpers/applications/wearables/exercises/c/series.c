#include "series.h"

#include "tm_memory.h"

int32_t ex_series_start(ex_series *series, uint8_t average, uint8_t threshold)
{
    memset(series, 0, sizeof *series);
    if (average < 1 || average > EX_MAX_AVERAGE)
        return EX_BAD_SETTINGS;
    series->average = average;
    series->threshold = threshold;
    series->exercise = EX_NONE;
    return EX_OK;
}

// Writes the averages of the last scores, or of those there were yet. Returns what they name.
static uint8_t name(ex_series *series, const int8_t scores[EX_CLASSES],
                    uint8_t smoothed[EX_CLASSES])
{
    uint8_t *newest = series->scores[series->oldest_scores];
    series->oldest_scores = (uint8_t)((series->oldest_scores + 1) % series->average);
    if (series->scored < series->average)
        series->scored++;
    uint32_t sums[EX_CLASSES] = {0}, likeliest = 0;
    for (uint32_t c = 0; c < EX_CLASSES; c++) {
        newest[c] = (uint8_t)(scores[c] + 128);
        for (uint32_t i = 0; i < series->scored; i++)
            sums[c] += series->scores[i][c];
        smoothed[c] = (uint8_t)(sums[c] / series->scored);
        if (sums[c] > sums[likeliest])
            likeliest = c;
    }
    return smoothed[likeliest] >= series->threshold ? (uint8_t)likeliest : EX_NONE;
}

// Notes what has been counted by now. Returns what had been so many hops ago, at most as far as the
// average reaches back.
static uint16_t count_before(ex_series *series, uint16_t count, uint32_t hops)
{
    uint32_t reach = series->average + EX_REACH;
    uint16_t before = series->counts[(series->oldest_count + reach - hops) % reach];
    series->counts[series->oldest_count] = count;
    series->oldest_count = (uint8_t)((series->oldest_count + 1) % reach);
    return before;
}

// Whether a series begins with this hop. Wears down the patience with those that aren't named: by 2
// a hop of rest, by 1 a hop of another exercise.
static bool begins(uint8_t patience[EX_NONE], uint8_t exercise)
{
    uint8_t worn = exercise == EX_NONE ? 2 : 1;
    for (uint32_t c = 0; c < EX_NONE; c++)
        if (c != exercise)
            patience[c] = (uint8_t)(patience[c] > worn ? patience[c] - worn : 0);
    if (exercise == EX_NONE)
        return false;
    bool anew = patience[exercise] == 0;
    patience[exercise] = 2 * EX_REST + 1;
    return anew;
}

void ex_series_hop(ex_series *series, const int8_t *scores, uint16_t count, ex_named *named)
{
    memset(named, 0, sizeof *named);
    uint8_t exercise = scores == NULL ? EX_NONE : name(series, scores, named->smoothed);
    bool changed = series->exercise != EX_NONE && series->exercise != exercise;
    uint32_t reach = series->average + EX_REACH;
    uint16_t before = count_before(series, count, changed ? reach / 2 : reach);
    if (begins(series->patience, exercise))
        series->before[exercise] = before;
    if (exercise != EX_NONE)
        series->repetitions = (uint16_t)(count - series->before[exercise]);
    series->exercise = exercise;
    named->exercise = exercise;
    named->repetitions = series->repetitions;
}
