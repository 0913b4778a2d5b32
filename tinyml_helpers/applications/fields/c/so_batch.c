// so_batch.c: what Python calls on this computer: many hours at once. Not for boards.
#include "forecast.h"
#include "history.h"

void so_inputs_all(const int16_t *levels, const uint16_t *water, const int16_t *temperature,
                   const uint16_t *ahead, uint32_t hours, uint32_t start, uint32_t every,
                   int8_t *inputs);
void so_forecast_all(tm_interpreter *interpreter, const int8_t *inputs, uint32_t count,
                     int16_t *changes);

// What the model is shown at the last of every `every` hours.
// levels, water, temperature: [hours]; water and temperature are NULL if weather isn't known.
// ahead: [hours][SO_AHEAD], or NULL. start: the first hour's time, in hours since 1970.
// inputs: [hours / every][SO_INPUTS].
void so_inputs_all(const int16_t *levels, const uint16_t *water, const int16_t *temperature,
                   const uint16_t *ahead, uint32_t hours, uint32_t start, uint32_t every,
                   int8_t *inputs)
{
    so_levels soil;
    so_weather sky;
    bool known = water != NULL;
    so_levels_start(&soil, levels[0], start - 1);
    if (known)
        so_weather_start(&sky, temperature[0]);
    for (uint32_t hour = 0; hour < hours; hour++) {
        so_levels_add(&soil, levels[hour]);
        if (known)
            so_weather_add(&sky, water[hour], temperature[hour]);
        if (hour % every != every - 1)
            continue;
        so_inputs(&soil, known ? &sky : NULL, ahead == NULL ? NULL : ahead + hour * SO_AHEAD,
                  inputs);
        inputs += SO_INPUTS;
    }
}

// inputs: [count][SO_INPUTS]; changes: [count][SO_CHANGES].
void so_forecast_all(tm_interpreter *interpreter, const int8_t *inputs, uint32_t count,
                     int16_t *changes)
{
    for (uint32_t i = 0; i < count; i++)
        so_forecast(interpreter, inputs + (size_t)i * SO_INPUTS, changes + (size_t)i * SO_CHANGES);
}
