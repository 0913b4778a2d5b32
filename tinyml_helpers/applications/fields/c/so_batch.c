// so_batch.c: what Python calls on this computer: many hours at once. Not for boards.
#include "node.h"

void so_inputs_all(const int16_t *levels, const uint16_t *water, const int16_t *temperature,
                   const uint16_t *ahead, uint32_t hours, uint32_t start, uint32_t every,
                   int8_t *inputs);
void so_forecast_all(tm_interpreter *interpreter, const int8_t *inputs, uint32_t count,
                     int16_t *changes);
void so_calibrated_all(const int16_t *levels, const int16_t *changes, uint32_t days,
                       int16_t *calibrated);
size_t so_node_bytes(void);
uint32_t so_push_all(so_node *node, const int16_t *samples, uint32_t count, so_hour *hours);

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

// Forecasts of one hour of each day, calibrated with what was known by then.
// levels: [days]; changes, calibrated: [days][SO_CHANGES].
void so_calibrated_all(const int16_t *levels, const int16_t *changes, uint32_t days,
                       int16_t *calibrated)
{
    so_calibration calibration;
    so_calibration_start(&calibration);
    memcpy(calibrated, changes, (size_t)days * SO_CHANGES * sizeof *changes);
    for (uint32_t day = 0; day < days; day++) {
        int16_t *of = calibrated + (size_t)day * SO_CHANGES;
        so_calibration_day(&calibration, levels[day], levels[day] != SO_NO_LEVEL, of);
        so_calibrate(&calibration, of);
    }
}

size_t so_node_bytes(void)
{
    return sizeof(so_node);
}

// samples: [count][SO_CHANNELS]; hours: [count]. Returns count.
uint32_t so_push_all(so_node *node, const int16_t *samples, uint32_t count, so_hour *hours)
{
    for (uint32_t i = 0; i < count; i++)
        so_node_hour(node, samples + (size_t)i * SO_CHANNELS, &hours[i]);
    return count;
}
