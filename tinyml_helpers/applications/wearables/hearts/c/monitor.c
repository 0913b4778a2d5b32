#include "monitor.h"

#include "tm_memory.h"

enum { LEAST_EARLY = 50, MOST_EARLY = 99 };

int32_t hb_start(hb_monitor *monitor, tm_interpreter *interpreter, const hb_settings *settings)
{
    memset(monitor, 0, sizeof *monitor);
    if (interpreter != NULL &&
        (tm_input_bytes(interpreter, 0) != HB_INPUT ||
         tm_output_bytes(interpreter, 0) != HB_CLASSES || interpreter->input_count != 1 ||
         interpreter->output_count != 1))
        return HB_BAD_MODEL;
    if (settings->early < LEAST_EARLY || settings->early > MOST_EARLY)
        return HB_BAD_SETTINGS;
    monitor->interpreter = interpreter;
    monitor->threshold = settings->threshold;
    monitor->since = HB_APART;
    hb_beats_start(&monitor->beats, settings->early);
    return hb_qrs_start(&monitor->qrs, settings->rate, settings->counts_per_mv);
}

// The kind that scores say: HB_NORMAL unless those of early ones reach the threshold together.
static uint8_t kind_of(const int8_t *scores, uint32_t threshold)
{
    int32_t above = scores[HB_SUPRAVENTRICULAR] + scores[HB_VENTRICULAR] + 256;
    if (above < (int32_t)threshold)
        return HB_NORMAL;
    return scores[HB_VENTRICULAR] >= scores[HB_SUPRAVENTRICULAR] ? HB_VENTRICULAR
                                                                 : HB_SUPRAVENTRICULAR;
}

static void tell(hb_monitor *monitor, hb_beat *beat)
{
    hb_beats *beats = &monitor->beats;
    memset(beat, 0, sizeof *beat);
    hb_beats_add(beats, &monitor->qrs, monitor->place, beat->input);
    beat->number = monitor->number++;
    beat->place = hb_lead_place(&monitor->qrs.lead, monitor->place);
    beat->rr = (uint16_t)beats->rr;
    beat->usual = (uint16_t)beats->usual_rr;
    beat->rule = beats->rule;
    if (monitor->interpreter == NULL) {
        memset(beat->scores, -128, HB_CLASSES);
        hb_beats_judged(beats, !beats->rule);
        return;
    }
    memcpy(tm_input_data(monitor->interpreter, 0), beat->input, HB_INPUT);
    tm_invoke(monitor->interpreter);
    memcpy(beat->scores, tm_output_data(monitor->interpreter, 0), HB_CLASSES);
    beat->kind = kind_of(beat->scores, monitor->threshold);
    hb_beats_judged(beats, beat->kind == HB_NORMAL);
}

uint32_t hb_push(hb_monitor *monitor, const int16_t *samples, uint32_t count, hb_beat *beat,
                 bool *ready)
{
    uint32_t taken = 0;
    *ready = false;
    while (taken < count && !*ready) {
        hb_qrs_add(&monitor->qrs, samples[taken++]);
        if (!monitor->waits)
            monitor->waits = hb_qrs_beat(&monitor->qrs, &monitor->place);
        monitor->since += monitor->since < HB_APART;
        *ready = monitor->waits && monitor->since == HB_APART &&
                 hb_qrs_count(&monitor->qrs) > monitor->place + HB_AFTER;
    }
    if (*ready) {
        tell(monitor, beat);
        monitor->waits = false;
        monitor->since = 0;
    }
    return taken;
}
