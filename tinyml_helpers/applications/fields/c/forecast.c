#include "forecast.h"

// Hundredths of a percent that a step of the model's output is, by lead.
static const int16_t STEP[SO_LEADS] = {5, 10, 20, 20};

int32_t so_forecast_check(const tm_interpreter *interpreter)
{
    bool fits = interpreter->input_count == 1 && interpreter->output_count == 1 &&
                tm_input_bytes(interpreter, 0) == SO_INPUTS &&
                tm_output_bytes(interpreter, 0) == SO_CHANGES;
    return fits ? SO_OK : SO_BAD_MODEL;
}

static void put_in_order(int16_t *low, int16_t *high)
{
    if (*low > *high) {
        int16_t was = *low;
        *low = *high;
        *high = was;
    }
}

void so_put_in_order(int16_t quantiles[SO_QUANTILES])
{
    put_in_order(&quantiles[0], &quantiles[1]);
    put_in_order(&quantiles[1], &quantiles[2]);
    put_in_order(&quantiles[0], &quantiles[1]);
}

void so_forecast(tm_interpreter *interpreter, const int8_t inputs[SO_INPUTS],
                 int16_t changes[SO_CHANGES])
{
    memcpy(tm_input_data(interpreter, 0), inputs, SO_INPUTS);
    tm_invoke(interpreter);
    const int8_t *codes = tm_output_data(interpreter, 0);
    for (uint32_t lead = 0; lead < SO_LEADS; lead++) {
        int16_t *of = changes + lead * SO_QUANTILES;
        for (uint32_t q = 0; q < SO_QUANTILES; q++)
            of[q] = (int16_t)(codes[lead * SO_QUANTILES + q] * STEP[lead]);
        // A small network may think the rarer the likelier: quantiles never cross.
        so_put_in_order(of);
    }
}
