#include "water.h"

int32_t so_water_check(const so_water_settings *settings)
{
    bool sound = settings->line >= 0 && settings->line <= SO_MOST_LINE &&
                 settings->dose <= SO_MOST_DOSE && settings->hour < SO_DAY &&
                 settings->lead < SO_LEADS && settings->quantile < SO_QUANTILES;
    return sound ? SO_OK : SO_BAD_SETTINGS;
}

uint16_t so_water(const so_water_settings *settings, int16_t level,
                  const int16_t changes[SO_CHANGES])
{
    int32_t then = level + changes[settings->lead * SO_QUANTILES + settings->quantile];
    return settings->line > 0 && then < settings->line ? settings->dose : 0;
}
