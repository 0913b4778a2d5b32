// history.h: the last week of a field, hour by hour, and what the model is shown of it.
//
// Moisture and weather are kept apart: the node knows both, its gateway only what it was told of
// the moisture. The model works with either, since one of its inputs says whether weather is known.
//
// Inputs are int8 codes × 2^-5 (a scale of 1/32):
//
//      0 to 7   moisture less that of 1, 3, 6, 12, 24, 48, 72, 168 hours ago: sign(d) √(3.6 |d|),
//               d in hundredths of a percent
//      8, 9     moisture above the lowest there was, and below the highest: 0.4% a step
//     10        moisture: 0.4% a step
//     11, 12    64 sin, 64 cos of the time of day
//     13, 14    64 sin, 64 cos of the time of the year
//     15        64 if the weather is known; else 0, and so are the next four
//     16, 17    water of the last 24 hours, and of the 48 before them: 4 √w, w in tenths of mm
//     18, 19    temperature of the last 24 hours, its mean and its range: 0.4 °C a step
//     20        64 if the rain to come is known; else 0, and so are the next three
//     21 to 23  rain of the next 24, 72 and 168 hours: 4 √w
//
// All are rounded toward 0 and cut to -127 to 127. Integers only: the same on every chip.
#ifndef SO_HISTORY_H
#define SO_HISTORY_H

#include "tm_memory.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    SO_LAGS = 8,
    SO_WEEK = 168,           // hours: the longest lag
    SO_LEVELS = SO_WEEK + 1, // hours kept of moisture
    SO_DRY_HOURS = 72,       // hours kept of weather
    SO_DAY = 24,
    SO_INPUTS = 24,
    SO_AHEAD = 3,
    SO_UNKNOWN = 0xffff,     // rain to come that nobody told
};

// Hours ago.
static const uint8_t SO_LAG_HOURS[SO_LAGS] = {1, 3, 6, 12, 24, 48, 72, 168};

// Moisture, in hundredths of a percent by volume. Owned by the caller.
typedef struct {
    int16_t ring[SO_LEVELS];
    uint16_t newest; // its place in the ring
    int16_t lowest, highest;
    uint32_t hours; // since 1970, UTC or the sun's: that of the newest
} so_levels;

// Owned by the caller.
typedef struct {
    uint16_t water[SO_DRY_HOURS];     // rain and irrigation, tenths of mm
    int16_t temperature[SO_DAY];      // tenths of °C
    uint16_t newest_water, newest_temperature;
} so_weather;

// Starts with one level that was the same all week. `hours` is what time it was, since 1970.
void so_levels_start(so_levels *levels, int16_t level, uint32_t hours);

// Adds the next hour's level.
void so_levels_add(so_levels *levels, int16_t level);

// What the level was `lag` hours ago, 0 to SO_WEEK.
int16_t so_level(const so_levels *levels, uint32_t lag);

// Starts with no water, and one temperature all day.
void so_weather_start(so_weather *weather, int16_t temperature);

// Adds the next hour.
void so_weather_add(so_weather *weather, uint16_t water, int16_t temperature);

// The mean temperature of the last 24 hours, in tenths of a °C.
int16_t so_temperature(const so_weather *weather);

// Writes what the model is shown.
// weather: NULL if it isn't known.
// ahead: rain of the next 24, 72 and 168 hours in tenths of mm; NULL or SO_UNKNOWN in any of them
// if it isn't known.
void so_inputs(const so_levels *levels, const so_weather *weather, const uint16_t ahead[SO_AHEAD],
               int8_t inputs[SO_INPUTS]);

#endif
