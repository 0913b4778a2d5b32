// calibration.h: quantiles that are right on a field never seen.
//
// A model that learnt elsewhere is too wet or too dry here, too sure or too unsure. Once a day, at
// one hour, the forecasts for now that were made 1, 3 and 7 days ago are compared with what came.
// The quantile q of a lead is moved by an offset, which grows by step × q if moisture came out above
// it, and shrinks by step × (1 - q) if not: it rests where a share q comes out below, whatever the
// model does (adaptive conformal inference: I. Gibbs and E. Candes, NeurIPS 2021, arXiv:2106.00455,
// here on the quantile itself). A step is 1/20 of the lead's typical change. So the 90% quantile
// climbs nine times as fast as it sinks: a model that is much too unsure takes more than a year.
//
// The forecast for 6 hours stays as it is: once a day would tell one hour of it only.
#ifndef SO_CALIBRATION_H
#define SO_CALIBRATION_H

#include "forecast.h"

enum { SO_CALIBRATED = SO_LEADS - 1, SO_CALIBRATION_DAYS = SO_WEEK / SO_DAY };

// Owned by the caller; private.
typedef struct {
    // What was forecast on each of the last days, before calibration, and from which level on.
    int16_t changes[SO_CALIBRATION_DAYS][SO_CALIBRATED * SO_QUANTILES];
    int16_t levels[SO_CALIBRATION_DAYS];
    bool measured[SO_CALIBRATION_DAYS];
    int32_t offsets[SO_CALIBRATED * SO_QUANTILES]; // hundredths of a percent × 256
    int32_t typical[SO_CALIBRATED];                // mean size of the change, × 256; 0 if unknown
    uint32_t days;                                 // so far
} so_calibration;

// Starts with offsets of 0.
void so_calibration_start(so_calibration *calibration);

// Takes a day: learns from the forecasts that it can judge, and keeps today's.
// level: now. measured: whether it is a reading; if not, nothing is learnt from it.
// changes: the model's, so_forecast's, of now.
void so_calibration_day(so_calibration *calibration, int16_t level, bool measured,
                        const int16_t changes[SO_CHANGES]);

// Calibrates a forecast in place; each lead's quantiles rise.
void so_calibrate(const so_calibration *calibration, int16_t changes[SO_CHANGES]);

#endif
