#include "watcher.h"

#include "band_tables.h"
#include "tm_memory.h"

int32_t mc_start(mc_watcher *watcher, tm_interpreter *interpreter, const mc_settings *settings)
{
    memset(watcher, 0, sizeof *watcher);
    if (tm_input_bytes(interpreter, 0) != FE_ORDERS * MC_CHANNELS ||
        tm_output_bytes(interpreter, 0) != MC_CLASSES || interpreter->input_count != 1 ||
        interpreter->output_count != 1)
        return MC_BAD_MODEL;
    watcher->interpreter = interpreter;
    watcher->rate = settings->rate;
    if (fe_vibration_start(&watcher->front_end, settings->rate, settings->shaft_mhz) != FE_OK ||
        mc_faults_start(&watcher->faults, &settings->faults) != MC_OK)
        return MC_BAD_SETTINGS;
    return mc_anomaly_start(&watcher->anomaly, &settings->anomaly);
}

int32_t mc_set_speed(mc_watcher *watcher, uint32_t shaft_mhz)
{
    return fe_vibration_set_speed(&watcher->front_end, shaft_mhz) == FE_OK ? MC_OK
                                                                           : MC_BAD_SETTINGS;
}

void mc_resume(mc_watcher *watcher)
{
    fe_vibration_start(&watcher->front_end, watcher->rate, watcher->front_end.shaft_mhz);
}

static bool sensor_fails(const mc_watcher *watcher, const mc_look *look)
{
    uint32_t samples = FE_SPECTRUM * watcher->front_end.filters->decimation;
    return look->span < MC_LEAST_SPAN || look->clipped * MC_MOST_CLIPPED > samples;
}

// Whether a band is the one with a multiple of the shaft's speed, or next to it: in the lowest
// bands, narrower than a line is under the front end's window, it may be louder beside.
static bool holds(const mc_watcher *watcher, int32_t band, uint32_t multiple)
{
    // In bins of FE_SPECTRUM samples × 2^16, and half a bin on, as bands' ends are.
    uint64_t speed = (uint64_t)watcher->front_end.shaft_mhz * multiple * FE_SPECTRUM << 16;
    uint64_t place = speed / (1000 * (uint64_t)watcher->rate) + (1 << 15);
    uint32_t first = band > 0 ? (uint32_t)band - 1 : 0;
    uint32_t end = band + 2 < FE_BANDS ? (uint32_t)band + 2 : FE_BANDS;
    return fe_band_ends[first] <= place && place < fe_band_ends[end];
}

// An imbalance is heard once a turn, a misalignment rather twice or three times (C. Scheffer and P.
// Girdhar, "Practical Machinery Vibration Analysis and Predictive Maintenance", 2004, chapter 5).
static enum mc_suspect suspect_of(const mc_watcher *watcher, const mc_look *look,
                                  enum mc_suspect part)
{
    if (look->alarms & MC_SENSOR_FAILS)
        return MC_SENSOR;
    if (look->alarms & MC_FAULT)
        return part;
    if (!(look->alarms & MC_ANOMALY))
        return MC_NOBODY;
    if (look->risen >= 0 && holds(watcher, look->risen, 1))
        return MC_IMBALANCE;
    if (look->risen >= 0 && (holds(watcher, look->risen, 2) || holds(watcher, look->risen, 3)))
        return MC_MISALIGNMENT;
    return MC_UNKNOWN;
}

static void judge(mc_watcher *watcher, mc_look *look)
{
    mc_fault_input(&watcher->faults, look->orders, tm_input_data(watcher->interpreter, 0));
    tm_invoke(watcher->interpreter);
    memcpy(look->scores, tm_output_data(watcher->interpreter, 0), MC_CLASSES);

    mc_anomaly_result found = {MC_NO_SCORE, MC_NO_SCORE, -1, false};
    look->state = mc_anomaly_is_watching(&watcher->anomaly) ? MC_WATCHING : MC_COMMISSIONING;
    bool fails = sensor_fails(watcher, look);
    bool commissioning = look->state == MC_COMMISSIONING && !fails;
    enum mc_suspect part =
        mc_faults_judge(&watcher->faults, look->scores, commissioning, look->smoothed);
    if (look->state == MC_WATCHING || !fails)
        mc_anomaly_look(&watcher->anomaly, look->bands, &found);
    look->score = found.score;
    look->threshold = found.threshold;
    look->risen = found.risen;
    look->alarms = (uint8_t)((found.alarm ? MC_ANOMALY : 0) | (part != MC_NOBODY ? MC_FAULT : 0) |
                             (fails ? MC_SENSOR_FAILS : 0));
    look->suspect = (uint8_t)suspect_of(watcher, look, part);
}

uint32_t mc_push(mc_watcher *watcher, const int16_t *samples, uint32_t count, mc_look *look,
                 bool *ready)
{
    fe_vibration_frame *frame = &watcher->frame;
    uint32_t taken = fe_vibration_push(&watcher->front_end, samples, count, frame, ready);
    if (!*ready)
        return taken;
    look->number = watcher->looks++;
    memcpy(look->orders, frame->orders, sizeof look->orders);
    memcpy(look->bands, frame->bands, sizeof look->bands);
    look->clipped = frame->clipped;
    look->span = frame->span;
    judge(watcher, look);
    return taken;
}
