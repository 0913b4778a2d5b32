#include "history.h"

// A year of 365 days and a quarter, in hours. 1970 began at its start.
enum { YEAR = 8766, SINES = 24 };

// 64 sin(2π k / 24), rounded.
static const int8_t SINE[SINES + 1] = {0,   17,  32,  45,  55,  62,  64,  62, 55,
                                       45,  32,  17,  0,   -17, -32, -45, -55, -62,
                                       -64, -62, -55, -45, -32, -17, 0};

static int8_t sine(uint32_t time, uint32_t period)
{
    uint32_t place = time % period * SINES; // in parts of the period
    int32_t from = SINE[place / period], to = SINE[place / period + 1];
    return (int8_t)(from + (to - from) * (int32_t)(place % period) / (int32_t)period);
}

static int8_t cut(int32_t code)
{
    return (int8_t)(code > 127 ? 127 : code < -127 ? -127 : code);
}

static int32_t root(uint32_t number)
{
    uint32_t made = 0;
    for (uint32_t bit = 1u << 15; bit != 0; bit >>= 1)
        if ((made | bit) * (made | bit) <= number)
            made |= bit;
    return (int32_t)made;
}

// sign(d) √(3.6 |d|)
static int8_t change_code(int32_t difference)
{
    int32_t size = root((uint32_t)(difference < 0 ? -difference : difference) * 18 / 5);
    return cut(difference < 0 ? -size : size);
}

static int8_t water_code(uint32_t tenths)
{
    return cut(root((tenths < 2000 ? tenths : 2000) * 16));
}

void so_levels_start(so_levels *levels, int16_t level, uint32_t hours)
{
    for (uint32_t i = 0; i < SO_LEVELS; i++)
        levels->ring[i] = level;
    levels->newest = 0;
    levels->lowest = levels->highest = level;
    levels->hours = hours;
}

void so_levels_add(so_levels *levels, int16_t level)
{
    levels->newest = (uint16_t)((levels->newest + 1) % SO_LEVELS);
    levels->ring[levels->newest] = level;
    if (level < levels->lowest)
        levels->lowest = level;
    if (level > levels->highest)
        levels->highest = level;
    levels->hours++;
}

int16_t so_level(const so_levels *levels, uint32_t lag)
{
    return levels->ring[(levels->newest + SO_LEVELS - lag) % SO_LEVELS];
}

void so_weather_start(so_weather *weather, int16_t temperature)
{
    memset(weather, 0, sizeof *weather);
    for (uint32_t i = 0; i < SO_DAY; i++)
        weather->temperature[i] = temperature;
}

void so_weather_add(so_weather *weather, uint16_t water, int16_t temperature)
{
    weather->newest_water = (uint16_t)((weather->newest_water + 1) % SO_DRY_HOURS);
    weather->water[weather->newest_water] = water;
    weather->newest_temperature = (uint16_t)((weather->newest_temperature + 1) % SO_DAY);
    weather->temperature[weather->newest_temperature] = temperature;
}

int16_t so_temperature(const so_weather *weather)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < SO_DAY; i++)
        sum += weather->temperature[i];
    return (int16_t)(sum / SO_DAY);
}

static void weather_inputs(const so_weather *weather, int8_t inputs[5])
{
    uint32_t day = 0, all = 0;
    for (uint32_t i = 0; i < SO_DRY_HOURS; i++) {
        uint32_t ago = (weather->newest_water + SO_DRY_HOURS - i) % SO_DRY_HOURS;
        all += weather->water[i];
        day += ago < SO_DAY ? weather->water[i] : 0;
    }
    int32_t sum = 0, coldest = weather->temperature[0], warmest = coldest;
    for (uint32_t i = 0; i < SO_DAY; i++) {
        int32_t degrees = weather->temperature[i];
        sum += degrees;
        coldest = degrees < coldest ? degrees : coldest;
        warmest = degrees > warmest ? degrees : warmest;
    }
    inputs[0] = 64;
    inputs[1] = water_code(day);
    inputs[2] = water_code(all - day);
    inputs[3] = cut(sum / (SO_DAY * 4));
    inputs[4] = cut((warmest - coldest) / 4);
}

void so_inputs(const so_levels *levels, const so_weather *weather, const uint16_t ahead[SO_AHEAD],
               int8_t inputs[SO_INPUTS])
{
    int32_t now = so_level(levels, 0);
    memset(inputs, 0, SO_INPUTS);
    for (uint32_t i = 0; i < SO_LAGS; i++)
        inputs[i] = change_code(now - so_level(levels, SO_LAG_HOURS[i]));
    inputs[8] = cut((now - levels->lowest) / 40);
    inputs[9] = cut((levels->highest - now) / 40);
    inputs[10] = cut(now / 40);
    inputs[11] = sine(levels->hours, SO_DAY);
    inputs[12] = sine(levels->hours + SO_DAY / 4, SO_DAY);
    inputs[13] = sine(levels->hours, YEAR);
    inputs[14] = sine(levels->hours + YEAR / 4, YEAR);
    if (weather != NULL)
        weather_inputs(weather, inputs + 15);
    bool known = ahead != NULL;
    for (uint32_t i = 0; known && i < SO_AHEAD; i++)
        known = ahead[i] != SO_UNKNOWN;
    if (known) {
        inputs[20] = 64;
        for (uint32_t i = 0; i < SO_AHEAD; i++)
            inputs[21 + i] = water_code(ahead[i]);
    }
}
