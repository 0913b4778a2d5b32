// water.h: whether the field is to be watered, decided once a day.
//
// Water is given if a quantile of the moisture to come lies below a line: the 10% quantile of
// tomorrow's for a grower who fears dry soil, the median of the week's for one who hopes for rain.
#ifndef SO_WATER_H
#define SO_WATER_H

#include "forecast.h"

typedef struct {
    int16_t line;  // hundredths of a percent, below which moisture mustn't fall; 0: never water
    uint16_t dose; // tenths of mm, up to SO_MOST_DOSE
    uint8_t hour;  // of the day at which it is decided, 0 to 23
    uint8_t lead, quantile; // which of the forecast's
    uint8_t unused;
} so_water_settings;

enum { SO_MOST_LINE = 10000, SO_MOST_DOSE = 1000 };

// Whether the settings make sense: SO_OK or SO_BAD_SETTINGS.
int32_t so_water_check(const so_water_settings *settings);

// How much water to give now, in tenths of mm: the dose, or 0.
// level: now. changes: those forecast, as so_calibrate leaves them.
uint16_t so_water(const so_water_settings *settings, int16_t level,
                  const int16_t changes[SO_CHANGES]);

#endif
