#include "calibration.h"

enum { STEPS = 20, REMEMBERED = 32, MOST = 10000 };

static const uint8_t TENTHS[SO_QUANTILES] = {1, 5, 9};

void so_calibration_start(so_calibration *calibration)
{
    memset(calibration, 0, sizeof *calibration);
}

static void learn(so_calibration *calibration, uint32_t lead, int32_t change,
                  const int16_t *forecast)
{
    int32_t size = (change < 0 ? -change : change) * 256, *typical = &calibration->typical[lead];
    *typical += *typical == 0 ? size : (size - *typical) / REMEMBERED;
    for (uint32_t q = 0; q < SO_QUANTILES; q++) {
        int32_t *offset = &calibration->offsets[lead * SO_QUANTILES + q];
        bool above = change * 256 > forecast[q] * 256 + *offset;
        int32_t tenth = *typical / (STEPS * 10);
        *offset += above ? tenth * TENTHS[q] : -tenth * (10 - TENTHS[q]);
    }
}

void so_calibration_day(so_calibration *calibration, int16_t level, bool measured,
                        const int16_t changes[SO_CHANGES])
{
    for (uint32_t lead = 0; lead < SO_CALIBRATED; lead++) {
        uint32_t ago = SO_LEAD_HOURS[lead + 1] / SO_DAY;
        uint32_t then = (calibration->days - ago) % SO_CALIBRATION_DAYS;
        if (calibration->days >= ago && measured && calibration->measured[then])
            learn(calibration, lead, level - calibration->levels[then],
                  calibration->changes[then] + lead * SO_QUANTILES);
    }
    uint32_t today = calibration->days % SO_CALIBRATION_DAYS;
    memcpy(calibration->changes[today], changes + SO_QUANTILES, sizeof calibration->changes[today]);
    calibration->levels[today] = level;
    calibration->measured[today] = measured;
    calibration->days++;
}

void so_calibrate(const so_calibration *calibration, int16_t changes[SO_CHANGES])
{
    for (uint32_t i = 0; i < SO_CALIBRATED * SO_QUANTILES; i++) {
        int32_t moved = changes[SO_QUANTILES + i] + calibration->offsets[i] / 256;
        changes[SO_QUANTILES + i] = (int16_t)(moved > MOST ? MOST : moved < -MOST ? -MOST : moved);
    }
    for (uint32_t lead = 1; lead < SO_LEADS; lead++)
        so_put_in_order(changes + lead * SO_QUANTILES);
}
