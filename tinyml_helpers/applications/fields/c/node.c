#include "node.h"

int32_t so_start(so_node *node, tm_interpreter *interpreter, const so_settings *settings)
{
    memset(node, 0, sizeof *node);
    if (so_forecast_check(interpreter) != SO_OK)
        return SO_BAD_MODEL;
    node->interpreter = interpreter;
    node->settings = *settings;
    node->level = SO_NO_LEVEL;
    so_faults_start(&node->faults);
    so_calibration_start(&node->calibration);
    if (so_water_check(&settings->water) != SO_OK)
        return SO_BAD_SETTINGS;
    return so_sender_start(&node->sender, &settings->send);
}

static uint16_t positive(int16_t number)
{
    return (uint16_t)(number > 0 ? number : 0);
}

// What fell of the rain to come.
static void pass_ahead(so_node *node, uint16_t rain)
{
    node->ahead_hours = (uint16_t)(node->ahead_hours - (node->ahead_hours > 0));
    for (uint32_t i = 0; i < SO_AHEAD; i++)
        if (node->ahead[i] != SO_UNKNOWN)
            node->ahead[i] = (uint16_t)(node->ahead[i] > rain ? node->ahead[i] - rain : 0);
}

static void forecast(so_node *node, int16_t changes[SO_CHANGES])
{
    int8_t inputs[SO_INPUTS];
    so_inputs(&node->levels, &node->weather, node->ahead_hours > 0 ? node->ahead : NULL, inputs);
    so_forecast(node->interpreter, inputs, changes);
}

// Once a day what was said is compared with what came.
static void day(so_node *node, bool usable, const int16_t changes[SO_CHANGES])
{
    if (node->expects && usable)
        so_faults_day(&node->faults, &node->levels, &node->weather, node->expected);
    so_calibration_day(&node->calibration, node->level, usable, changes);
    node->expected = changes[SO_QUANTILES + SO_QUANTILES / 2];
    node->expects = usable;
}

void so_node_hour(so_node *node, const int16_t sample[SO_CHANNELS], so_hour *hour)
{
    const so_water_settings *settings = &node->settings.water;
    uint32_t now = node->settings.start + node->hours;
    uint16_t rain = positive(sample[2]), water = (uint16_t)(rain + node->given);
    uint16_t battery = positive(sample[3]);
    bool usable = so_faults_reading(&node->faults, sample[0], water, battery);
    bool first = node->level == SO_NO_LEVEL;
    memset(hour, 0, sizeof *hour);
    if (usable)
        node->level = sample[0];
    if (node->hours == 0)
        so_weather_start(&node->weather, sample[1]);
    so_weather_add(&node->weather, water, sample[1]);
    pass_ahead(node, rain);
    node->given = 0;
    if (!first)
        so_levels_add(&node->levels, node->level);
    else if (usable)
        so_levels_start(&node->levels, node->level, now);
    bool decides = now % SO_DAY == settings->hour;
    if (node->level != SO_NO_LEVEL) {
        forecast(node, hour->changes);
        if (decides)
            day(node, usable, hour->changes);
        so_calibrate(&node->calibration, hour->changes);
    }
    hour->alarms = so_faults_alarms(&node->faults);
    if (decides && node->level != SO_NO_LEVEL && (hour->alarms & SO_DOUBT) == 0)
        node->given = so_water(settings, node->level, hour->changes);
    hour->number = node->hours++;
    hour->level = node->level;
    hour->water = node->given;
    hour->usable = usable;
    hour->battery = (uint8_t)(battery / SO_BATTERY_STEP < 255 ? battery / SO_BATTERY_STEP : 255);
    hour->frame_bytes = (uint8_t)so_sender_hour(
        &node->sender, node->interpreter, now, usable ? node->level : SO_NO_LEVEL, hour->alarms,
        hour->battery, &hour->guess, hour->frame);
}

void so_heard(so_node *node, const uint8_t *answer, uint32_t bytes)
{
    if (so_sender_heard(&node->sender, answer, bytes, node->ahead))
        node->ahead_hours = SO_AHEAD_HOURS + 1;
}
