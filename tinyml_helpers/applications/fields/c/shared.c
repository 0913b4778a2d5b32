#include "shared.h"

static void aim(so_shared *shared, tm_interpreter *interpreter, int16_t told)
{
    int8_t inputs[SO_INPUTS];
    int16_t changes[SO_CHANGES];
    so_inputs(&shared->levels, NULL, NULL, inputs);
    so_forecast(interpreter, inputs, changes);
    for (uint32_t lead = 0; lead < SO_LEADS; lead++)
        shared->path[lead] = changes[lead * SO_QUANTILES + 1];
    shared->told = told;
    shared->since = 0;
}

static int16_t cut(int32_t level)
{
    return (int16_t)(level > INT16_MAX ? INT16_MAX : level < -INT16_MAX ? -INT16_MAX : level);
}

void so_shared_start(so_shared *shared, tm_interpreter *interpreter, uint16_t delta, int16_t level,
                     uint32_t hours)
{
    memset(shared, 0, sizeof *shared);
    shared->delta = delta;
    so_levels_start(&shared->levels, level, hours);
    aim(shared, interpreter, level);
}

int16_t so_shared_guess(const so_shared *shared)
{
    int32_t hour = shared->since + 1, from = 0, start = 0;
    for (uint32_t lead = 0; lead < SO_LEADS; lead++) {
        int32_t to = shared->path[lead], end = SO_LEAD_HOURS[lead];
        if (hour <= end)
            return cut(shared->told + from + (to - from) * (hour - start) / (end - start));
        from = to;
        start = end;
    }
    return cut(shared->told + from);
}

void so_shared_pass(so_shared *shared)
{
    // What was only guessed is neither the lowest nor the highest there was.
    int16_t lowest = shared->levels.lowest, highest = shared->levels.highest;
    so_levels_add(&shared->levels, so_shared_guess(shared));
    shared->levels.lowest = lowest;
    shared->levels.highest = highest;
    shared->since += shared->since < UINT16_MAX;
}

void so_shared_tell(so_shared *shared, tm_interpreter *interpreter, int16_t level)
{
    so_levels *levels = &shared->levels;
    int32_t error = level - so_shared_guess(shared), size = error < 0 ? -error : error;
    if (5 * size < 8 * shared->delta)
        for (int32_t lag = 0; lag < shared->since && lag < SO_LEVELS; lag++) {
            int16_t *guessed = &levels->ring[(levels->newest + SO_LEVELS - lag) % SO_LEVELS];
            *guessed = cut(*guessed + error * (shared->since - lag) / (shared->since + 1));
        }
    so_levels_add(levels, level);
    aim(shared, interpreter, level);
}

void so_shared_summarize(const so_shared *shared, so_summary *summary)
{
    summary->level = so_level(&shared->levels, 0);
    for (uint32_t i = 0; i < SO_LAGS; i++)
        summary->before[i] = so_level(&shared->levels, SO_LAG_HOURS[i]);
    summary->lowest = shared->levels.lowest;
    summary->highest = shared->levels.highest;
}

void so_shared_rebuild(so_shared *shared, tm_interpreter *interpreter, const so_summary *summary,
                       uint32_t hours)
{
    // The newest is the last of the ring, so that a lag is a place.
    so_levels *levels = &shared->levels;
    int32_t from = summary->level, start = 0;
    for (uint32_t i = 0; i < SO_LAGS; i++) {
        int32_t to = summary->before[i], end = SO_LAG_HOURS[i];
        for (int32_t lag = start; lag <= end; lag++)
            levels->ring[SO_WEEK - lag] =
                (int16_t)(from + (to - from) * (lag - start) / (end - start));
        from = to;
        start = end;
    }
    levels->newest = SO_WEEK;
    levels->lowest = summary->lowest;
    levels->highest = summary->highest;
    levels->hours = hours;
    aim(shared, interpreter, summary->level);
}
