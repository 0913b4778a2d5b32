#include "detector.h"

#include "tm_memory.h"

int32_t kw_detector_start(kw_detector *detector, const kw_settings *settings, uint32_t classes)
{
    memset(detector, 0, sizeof *detector);
    if (settings->hops_per_inference < 1 || settings->average < 1 ||
        settings->average > KW_MAX_AVERAGE || settings->threshold > 255)
        return KW_BAD_SETTINGS;
    if (classes <= KW_FIRST_KEYWORD || classes > KW_MAX_CLASSES)
        return KW_BAD_MODEL;
    detector->settings = *settings;
    detector->classes = classes;
    return KW_OK;
}

int32_t kw_detect(kw_detector *detector, const int8_t *scores, uint32_t hop, uint8_t *smoothed)
{
    const kw_settings *settings = &detector->settings;
    uint8_t *newest = detector->history[detector->oldest];
    detector->oldest = (detector->oldest + 1) % settings->average;

    uint32_t best = KW_FIRST_KEYWORD, best_sum = 0;
    for (uint32_t c = 0; c < detector->classes; c++) {
        newest[c] = (uint8_t)(scores[c] + 128);
        uint32_t sum = 0;
        for (uint32_t i = 0; i < settings->average; i++)
            sum += detector->history[i][c];
        smoothed[c] = (uint8_t)(sum / settings->average);
        if (c >= KW_FIRST_KEYWORD && sum > best_sum) {
            best = c;
            best_sum = sum;
        }
    }
    bool refractory = detector->has_reported &&
                      hop - detector->reported_at < settings->refractory_hops;
    if (smoothed[best] < settings->threshold || refractory)
        return KW_NONE;
    detector->reported_at = hop;
    detector->has_reported = true;
    return (int32_t)best;
}
