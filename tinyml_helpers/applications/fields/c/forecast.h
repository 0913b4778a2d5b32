// forecast.h: how much moister or drier it will be, and how sure that is.
//
// The model answers with three quantiles, 10%, 50% and 90%, of the change of moisture after 6, 24,
// 72 and 168 hours: int8 codes × 2^-7, a tanh, of at most 6.4, 12.8, 25.6 and 25.6%.
#ifndef SO_FORECAST_H
#define SO_FORECAST_H

#include "history.h"
#include "micro.h"

enum { SO_LEADS = 4, SO_QUANTILES = 3, SO_CHANGES = SO_LEADS * SO_QUANTILES };

enum { SO_OK = 0, SO_BAD_SETTINGS = -1, SO_BAD_MODEL = -2 };

// Hours from now.
static const uint8_t SO_LEAD_HOURS[SO_LEADS] = {6, 24, 72, 168};

// Whether a model is one for this: SO_OK, or SO_BAD_MODEL: it must have one input of SO_INPUTS bytes
// and one output of SO_CHANGES bytes.
int32_t so_forecast_check(const tm_interpreter *interpreter);

// Runs the model.
// changes: [SO_LEADS][SO_QUANTILES], in hundredths of a percent, each lead's rising.
void so_forecast(tm_interpreter *interpreter, const int8_t inputs[SO_INPUTS],
                 int16_t changes[SO_CHANGES]);

// Has the three quantiles of one lead rise.
void so_put_in_order(int16_t quantiles[SO_QUANTILES]);

#endif
